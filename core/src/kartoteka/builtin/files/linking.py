"""To which records of its client a document belongs: what is offered, and choosing from it (CORE-15)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import select

from kartoteka.builtin.files.models import File, FileLink
from kartoteka.builtin.files.queries import client_names, see_file
from kartoteka.db.session import Session, as_system
from kartoteka.extension.asking import document_links
from kartoteka.extension.declarations.documents import DocumentLink
from kartoteka.extension.seeing import demand_seen
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef

MOST = 200


@dataclass(frozen=True)
class Offered:
    """A record that is offered, with those that are offered when it is chosen."""

    link: DocumentLink
    parts: tuple[DocumentLink, ...] = ()


def links_for(session: Session, client_id: int | None) -> list[DocumentLink]:
    """Return what modules offer for a client; nothing for one that the actor may not see."""
    if client_id is None or not client_names(session, [client_id]):
        return []
    return document_links(session, client_id)


def offered_links(session: Session, client_id: int | None) -> dict[str, list[Offered]]:
    """Return what modules offer for a client, under the headings that they give."""
    links = links_for(session, client_id)
    groups: dict[str, list[Offered]] = {}
    for one in links:
        if one.under is None:
            parts = tuple(part for part in links if part.under == one.ref)
            groups.setdefault(str(one.group), []).append(Offered(one, parts))
    return groups


def choose_links(session: Session, file_id: int, records: Collection[RecordRef]) -> None:
    """Let a document belong to these of the records that are offered; what is not offered to the actor stays.

    Raises NotFound, and InvalidInput for a record that is not offered, or one under a record that is not chosen.
    """
    file = see_file(session, file_id)
    offered = {one.ref: one for one in links_for(session, file.client_id)}
    chosen = {*records, *([file.about] if file.about else [])}
    for one in records:
        link = offered.get(one)
        if link is None or (link.under is not None and link.under not in chosen):
            raise InvalidInput({"records": _("Choose one of the values offered.")})
    with as_system(session, reason="links of a document that is seen"):
        said = [one.record for one in session.scalars(select(FileLink).where(FileLink.file_id == file.id))]
    _put_links(session, file, {*records, *(one for one in said if one not in offered)})


def link_file(session: Session, file_id: int, records: Iterable[RecordRef]) -> None:
    """Say to which other records a document belongs, in place of those said before (CORE-15).

    Raises NotFound for a record that the actor may not see.
    """
    file = see_file(session, file_id)
    wanted = set(records)
    for record in wanted:
        demand_seen(session, record)
    _put_links(session, file, wanted)


def with_above(links: Iterable[DocumentLink], record: RecordRef) -> list[RecordRef]:
    """Return a record that is offered with those that it is offered under; nothing for one that is not."""
    offered, chosen = {one.ref: one for one in links}, list[RecordRef]()
    above: RecordRef | None = record
    while above in offered and above not in chosen:
        chosen.append(above)
        above = offered[above].under
    return chosen


def read_records(written: Iterable[object]) -> list[RecordRef]:
    """Return the records that are named, each once; raises InvalidInput for what names none."""
    try:
        found = list(dict.fromkeys(RecordRef.parse(str(one)) for one in written))
    except ValueError:
        found = None
    if found is None or len(found) > MOST:
        raise InvalidInput({"records": _("Choose one of the values offered.")})
    return found


def _put_links(session: Session, file: File, records: Iterable[RecordRef]) -> None:
    """Write down to which other records a document belongs; the caller has looked at all of them."""
    wanted = set(records)
    with as_system(session, reason="links of a document that is seen"):
        for link in session.scalars(select(FileLink).where(FileLink.file_id == file.id)):
            if link.record in wanted:
                wanted.discard(link.record)
            else:
                session.delete(link)
        whose = {"file_id": file.id, "client_id": file.client_id, "needs": file.needs}
        session.add_all(FileLink(record=record, **whose) for record in sorted(wanted))
        session.flush()
