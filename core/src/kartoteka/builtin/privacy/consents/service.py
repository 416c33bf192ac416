"""Use case of consents: noting what a person said. Nothing that was said is changed later. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from kartoteka.builtin.clients.queries import Client
from kartoteka.builtin.directories.queries import directory_choices
from kartoteka.builtin.privacy.consents.models import PURPOSES, SOURCE_LENGTH, WORDING_LENGTH, Consent
from kartoteka.builtin.privacy.consents.naming import CONSENT, EDIT
from kartoteka.builtin.privacy.persons import find_person
from kartoteka.db.announce import announce
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, demand, find
from kartoteka.extension.signals import record_created
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.reading import Wrong, block, day, line, read_values, yes_no
from kartoteka.vocabulary.record import RecordRef, RecordState


def note_consent(
    session: Session, client_id: int, values: Mapping[str, Any], about: RecordRef | None = None
) -> Consent:
    """Note that a client, or a person ``about`` among its records, agreed to a purpose, or took that back (``given``).

    Raises Forbidden, NotFound, Refused for a client in the bin, and InvalidInput naming the field.
    """
    demand(session, EDIT)
    client = find(session, Client, client_id)
    if client.state not in (RecordState.ACTIVE, RecordState.ARCHIVED):
        raise Refused(_("This client is not in use any more. Restore it first."))
    checked = read_values(values, _readers(session))
    _check(session, client_id, checked, about)
    made = Consent(client_id=client.id, about=about, noted_by=actor_of(session).user_id, **checked)
    session.add(made)
    session.flush()
    announce(session, record_created, CONSENT, ids=[made.id], clients={made.id: client.id})
    return made


def _check(session: Session, client_id: int, checked: dict[str, Any], about: RecordRef | None) -> None:
    now = utc_now()
    checked["said_on"] = checked.get("said_on") or now.date()
    if checked.get("purpose_id") is None:
        raise InvalidInput({"purpose_id": _("Choose what it is about.")})
    if not checked.get("source"):
        raise InvalidInput({"source": _("Say how it was given or withdrawn: without proof a consent does not count.")})
    if checked["said_on"] > (now + timedelta(days=1)).date():  # it is tomorrow already east of us
        raise InvalidInput({"said_on": _("This day is in the future.")})
    checked.setdefault("given", True)
    if about is not None:
        kind, record = find_person(session, about.kind, about.id)
        if getattr(record, str(kind.client_column)) != client_id:
            raise NotFound


def _readers(session: Session) -> dict[str, Any]:
    return {
        "purpose_id": lambda given: _purpose(session, given),
        "given": yes_no,
        "said_on": day,
        "source": line(SOURCE_LENGTH),
        "wording": block(WORDING_LENGTH),
    }


def _purpose(session: Session, given: Any) -> int | None:
    if given in (None, ""):
        return None
    if str(given) not in {one.value for one in directory_choices(PURPOSES)(session)}:
        raise Wrong(_("Choose one of the values offered."))
    return int(given)
