"""Number series: the numbers of documents, without gaps where the law asks for it, and of everything else."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import Connection, String, UniqueConstraint, bindparam, orm
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
    _check_mask(mask)
    values = {"name": name, "year": on.year if "{year" in mask else YEARLESS, "mask": mask, "gapless": gapless}
    kept_mask, first = _draw(session, values, count)
    return [kept_mask.format(year=on.year, number=number) for number in range(first, first + count)]


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


def _draw(session: orm.Session, values: dict[str, object], count: int) -> tuple[str, int]:
    own = orm.Session.connection(session)
    if values["gapless"] or own.dialect.name == "sqlite":
        return _execute(own, values, count)
    with own.engine.begin() as other:
        return _execute(other, values, count)


def _execute(connection: Connection, values: dict[str, object], count: int) -> tuple[str, int]:
    """Take the next numbers in one statement, which also begins the series: two first draws cannot collide."""
    parameters = {**values, "next_value": count + 1, "drawn": count}
    mask, following = connection.execute(_TAKE[connection.dialect.name], parameters).one()
    return mask, following - count


def _take(insert: Any) -> Any:
    """Return the statement that begins a series or moves it on by ``drawn``."""
    table = NumberSeries.__table__
    further = {"next_value": table.c.next_value + bindparam("drawn")}
    return (
        insert(table)
        .values({name: bindparam(name) for name in ("name", "year", "mask", "gapless", "next_value")})
        .on_conflict_do_update(index_elements=["name", "year"], set_=further)
        .returning(table.c.mask, table.c.next_value)
    )


_TAKE = {"sqlite": _take(sqlite.insert), "postgresql": _take(postgresql.insert)}
