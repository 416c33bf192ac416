"""Steps: inside the caller's transaction; an exception stops everything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kartoteka.extension.version import hookspec

if TYPE_CHECKING:
    from kartoteka.db.session import Session
    from kartoteka.extension.declarations.people import PlannedContact
    from kartoteka.vocabulary.mail import SentMail
    from kartoteka.vocabulary.message import Translatable
    from kartoteka.vocabulary.record import RecordRef


@hookspec
def merge_clients(session: Session, kept_id: int, merged_ids: Sequence[int]) -> None:
    """Do what merging clients takes beyond moving the module's rows to the kept client.

    When called: inside the transaction of a merge, after all rows were moved and the kept client has its values; on all
        installed modules, switched off or not, because their rows are moved too.
    Returns: nothing; what the module changes through the journal is undone together with the merge.
    Order: modules after those they require, then by name.
    Since: 1.0
    Example::

        @hookimpl
        def merge_clients(session: Session, kept_id: int, merged_ids: Sequence[int]) -> None:
            visits = session.scalars(select(Visit.id).where(Visit.client_id == kept_id, Visit.is_next))
            update_rows(session, Visit, dict.fromkeys(visits.all()[1:], {"is_next": False}))
    """
    raise NotImplementedError


@hookspec
def export_client(session: Session, client_ids: Sequence[int]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Add to the file of everything that is kept about a client.

    When called: when somebody gives out a client's data, on all installed modules, switched off or not; the rows that
        `register_client_references` and `register_personal_data` name are in the file already. The clients are one
        and those that were merged into it.
    Returns: lists of plain values by what they are called; an empty dictionary when there is nothing to add.
    Order: by module; a module that raises stops the export.
    Since: 1.0
    Example::

        @hookimpl
        def export_client(session: Session, client_ids: Sequence[int]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
            return {"visits asked for": [{"clients": list(client_ids), "asked": True}]}
    """
    raise NotImplementedError


@hookspec
def erase_client(session: Session, client_ids: Sequence[int], words: Sequence[str]) -> None:
    """Erase what only the module itself can find of a client: files that wait, copies, what other programs keep.

    When called: while a client's personal data is erased, in the same transaction, on all installed modules, switched
        off or not; the columns that `register_personal_data` names are blank by then. ``words`` are the full names,
        e-mail addresses, numbers and codes that stood there.
    Returns: nothing; a module that raises stops the erasure.
    Order: in the order of loading: modules after those they require.
    Since: 1.0
    Example::

        @hookimpl
        def erase_client(session: Session, client_ids: Sequence[int], words: Sequence[str]) -> None:
            session.info.setdefault("erased visits", []).extend(client_ids)
    """
    raise NotImplementedError


@hookspec
def load_demo(session: Session, size: int) -> None:
    """Add the module's part to the demo company.

    When called: by ``kartoteka demo``, inside its transaction, on active modules.
    Returns: nothing; the same size gives the same data every time.
    Order: modules after those they require, then by name, so that the clients are already there.
    Since: 1.0
    Example::

        @hookimpl
        def load_demo(session: Session, size: int) -> None:
            session.add(Visit(client_id=1, place="Vilnius"))
    """
    raise NotImplementedError


@hookspec
def note_sent_mail(session: Session, mail: SentMail) -> None:
    """Note that somebody has sent a mail: who was answered, when, and what it is to be shown with.

    When called: after a mail was put into the outbox, inside the same transaction; on active modules. What the program
        sends by itself comes too: ``mail.automatic`` is true then.
    Returns: nothing; a module that raises keeps the mail from leaving.
    Order: modules after those they require, then by name.
    Since: 1.0
    Example::

        @hookimpl
        def note_sent_mail(session: Session, mail: SentMail) -> None:
            if mail.ref is not None and mail.ref.kind == "crm_visits.visit":
                session.info.setdefault("answered visits", []).append(mail.ref.id)
    """
    raise NotImplementedError


@hookspec
def plan_contacts(session: Session, contacts: Sequence[PlannedContact]) -> Sequence[RecordRef] | None:
    """Plan what somebody is to do with each of several clients: a call, a visit.

    When called: when somebody plans contacts with many clients at once, such as dormant ones; on active modules, in the
        same transaction, with the rights of whoever plans. The caller has found the clients by a restricted SELECT.
        What is planned again for a client is moved and not planned twice.
    Returns: what was planned, one record for each contact in their order, or None to leave it to another module, also
        where the actor may not plan it this way. Where every module does, people are reminded instead.
    Order: weight, module; the first answer that is not None counts, and no other module is asked.
    Since: 1.0
    Example::

        @hookimpl
        def plan_contacts(session: Session, contacts: Sequence[PlannedContact]) -> Sequence[RecordRef] | None:
            return [RecordRef("crm_visits.visit", plan_visit(session, one.client_id, one.at).id) for one in contacts]
    """
    raise NotImplementedError


@hookspec
def settle_undo(session: Session, kind: str, rows: Sequence[Mapping[str, Any]], final: bool) -> None:
    """Complete what an undo has put back where records hang together otherwise than by references, or object to it.

    When called: at the end of an undo, inside its transaction, for each kind of record that it changed; on active
        modules. ``rows`` are at most 500 records as tables hold them: those that are there again or were changed back
        as they are now, changed ones also as they were before the undo, and those that went as they last were.
        ``final`` says that it is done in the background and can't be stopped any more: then mend what you can.
    Returns: nothing; raising `Refused` stops an undo that is done at once with these words, and leaves a note in one
        that is final. What the module changes belongs to the undo.
    Order: modules after those they require, then by name.
    Since: 1.0
    Example::

        @hookimpl
        def settle_undo(session: Session, kind: str, rows: Sequence[Mapping[str, Any]], final: bool) -> None:
            if kind == "crm_visits.visit":
                session.info.setdefault("clients to visit", set()).update(row["client_id"] for row in rows)
    """
    raise NotImplementedError


@hookspec
def check_data(session: Session) -> Sequence[Translatable]:
    """Say what is wrong with the module's rows that no constraint of the database forbids.

    When called: by the command ``kartoteka check``, as the system, in a session that only reads, on active modules.
    Returns: a sentence for each fault that names the record, never a person, at most a hundred; an empty list when all
        is in order.
    Order: by module; a module that raises is a fault itself, and the others are asked nevertheless.
    Since: 1.0
    Example::

        @hookimpl
        def check_data(session: Session) -> Sequence[Translatable]:
            ids = session.scalars(select(Visit.id).where(Visit.visited_on > date(2100, 1, 1)).limit(100))
            return [_("Visit %(id)s is on a day that nobody lives to see.", id=one) for one in ids]
    """
    raise NotImplementedError
