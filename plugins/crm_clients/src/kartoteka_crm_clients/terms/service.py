"""Use cases of sales terms: agree on them, and unite those of merged clients. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, actor_of, delete_rows, find, settle, update_rows
from kartoteka.api.declare import Field
from kartoteka.api.directories import directory_choices
from kartoteka.api.errors import Forbidden, InvalidInput, Refused
from kartoteka.api.records import RecordState
from kartoteka.api.signals import record_changed, record_created
from kartoteka.api.texts import Message, Texts
from kartoteka.api.work import announce
from kartoteka_crm_clients.terms.checking import check_terms
from kartoteka_crm_clients.terms.fields import DISCOUNT_GROUPS, FIELDS, PRICE_LEVELS, TERMS
from kartoteka_crm_clients.terms.models import Terms

_ = Texts("crm_clients")

LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
_DIRECTORIES = {"price_level": PRICE_LEVELS, "discount_group": DISCOUNT_GROUPS}
_GATHERED = ("credit_limit", "credit_currency", "payment_days", "price_level_id", "discount_group_id", "discount")


def set_terms(session: Session, client_id: int, values: Mapping[str, Any], version: int | None = None) -> Terms:
    """Agree on terms with a client, by field name; what is not named stays as it is.

    ``version`` is that of the terms the values were typed over, None or 0 before there were any. Raises NotFound,
    Forbidden for a field that the actor may not change, Refused for a client in the bin, InvalidInput, EditConflict.
    """
    client = find(session, Client, client_id)
    if client.state not in LIVING:
        raise Refused(_("This client is not in use any more. Restore it first."))
    # Whoever comes second must find the terms that the first one begins: there is one row a client.
    session.execute(select(Client.id).where(Client.id == client_id).with_for_update())
    terms = session.scalars(select(Terms).where(Terms.client_id == client_id).order_by(Terms.id.desc())).first()
    known = {} if terms is None else {name: getattr(terms, field.attribute) for name, field in FIELDS.items()}
    checked = _sound(session, values, known)
    _demand(session, checked, known)
    changes = {FIELDS[name].attribute: value for name, value in checked.items()}
    if terms is None:
        return _begun(session, client_id, changes)
    _apply(session, terms, settle(session, terms, TERMS, changes, version or None))
    return terms


def change_terms(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Terms:
    """Change the terms with this id; raises as `set_terms` does."""
    return set_terms(session, find(session, Terms, id).client_id, values, version)


def unite_terms(session: Session, client_id: int) -> None:
    """Leave one row of terms for a client that others were merged into.

    A block of any of them stays, with all reasons; the smallest credit limit counts; of the rest, the oldest terms.
    """
    rows = session.scalars(select(Terms).where(Terms.client_id == client_id).order_by(Terms.id)).all()
    if len(rows) < 2:
        return
    update_rows(session, Terms, {rows[0].id: united(rows)})
    delete_rows(session, Terms, [one.id for one in rows[1:]])


def united(rows: Sequence[Any]) -> dict[str, Any]:
    """Return the terms that several ones, the oldest first, make together."""
    values: dict[str, Any] = {}
    for row in rows:
        values |= {name: getattr(row, name) for name in _GATHERED if values.get(name) in (None, "")}
    limits = [(one.credit_limit, one.credit_currency) for one in rows if one.credit_limit is not None]
    if limits:
        same = [limit for limit in limits if limit[1] == limits[0][1]]
        values["credit_limit"], values["credit_currency"] = min(same)
    reasons = dict.fromkeys(one.block_reason for one in rows if one.is_blocked and one.block_reason)
    return {**values, "is_blocked": any(one.is_blocked for one in rows), "block_reason": "; ".join(reasons)[:300]}


def _sound(session: Session, values: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    found = check_terms(values, known)
    errors: dict[str, Message] = dict(found.errors)
    for name, directory in _DIRECTORIES.items():
        chosen = found.values.get(name)
        if chosen is None or chosen == known.get(name) or name in errors:
            continue
        if str(chosen) not in {choice.value for choice in directory_choices(directory)(session)}:
            errors[name] = _("Choose one of the values offered.")
    if errors:
        raise InvalidInput(errors)
    return found.values


def _demand(session: Session, values: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    """Let nobody change a field that he may not write; values that are no change need no right."""
    actor = actor_of(session)
    if actor.is_system:
        return
    for name, value in values.items():
        before = known.get(name, _nothing(FIELDS[name]))
        if value != before and not FIELDS[name].is_writable(actor.can):
            raise Forbidden(permission=FIELDS[name].write_permission or "")


def _nothing(field: Field) -> Any:
    default = Terms.__table__.c[field.attribute].default
    return None if default is None else default.arg


def _begun(session: Session, client_id: int, values: Mapping[str, Any]) -> Terms:
    terms = Terms(client_id=client_id, **values)
    session.add(terms)
    session.flush()
    announce(session, record_created, TERMS, ids=[terms.id])
    return terms


def _apply(session: Session, terms: Terms, changes: Mapping[str, Any]) -> None:
    touched = {name: value for name, value in changes.items() if getattr(terms, name) != value}
    if not touched:
        return
    for name, value in touched.items():
        setattr(terms, name, value)
    session.flush()
    announce(session, record_changed, TERMS, ids=[terms.id], fields=sorted(touched))
