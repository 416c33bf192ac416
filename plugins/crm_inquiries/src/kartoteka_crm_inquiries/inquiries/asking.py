"""Who asks: the client that the form of a new inquiry means, or somebody unknown who becomes a potential client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import request

from kartoteka.api.clients import CREATE, KnownDuplicate, describe_duplicates, find_clients, find_duplicates, probe_for
from kartoteka.api.company import company_place
from kartoteka.api.db import Session
from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts, fold
from kartoteka.api.web import visitor
from kartoteka_crm_inquiries.inquiries.selling import ToKnow

_ = Texts("crm_inquiries")

NEW = "new"


@dataclass
class Asker:
    """What the form says about who asks.

    ``client_id`` is the client that is meant; otherwise ``new`` are the values of a potential client. ``found`` are
    clients that may be meant, ``chosen`` the one that is ticked among them, ``duplicates`` those that resemble the new
    one. ``known`` is what whoever makes an order should know of the client.
    """

    typed: str = ""
    client_id: int | None = None
    new: dict[str, Any] | None = None
    found: Sequence[Any] = ()
    chosen: str = ""
    duplicates: Sequence[KnownDuplicate] = field(default_factory=list)
    accepted: bool = False
    known: ToKnow | None = None

    @property
    def meant(self) -> int | None:
        """The client that is meant or ticked."""
        ticked = self.chosen if self.chosen.isascii() and self.chosen.isdigit() else ""
        return self.client_id or (int(ticked) if ticked else None)

    def values(self) -> dict[str, Any]:
        """Return who asks as the service takes it."""
        if self.client_id is not None:
            return {"client_id": self.client_id}
        return {"new_client": self.new, "accept_duplicates": self.accepted}


def offer_clients(session: Session, typed: str, chosen: str = "") -> Asker:
    """Return the clients that may be meant by what was typed; the only one, or the one of this name, is ticked."""
    found = find_clients(session, typed)
    exact = [one for one in found if _is_meant(one, typed)]
    if chosen not in {NEW, *(str(one.id) for one in found)}:
        only = exact if len(exact) == 1 else (found if len(found) == 1 else [])
        chosen = str(only[0].id) if only else ("" if found else NEW)
    return Asker(typed=typed, found=found, chosen=chosen if typed.strip() else "")


def _is_meant(client: Any, typed: str) -> bool:
    words = fold(" ".join(typed.split()))
    return words in (fold(client.name), fold(client.number), fold(client.code or "-"))


def asked(session: Session, form: Any) -> Asker:
    """Return who asks by the form that was sent; raises InvalidInput naming ``client`` when it does not say so.

    Of a new client that resembles known ones nothing may be saved until somebody has looked: `Asker.duplicates`.
    """
    typed, chosen = form.client.data or "", request.form.get("client_id", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 10:
        return Asker(typed=typed, client_id=int(chosen), chosen=chosen, found=find_clients(session, typed))
    asker = offer_clients(session, typed, chosen)
    if not typed.strip():
        raise InvalidInput({"client": _("Choose a client, or write who asks.")})
    exact = [one for one in asker.found if _is_meant(one, typed)]
    if chosen != NEW and len(exact) == 1:
        asker.client_id = exact[0].id
        return asker
    if chosen == NEW or not asker.found:
        return _new(session, form, asker)
    return asker


def _new(session: Session, form: Any, asker: Asker) -> Asker:
    if not visitor().can(CREATE):
        raise InvalidInput({"client": _("There is no such client, and you may not enter new ones.")})
    country, _zone = company_place(session)
    kind = form.new_kind.data or "company"
    values: dict[str, Any] = {"kind": kind, "relationship": "potential", "country": country, "name": asker.typed}
    if kind == "person" and " " in asker.typed.strip():
        first, _space, last = asker.typed.strip().partition(" ")
        values |= {"name": last, "first_name": first}
    values |= {"phone": form.new_phone.data or "", "email": form.new_email.data or ""}
    known = {**values, "company_name": values["name"], "surname": values["name"]}
    asker.chosen, asker.new = NEW, values
    asker.accepted = "accept_duplicates" in request.form
    asker.duplicates = describe_duplicates(session, find_duplicates(session, probe_for(known)))
    return asker


def must_read(asker: Asker) -> bool:
    """Tell whether there is something to know of the client that the form, as it was sent, has not shown yet."""
    known = asker.known
    return known is not None and known.is_read_first and request.form.get("told") != str(known.client_id)


def must_choose(asker: Asker) -> bool:
    """Tell whether somebody has to look first: several clients may be meant, or a new one resembles another."""
    if asker.client_id is not None:
        return False
    return asker.new is None or (any(one.is_likely for one in asker.duplicates) and not asker.accepted)
