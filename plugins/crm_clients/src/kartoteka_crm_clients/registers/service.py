"""Loading a register: in steps that go on where the last one was committed, in memory that does not grow with the file.

A file is read twice: the first time nothing is written, so that a file that is no register changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from kartoteka.api.db import Session, as_system, utc_now
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.registers.formats import PROBLEMS, Unread, companies_of
from kartoteka_crm_clients.registers.models import RegisterChange, RegisterCompany, RegisterLoad
from kartoteka_crm_clients.registers.reading import opened
from kartoteka_crm_clients.registers.rules import COUNTRIES, LENGTHS, Company, Status, name_keys

_ = Texts("crm_clients")

CHUNK = 500
MOST_PROBLEMS = 100
CHECKING, LOADING, LEAVING, DONE, FAILED = "checking", "loading", "leaving", "done", "failed"
_FEW_UNREAD, _SHARE_UNREAD = 20, 0.05
_FEW_GONE, _SHARE_GONE = 50, 0.25
_KEPT = (*LENGTHS, "status", "registered_on")
"""Fields whose former values are noted."""

Read = tuple[int, Company | Unread | None]


@dataclass
class Source:
    """A register's file, open at a record: ``place`` counts those that were read."""

    path: Any
    records: Iterator[Read]
    place: int = 0

    @classmethod
    def at(cls, country: str, path: Any, place: int = 0) -> Source:
        """Open a file and go to a place."""
        return cls(path, islice(_records(country, path), place, None), place)

    def take(self, most: int) -> list[Read]:
        """Return the next records, none at the end."""
        found = list(islice(self.records, most))
        self.place += len(found)
        return found

    def close(self) -> None:
        """Close the file."""
        self.records = iter(())


def _records(country: str, path: Any) -> Iterator[Read]:
    with opened(path) as stream:
        yield from companies_of(country, stream)


def begin_load(session: Session, country: str, filename: str, digest: str, size: int, **more: Any) -> RegisterLoad:
    """Note that a file is going to be loaded.

    Raises InvalidInput for a country without a register, and Refused when this file was the last one loaded, or while
    another one is being loaded.
    """
    if country not in COUNTRIES:
        raise InvalidInput({"country": _("Choose one of the values offered.")})
    last = session.scalars(
        select(RegisterLoad)
        .where(RegisterLoad.country == country, RegisterLoad.stage != FAILED)
        .order_by(RegisterLoad.id.desc())
        .limit(1)
    ).one_or_none()
    if last is not None and last.digest == digest and last.stage == DONE:
        raise Refused(_("This very file was loaded last time: there is nothing to change."))
    if last is not None and last.stage != DONE:
        if last.digest == digest:
            return last
        raise Refused(_("The file %(file)s is being loaded. Wait until it is done.", file=last.filename))
    load = RegisterLoad(country=country, filename=filename[:200], digest=digest, size=size, **more)
    load.counts, load.problems = {}, []
    session.add(load)
    session.flush()
    return load


def take_step(session: Session, load: RegisterLoad, source: Source, most: int = CHUNK) -> bool:
    """Do the next records of a load and say whether something is left; raises InvalidInput for a hopeless file."""
    if load.stage == LEAVING:
        return _leave(session, load, most)
    records = source.take(most)
    counts = Counter(load.counts)
    if load.stage == CHECKING:
        _check(load, records, counts)
    else:
        _write(session, load, records, counts)
    load.counts, load.place = dict(counts), source.place
    if len(records) < most:
        _end_stage(session, load)
    session.flush()
    return True


def needs_file(load: RegisterLoad) -> bool:
    """Say whether the next step reads the file."""
    return load.stage in (CHECKING, LOADING)


def fail_load(session: Session, load: RegisterLoad) -> None:
    """Note that a file could not be loaded."""
    load.stage, load.finished_at = FAILED, utc_now()
    session.flush()


def _check(load: RegisterLoad, records: Sequence[Read], counts: Counter[str]) -> None:
    unread = [found for _number, found in records if isinstance(found, Unread)]
    counts["unread"] += len(unread)
    counts["people"] += sum(1 for _number, found in records if found is None)
    load.records += len(records)
    room = MOST_PROBLEMS - len(load.problems)
    if unread[:room]:
        load.problems = [*load.problems, *(list(one) for one in unread[:room])]


def _end_stage(session: Session, load: RegisterLoad) -> None:
    if load.stage == LOADING:
        load.stage, load.place = LEAVING, 0
        return
    unread = load.counts.get("unread", 0)
    if not load.records:
        raise InvalidInput({"file": _("The file has no company in it. Nothing was changed.")})
    if unread >= load.records or (unread > _FEW_UNREAD and unread > load.records * _SHARE_UNREAD):
        number, field, _why = load.problems[0]
        raise InvalidInput(
            {
                "file": _(
                    "%(unread)s of %(all)s lines cannot be read, the first one is line %(number)s (%(field)s). "
                    "Nothing was changed.",
                    unread=unread,
                    all=load.records,
                    number=number,
                    field=field or "–",
                )
            }
        )
    load.stage, load.place = LOADING, 0


# --- Writing ---------------------------------------------------------------------------------------------------------


def _write(session: Session, load: RegisterLoad, records: Sequence[Read], counts: Counter[str]) -> None:
    companies: dict[str, Company] = {}
    numbers: dict[str, int] = {}
    for number, found in records:
        if not isinstance(found, Company):
            continue
        if found.code in companies:
            _twice(load, number, counts)
        else:
            companies[found.code], numbers[found.code] = found, number
    with as_system(session, reason="a register is loaded"):
        known = _known(session, load.country, list(companies))
        new = [one for code, one in companies.items() if code not in known]
        _insert(session, load, new)
        counts["new"] += len(new)
        same, changed = [], []
        for code, row in known.items():
            if row.seen_in == load.id:
                _twice(load, numbers[code], counts)
            elif row.digest == companies[code].digest and row.gone_on is None:
                same.append(row.id)
            else:
                changed.append((row, companies[code]))
        _mark_seen(session, load, same)
        counts["unchanged"] += len(same)
        _change(session, load, changed, counts)


def _twice(load: RegisterLoad, number: int, counts: Counter[str]) -> None:
    counts["unread"] += 1
    if len(load.problems) < MOST_PROBLEMS:
        load.problems = [*load.problems, [number, "", "twice"]]


def _known(session: Session, country: str, codes: list[str]) -> dict[str, Any]:
    table = RegisterCompany.__table__.c
    statement = select(table.id, table.code, table.digest, table.seen_in, table.gone_on)
    found = session.execute(statement.where(table.country == country, table.code.in_(codes)))
    return {row.code: row for row in found}


def _insert(session: Session, load: RegisterLoad, companies: list[Company]) -> None:
    if companies:
        rows = [{"country": load.country, "code": one.code, **_row(load, one)} for one in companies]
        session.connection().execute(insert(RegisterCompany.__table__), rows)  # type: ignore[arg-type]


def _row(load: RegisterLoad, company: Company) -> dict[str, Any]:
    keys = ("", "", "") if company.status == Status.REMOVED else name_keys(company.name)
    return {
        **{name: getattr(company, name) for name in _KEPT if name != "code"},
        "first_key": keys[0],
        "second_key": keys[1],
        "third_key": keys[2],
        "digest": company.digest,
        "seen_in": load.id,
        "gone_on": None,
    }


def _mark_seen(session: Session, load: RegisterLoad, ids: list[int]) -> None:
    if ids:
        table = RegisterCompany.__table__
        session.connection().execute(update(table).where(table.c.id.in_(ids)).values(seen_in=load.id))  # type: ignore[arg-type]


def _change(session: Session, load: RegisterLoad, changed: list[tuple[Any, Company]], counts: Counter[str]) -> None:
    if not changed:
        return
    table = RegisterCompany.__table__
    ids = [row.id for row, _company in changed]
    columns = [table.c[name] for name in _KEPT]
    before = {row.id: row for row in session.execute(select(table.c.id, *columns).where(table.c.id.in_(ids)))}
    notes, rows = [], []
    for row, company in changed:
        old = before[row.id]
        different = {name: getattr(old, name) for name in _KEPT if getattr(old, name) != getattr(company, name)}
        counts["back" if row.gone_on is not None else "changed"] += 1
        notes.append({"company_id": row.id, "load_id": load.id, "changed_at": utc_now(), "before": _plain(different)})
        rows.append({"which": row.id, **_row(load, company)})
    connection = session.connection()
    values = {name: bindparam(name) for name in rows[0] if name != "which"}
    connection.execute(update(table).where(table.c.id == bindparam("which")).values(**values), rows)  # type: ignore[arg-type]
    connection.execute(insert(RegisterChange.__table__), notes)  # type: ignore[arg-type]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value if value is None else str(value) for name, value in values.items()}


# --- What is not in the file any more --------------------------------------------------------------------------------


def _leave(session: Session, load: RegisterLoad, most: int) -> bool:
    """Mark companies that the file does not have any more; a file with far too few of them marks none."""
    counts = Counter(load.counts)
    met = counts["new"] + counts["changed"] + counts["unchanged"] + counts["back"]
    with as_system(session, reason="companies that left a register are marked"):
        table = RegisterCompany.__table__.c
        away = select(table.id).where(
            table.country == load.country, table.gone_on.is_(None), table.seen_in != load.id, table.id > load.place
        )
        if not load.place and _too_many(session, away, met):
            load.counts = {**load.counts, "kept": 1}
            return _finish(session, load)
        ids = list(session.scalars(away.order_by(table.id).limit(most)))
        if not ids:
            return _finish(session, load)
        _mark_gone(session, load, ids)
    counts["gone"] += len(ids)
    load.counts, load.place = dict(counts), ids[-1]
    session.flush()
    return True


def _too_many(session: Session, away: Any, met: int) -> bool:
    most = max(_FEW_GONE, int(met * _SHARE_GONE))
    return len(session.scalars(away.limit(most + 1)).all()) > most


def _mark_gone(session: Session, load: RegisterLoad, ids: list[int]) -> None:
    table = RegisterCompany.__table__
    today = utc_now().date()
    gone = {"gone_on": today, "first_key": "", "second_key": "", "third_key": ""}
    connection = session.connection()
    connection.execute(update(table).where(table.c.id.in_(ids)).values(**gone))  # type: ignore[arg-type]
    notes = [{"company_id": one, "load_id": load.id, "changed_at": utc_now(), "before": {"gone": False}} for one in ids]
    connection.execute(insert(RegisterChange.__table__), notes)  # type: ignore[arg-type]


def _finish(session: Session, load: RegisterLoad) -> bool:
    load.stage, load.finished_at = DONE, utc_now()
    session.flush()
    return False


def latest_loads(session: Session, most: int) -> Sequence[RegisterLoad]:
    """Return the loads, the newest first."""
    return session.scalars(select(RegisterLoad).order_by(RegisterLoad.id.desc()).limit(most)).all()


def problem_words(why: str) -> Any:
    """Return what is wrong with a record in words."""
    return PROBLEMS.get(why, why)
