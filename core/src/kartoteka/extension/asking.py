"""Asks the modules about clients: what to know before making something, to whom a mail goes, who speaks for them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import orm

from kartoteka.extension.answers import answered, answers
from kartoteka.extension.declarations.documents import DocumentLink
from kartoteka.extension.declarations.notices import ClientNotice
from kartoteka.extension.declarations.people import ClientPerson
from kartoteka.vocabulary.record import RecordRef


def client_notices(session: orm.Session, client_id: int, purpose: str) -> list[ClientNotice]:
    """Return what modules want to be known before something is made for a client; a module that fails is left out.

    ``purpose`` is the key of what is made, such as the document type ``crm_clients.client_sheet``. The caller has found
    the client by a restricted SELECT.
    """
    return list(answered(session, "client_notices", client_id=client_id, purpose=purpose))


def document_links(session: orm.Session, client_id: int) -> list[DocumentLink]:
    """Return the records of a client that a document may belong to, each once; a module that fails is left out.

    One under a record that is not offered is left out. The caller has found the client by a restricted SELECT.
    """
    found: dict[RecordRef, DocumentLink] = {}
    for one in answered(session, "document_links", client_id=client_id):
        found.setdefault(one.ref, one)
    return [one for one in found.values() if one.under is None or one.under in found]


def choose_recipients(session: orm.Session, client_id: int, topics: Sequence[str]) -> list[RecordRef]:
    """Return the records whose addresses a mail about these topics goes to first; a module that fails is left out.

    ``topics`` are keys, the most telling first: of a document type, a mail template, a record kind. The caller has
    found the client by a restricted SELECT.
    """
    chosen = answered(session, "choose_recipients", client_id=client_id, topics=tuple(topics))
    return list(dict.fromkeys(chosen))


def client_people(session: orm.Session, client_id: int) -> list[ClientPerson]:
    """Return the people who speak for a client, each once; a module that fails is left out.

    The caller has found the client by a restricted SELECT.
    """
    found: dict[RecordRef, ClientPerson] = {}
    for one in answered(session, "client_people", client_id=client_id):
        found.setdefault(one.ref, one)
    return list(found.values())


def mail_tag(session: orm.Session, record: RecordRef) -> str:
    """Return what a mail about a record carries in its subject, empty for nothing; a module that fails is left out."""
    return str(next(answers(session, "mail_tag", record=record), ""))
