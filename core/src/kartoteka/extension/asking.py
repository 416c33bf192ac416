"""Asks the modules about clients: what to know before making something, to whom a mail goes, who speaks for them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import orm

from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.documents import DocumentLink
from kartoteka.extension.declarations.notices import ClientNotice
from kartoteka.extension.declarations.people import ClientPerson
from kartoteka.extension.dispatch import active_set
from kartoteka.extension.guarding import attempt
from kartoteka.vocabulary.record import RecordRef


def client_notices(session: orm.Session, client_id: int, purpose: str) -> list[ClientNotice]:
    """Return what modules want to be known before something is made for a client; a module that fails is left out.

    ``purpose`` is the key of what is made, such as the document type ``crm_clients.client_sheet``. The caller has found
    the client by a restricted SELECT.
    """
    found: list[ClientNotice] = []
    for module, ask in extension_of(session).registry.calls.each("client_notices", active_set(session)):
        answer = attempt(
            session,
            "client_notices",
            module,
            lambda ask=ask: ask(session=session, client_id=client_id, purpose=purpose),  # type: ignore[misc]
        )
        found.extend(one for part in answer.value or () for one in part or ())
    return found


def document_links(session: orm.Session, client_id: int) -> list[DocumentLink]:
    """Return the records of a client that a document may belong to, each once; a module that fails is left out.

    One under a record that is not offered is left out. The caller has found the client by a restricted SELECT.
    """
    found: dict[RecordRef, DocumentLink] = {}
    for module, ask in extension_of(session).registry.calls.each("document_links", active_set(session)):
        answer = attempt(
            session,
            "document_links",
            module,
            lambda ask=ask: ask(session=session, client_id=client_id),  # type: ignore[misc]
        )
        for one in (one for part in answer.value or () for one in part or ()):
            found.setdefault(one.ref, one)
    return [one for one in found.values() if one.under is None or one.under in found]


def choose_recipients(session: orm.Session, client_id: int, topics: Sequence[str]) -> list[RecordRef]:
    """Return the records whose addresses a mail about these topics goes to first; a module that fails is left out.

    ``topics`` are keys, the most telling first: of a document type, a mail template, a record kind. The caller has
    found the client by a restricted SELECT.
    """
    found: dict[RecordRef, None] = {}
    for module, ask in extension_of(session).registry.calls.each("choose_recipients", active_set(session)):
        answer = attempt(
            session,
            "choose_recipients",
            module,
            lambda ask=ask: ask(session=session, client_id=client_id, topics=tuple(topics)),  # type: ignore[misc]
        )
        found |= dict.fromkeys(one for part in answer.value or () for one in part or ())
    return list(found)


def client_people(session: orm.Session, client_id: int) -> list[ClientPerson]:
    """Return the people who speak for a client, each once; a module that fails is left out.

    The caller has found the client by a restricted SELECT.
    """
    found: dict[RecordRef, ClientPerson] = {}
    for module, ask in extension_of(session).registry.calls.each("client_people", active_set(session)):
        answer = attempt(
            session,
            "client_people",
            module,
            lambda ask=ask: ask(session=session, client_id=client_id),  # type: ignore[misc]
        )
        for one in (one for part in answer.value or () for one in part or ()):
            found.setdefault(one.ref, one)
    return list(found.values())


def mail_tag(session: orm.Session, record: RecordRef) -> str:
    """Return what a mail about a record carries in its subject, empty for nothing; a module that fails is left out."""
    for module, ask in extension_of(session).registry.calls.each("mail_tag", active_set(session)):
        answer = attempt(
            session,
            "mail_tag",
            module,
            lambda ask=ask: ask(session=session, record=record),  # type: ignore[misc]
        )
        found = next((one for one in answer.value or () if one), None)
        if found is not None:
            return str(found)
    return ""
