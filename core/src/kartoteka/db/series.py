"""Number series: the numbers of documents, without gaps where the law asks for it, and of everything else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, String, UniqueConstraint, bindparam, orm, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model
from kartoteka.db.rights import SYSTEM_ONLY
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

MASK_LENGTH = 60
YEARLESS = 0
"""The ``year`` of a series whose mask does not name the year: it goes on for ever."""


class NumberSeries(Model):
    """How far a series has come in a year; ``next_value`` is the number that will be given next."""

    __tablename__ = "core_number_series"
    __table_args__ = (UniqueConstraint("name", "year"),)
    __row_scope__ = SYSTEM_ONLY

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    year: Mapped[int]
    mask: Mapped[str] = mapped_column(String(60))
    next_value: Mapped[int]
    gapless: Mapped[bool]


def next_number(
    session: orm.Session, name: str, *, mask: str = "{year}-{number:04}", gapless: bool = False, on: date
) -> str:
    """Draw the next number of a series, written by its mask ("2026-0017").

    ``on`` is the document's date: a back-dated document draws from its own year. A gapless number belongs to the
    transaction: others wait until it ends, and it is given again when it is rolled back, so draw it as the last
    write. Other numbers may leave gaps and make nobody wait on PostgreSQL, where they are drawn in a transaction of
    their own; SQLite has one writer at a time anyway. The mask of the first draw of a year stays in force for that
    year. Raises ValueError for a mask without ``{number}``.
    """
    return next_numbers(session, name, 1, mask=mask, gapless=gapless, on=on)[0]


def next_numbers(
    session: orm.Session, name: str, count: int, *, mask: str = "{year}-{number:04}", gapless: bool = False, on: date
) -> list[str]:
    """Draw several numbers at once, in their order: one statement, for work on many records."""
    draw = Draw(name, mask, on)
    kept_mask, following = _take_of_each(session, [_row(draw, count, gapless=gapless)])[draw.key]
    return [kept_mask.format(year=on.year, number=number) for number in range(following - count, following)]


@dataclass(frozen=True)
class Draw:
    """A number that is wanted: the name of its series, the mask, and the document's date."""

    name: str
    mask: str
    on: date

    @property
    def key(self) -> tuple[str, int]:
        """The series and the year that it is drawn from."""
        return self.name, self.on.year if "{year" in self.mask else YEARLESS


def next_of_each(session: orm.Session, *draws: Draw) -> list[str]:
    """Draw the next number of each of several series that may have gaps, as `next_number` does; one statement."""
    taken = _take_of_each(session, [_row(one, 1, gapless=False) for one in draws])
    return [taken[one.key][0].format(year=one.on.year, number=taken[one.key][1] - 1) for one in draws]


CHOSEN = -1
"""The ``year`` of the row that holds the mask which the company has chosen for years to come."""


def chosen_mask(session: orm.Session, name: str, declared: str) -> str:
    """Return the mask of a series for the years to come: the company's own, or the declared one."""
    table = NumberSeries.__table__
    asked = select(table.c.mask).where(table.c.name == name, table.c.year == CHOSEN)
    return orm.Session.connection(session).execute(asked).scalar() or declared


def choose_mask(session: orm.Session, name: str, mask: str, *, gapless: bool) -> None:
    """Let a series be written by this mask from its next year on, and at once while nothing has been drawn.

    Raises ValueError for a mask without ``{number}``.
    """
    _check_mask(mask)
    table, connection = NumberSeries.__table__, orm.Session.connection(session)
    unused = (table.c.name == name) & (table.c.next_value == 1)
    connection.execute(table.update().where(unused).values(mask=mask))
    connection.execute(table.delete().where(table.c.name == name, table.c.year == CHOSEN))
    chosen = {"name": name, "year": CHOSEN, "mask": mask, "next_value": 1, "gapless": gapless}
    connection.execute(table.insert().values(**chosen))


def begin_at(session: orm.Session, name: str, value: int, *, mask: str, gapless: bool, on: date) -> bool:
    """Let the first number of a series in a year be this one; False when numbers were drawn and it would leave a gap.

    A series without gaps can only be begun elsewhere, such as after the last invoice of another program; others may be
    moved on at any time, never back.
    """
    _check_mask(mask)
    table, connection = NumberSeries.__table__, orm.Session.connection(session)
    year = on.year if "{year" in mask else YEARLESS
    row = (table.c.name == name) & (table.c.year == year)
    found = connection.execute(select(table.c.next_value).where(row).with_for_update()).scalar()
    if found is None:
        values = {"name": name, "year": year, "mask": mask, "next_value": value, "gapless": gapless}
        connection.execute(table.insert().values(**values))
        return True
    if value < found or (gapless and value != found):
        return False
    connection.execute(table.update().where(row).values(next_value=value))
    return True


@dataclass(frozen=True)
class SeriesState:
    """How far a series has come in a year; year 0 is for a mask without the year."""

    name: str
    year: int
    mask: str
    next_value: int

    @property
    def next_number(self) -> str:
        """The number that will be given next."""
        return self.mask.format(year=self.year, number=self.next_value)


def series_states(session: orm.Session) -> list[SeriesState]:
    """Return all series that have begun, the newest year first."""
    table = NumberSeries.__table__
    columns = (table.c.name, table.c.year, table.c.mask, table.c.next_value)
    begun = select(*columns).where(table.c.year != CHOSEN).order_by(table.c.name, table.c.year.desc())
    return [SeriesState(*row) for row in orm.Session.connection(session).execute(begun)]


_FIELD = re.compile(r"\{(year|number)(:0?[0-9]{1,2})?\}")


def mask_problem(mask: str) -> Message | None:
    """Return what is wrong with a mask, None for a good one."""
    # A mask may be typed by an administrator: format() must meet nothing but these two fields.
    if "{number" not in mask or re.search(r"[{}]", _FIELD.sub("", mask)) or len(mask) > MASK_LENGTH:
        return _("Write {number} where the number goes, such as {year}-{number:04}.")
    return None


def _check_mask(mask: str) -> None:
    if mask_problem(mask):
        raise ValueError(f"A number's mask is made of {{number}} and {{year}}, like {{number:05}}; not {mask!r}.")


def _row(draw: Draw, count: int, *, gapless: bool) -> dict[str, Any]:
    """Return the row of a series that begins with so many numbers."""
    _check_mask(draw.mask)
    name, year = draw.key
    return {"name": name, "year": year, "mask": draw.mask, "gapless": gapless, "next_value": count + 1}


_Taken = dict[tuple[str, int], tuple[str, int]]
"""The mask in force and the value that follows those taken, by series and year."""


def _take_of_each(session: orm.Session, rows: list[dict[str, Any]]) -> _Taken:
    own = orm.Session.connection(session)
    if own.dialect.name == "sqlite" or any(row["gapless"] for row in rows):
        return _execute(own, rows)
    with own.engine.begin() as other:
        return _execute(other, rows)


def _execute(connection: Connection, rows: list[dict[str, Any]]) -> _Taken:
    """Take the next numbers in one statement, which also begins the series: two first draws cannot collide."""
    # Who draws from the same series locks them in the same order.
    ordered = sorted(rows, key=lambda row: (row["name"], row["year"]))
    found = connection.execute(_TAKE[connection.dialect.name], ordered if len(ordered) > 1 else ordered[0])
    return {(row.name, row.year): (row.mask, row.next_value) for row in found}


def _take(insert: Any) -> Any:
    """Return the statement that begins series, or moves each on by as much as it would begin with."""
    table = NumberSeries.__table__
    made = insert(table)
    further = {"next_value": table.c.next_value + made.excluded.next_value - 1}
    return (
        made.values({name: bindparam(name) for name in ("name", "year", "mask", "gapless", "next_value")})
        .on_conflict_do_update(index_elements=["name", "year"], set_=further)
        .returning(table.c.name, table.c.year, table.c.mask, table.c.next_value)
    )


_TAKE = {"sqlite": _take(sqlite.insert), "postgresql": _take(postgresql.insert)}
