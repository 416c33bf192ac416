"""Writing to a client from any of its records."""

from __future__ import annotations

from urllib.parse import urlencode

from kartoteka.builtin.mail.models import SEND
from kartoteka.db.session import Session
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.work import EVERY_KIND, Action
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef


def write_page(records: list[RecordRef]) -> str:
    """Return the address of the page on which one writes about a record; it comes back to the record's own page."""
    return f"/mail/new?{urlencode({'ref': str(records[0])})}"


def belongs_to_a_client(session: Session, record: RecordRef) -> bool:
    """Tell whether there is a client behind a record of this kind, whose addresses can be taken."""
    kind = extension_of(session).registry.find_kind(record.kind)
    return kind is not None and kind.client_column is not None


ACTIONS = [
    Action(
        name="write",
        kinds=(EVERY_KIND,),
        title=_("Write an e-mail"),
        icon="mail",
        permission=SEND,
        page=write_page,
        when=belongs_to_a_client,
        weight=120,
    )
]
