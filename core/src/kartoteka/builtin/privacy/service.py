"""Use cases of privacy: erase a client's personal data, note that it was given out. Services never commit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from kartoteka.builtin.clients.queries import Client
from kartoteka.builtin.custom_fields.service import erase_values_of
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.privacy.erasing import Erased, blank_audit, blank_journal, forget_notifications, replace_rows
from kartoteka.builtin.privacy.holdings import Holdings, Part
from kartoteka.builtin.privacy.models import Erasure
from kartoteka.builtin.privacy.persons import PersonHoldings, find_person
from kartoteka.builtin.privacy.rights import ERASE, EXPORT
from kartoteka.builtin.privacy.sweeping import Sweep
from kartoteka.db.audit import audit
from kartoteka.db.clock import utc_now
from kartoteka.db.engine import Database
from kartoteka.db.journal import update_rows
from kartoteka.db.journal.operations import raw_connection
from kartoteka.db.session import Session, actor_of, demand, find
from kartoteka.extension import dispatch
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.vocabulary.errors import InvalidInput, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState
from kartoteka.vocabulary.text import clean_line

CLIENT_KIND = "clients.client"
REASON_LENGTH = 300
TIDY = "privacy.tidy"
LARGE = 300 * 1024 * 1024


def erase_client(session: Session, client_id: int, reason: str) -> Erasure:
    """Erase the personal data of a client that the actor sees, and of those merged into it; return what was done.

    What the law keeps (``keep_until``) stays as it is. Raises Forbidden, NotFound, InvalidInput without a reason, and
    Refused while a module that may keep data does not work.
    """
    demand(session, ERASE)
    client = find(session, Client, client_id)
    reason = _sound_reason(reason)
    _refuse_broken(session)
    _overwrite_what_goes(session)
    holdings = Holdings(session, client.id)
    kept = Counter(table for table, _id in holdings.kept)
    words = holdings.words
    done = replace_rows(session, holdings)
    forget_notifications(session, holdings, done)
    dispatch.erase_client(session, holdings.client_ids, words.all)
    _archive(session, client)
    sweep = Sweep(holdings)
    sweep.run()
    blank_journal(session, holdings, done)
    blank_audit(session, holdings, CLIENT_KIND, holdings.client_ids)
    erasure = Erasure(client_id=client.id, reason=words.without_in_title(reason), kept=dict(kept))
    return _noted(session, erasure, "client.erased", RecordRef(CLIENT_KIND, client.id), done, sweep)


def erase_person(session: Session, kind_name: str, record_id: int, reason: str) -> Erasure:
    """Erase one person among the records of a client that stays, such as a contact of a company.

    The record is made anonymous and put away; the person's name, addresses and numbers go from the client's other
    records and from those of nobody, unless the law keeps them. Raises what `erase_client` raises.
    """
    demand(session, ERASE)
    kind, record = find_person(session, kind_name, record_id)
    reason = _sound_reason(reason)
    _refuse_broken(session)
    _overwrite_what_goes(session)
    holdings = PersonHoldings(session, kind, record)
    kept = Counter(part.table.name for part in holdings.parts for row in part.rows if _is_kept(holdings, part, row))
    words, ref = holdings.words, RecordRef(kind.kind, record.id)
    done = replace_rows(session, holdings)
    erase_values_of(session, done.records)
    forget_notifications(session, holdings, done)
    dispatch.erase_client(session, (), words.all)
    if getattr(record, "state", None) == RecordState.ACTIVE:
        update_rows(session, kind.table, {record.id: {"state": RecordState.ARCHIVED}})
    sweep = Sweep(holdings)
    sweep.run()
    blank_journal(session, holdings, done)
    blank_audit(session, holdings, kind.kind, [record.id])
    erasure = Erasure(client_id=holdings.client_id, about=ref, reason=words.without_in_title(reason), kept=dict(kept))
    return _noted(session, erasure, "person.erased", ref, done, sweep)


def _is_kept(holdings: PersonHoldings, part: Part, row: Mapping[str, Any]) -> bool:
    return (part.table.name, row.get("id", 0)) in holdings.kept


def _noted(session: Session, erasure: Erasure, event: str, ref: RecordRef, done: Erased, sweep: Sweep) -> Erasure:
    erasure.user_id = actor_of(session).user_id
    erasure.erased, erasure.mentions = dict(done.counts), dict(sweep.mentions)
    session.add(erasure)
    session.flush()
    audit(session, event, ref=ref, facts={"erased": sum(done.counts.values()), "kept": sum(erasure.kept.values())})
    _ask_for_tidying(session, sorted(done.contents))
    return erasure


def note_person_export(session: Session, kind_name: str, record_id: int) -> tuple[RecordKind, Any]:
    """Note that a person's data is given out and return the record; raises what `note_export` raises."""
    demand(session, EXPORT)
    kind, record = find_person(session, kind_name, record_id)
    _refuse_broken(session)
    audit(session, "person.exported", ref=RecordRef(kind.kind, record.id), facts={"kind": kind.kind})
    return kind, record


def note_export(session: Session, client_id: int) -> Client:
    """Note that a client's data is given out; raises Forbidden, NotFound, and Refused as `erase_client` does."""
    demand(session, EXPORT)
    client = find(session, Client, client_id)
    _refuse_broken(session)
    audit(session, "client.exported", ref=RecordRef(CLIENT_KIND, client.id), facts={"number": client.number})
    return client


def _sound_reason(reason: str) -> str:
    text = clean_line(reason)
    if not text:
        raise InvalidInput({"reason": _("Enter the reason: who asked for it, and when.")})
    if len(text) > REASON_LENGTH:
        raise InvalidInput(
            {"reason": _("This is too long: at most %(longest)s characters fit here.", longest=REASON_LENGTH)}
        )
    return text


def _refuse_broken(session: Session) -> None:
    broken = extension_of(session).registry.broken
    if broken:
        names = ", ".join(one.name for one in broken)
        raise Refused(_("These modules do not work, and may keep data of this client: %(names)s.", names=names))


def _overwrite_what_goes(session: Session) -> None:
    """Let SQLite overwrite what is deleted, instead of leaving it in the file until the space is used again."""
    if session.database.is_sqlite:
        raw_connection(session).exec_driver_sql("PRAGMA secure_delete = ON")


def _archive(session: Session, client: Client) -> None:
    if client.state == RecordState.ACTIVE:
        update_rows(session, Client, {client.id: {"state": RecordState.ARCHIVED}})


def _ask_for_tidying(session: Session, contents: list[str]) -> None:
    """Ask for the rest: contents of files go when nothing names them, and SQLite writes its file anew.

    A large file is written anew at night: meanwhile nobody can save.
    """
    at_night = utc_now().replace(hour=1, minute=0) + timedelta(days=1)
    run_at = at_night if _is_large(session.database) else None
    enqueue(session, TIDY, {"contents": contents}, title=_("Tidy up after an erasure"), run_at=run_at)


def _is_large(database: Database) -> bool:
    path = Path(database.url.database or "")
    return database.is_sqlite and path.is_file() and path.stat().st_size > LARGE
