"""Rows for every list: copies of one record each, with duplicates and empties in what they are sorted by."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from importlib.metadata import entry_points
from pkgutil import walk_packages
from typing import Any

from sqlalchemy import Table, UniqueConstraint, select

from kartoteka.builtin.custom_fields.service import add_field
from kartoteka.db.journal import insert_rows
from kartoteka.db.session import Session
from kartoteka.web.lists import RecordList
from tests.hostile.house import House

ROWS = 11
NAMES = ("žuvėdra", "Žuvėdra", "", "Ąžuolas", "azuolas", "Zebra", "ąžuolas", "", "Žuvėdra", "zebra", "Ёлка")
NUMBERS = ("IN-10", "IN1", "", "in-2", "IN-10", "Ž-1", "IN 10", "", "in1", "Z-1", "2026/7")
DAY = date(2026, 3, 2)
DAYS = tuple(DAY + timedelta(days=number % 4) for number in range(ROWS))
MOMENTS = tuple(datetime(2026, 3, 2, 8 + number % 4, tzinfo=UTC) for number in range(ROWS))

FURNISHED: Mapping[str, Mapping[str, Sequence[Any]]] = {
    "clients": {
        "number": [f"{number}{index}" for index, number in enumerate(NUMBERS)],
        "company_name": NAMES,
        "registration_code": NUMBERS,
        "importance": ("", "a", "b", "a"),
        "registered_on": DAYS,
    },
    "clients.directory": {"name": NAMES},
    "crm_clients.contacts": {"surname": NAMES, "first_name": ("", "Ona", "ona")},
    "crm_clients.segments": {"name": NAMES, "is_shared": (True,)},
    "crm_inquiries.activities": {
        "due_at": MOMENTS,
        "starts_at": MOMENTS[1:],
        "importance": (1, 4, 2),
        "status": ("planned", "started", "cancelled"),
        "number": NUMBERS,
        "performer_id": ("user", "admin", None, "small"),
    },
    "crm_inquiries.appeals": {"number": NUMBERS, "received_at": MOMENTS},
    "crm_inquiries.inquiries": {"number": NUMBERS, "received_at": MOMENTS, "moved_at": MOMENTS[1:]},
    "crm_inquiries.letters": {"received_at": MOMENTS},
    "crm_inquiries.needs": {"noted_on": DAYS},
    "crm_inquiries.projects": {},
    "crm_inquiries.promises": {"due_on": DAYS},
    "files.register": {
        "number": [f"{number}{index}" for index, number in enumerate(NUMBERS)],
        "title": NAMES,
        "registered_on": DAYS,
    },
    "inbox.mails": {"received_at": MOMENTS},
    "mail.outbox": {"created_at": MOMENTS},
}
"""What stands in the columns that a list is sorted by, turn by turn; a user by the name that the house knows."""

OWN_FIELDS: Mapping[str, Sequence[Any]] = {
    "line": NAMES,
    "url": ("https://a.lt", None, "https://A.lt", "https://ž.lt"),
    "integer": (10, 9, None, -1, 9),
    "decimal": ("2.5", "10", None, "2.50", "-3"),
    "money": ("2.50", "10.00", None, "2.50"),
    "date": ("2026-03-02", None, "2025-12-31", "2026-03-02"),
    "yes_no": (True, None, False),
    "choice": ("gas", "", "diesel"),
}
"""Values of a field of the company, by its type."""


def every_list() -> dict[str, RecordList]:
    """Return the lists that the core and the installed modules have anywhere, by name."""
    packages = {"kartoteka", *(one.value.split(".")[0] for one in entry_points(group="kartoteka.modules"))}
    for package in packages:
        for name in _rooms(package):
            import_module(name)
    loaded = [module for name, module in sys.modules.items() if name.split(".")[0] in packages]
    found = [one for module in loaded for one in vars(module).values() if isinstance(one, RecordList)]
    return {one.name: one for one in found}


def _rooms(package: str) -> Iterator[str]:
    """Yield the modules in which lists may stand; what starts the program is left alone."""
    path = import_module(package).__path__
    for room in walk_packages(path, f"{package}."):
        if not any(word in room.name for word in (".wsgi", ".migrations", ".testing", "__main__")):
            yield room.name


def add_own_fields(session: Session, kind: str) -> dict[str, Sequence[Any]]:
    """Let records of a kind have a field of each type that lists can be sorted by; returns values by name."""
    made: dict[str, Sequence[Any]] = {}
    for type_, values in OWN_FIELDS.items():
        more = {"choices": "Gas\nDiesel"} if type_ == "choice" else {}
        more |= {"currency": "EUR"} if type_ == "money" else {}
        field = add_field(session, kind, {"type": type_, "title": f"Own {type_}", **more})
        made[field.name] = values
    return made


def add_rows(session: Session, house: House, one: RecordList, values: Mapping[str, Sequence[Any]]) -> list[int]:
    """Copy the first record of a list, with these values turn by turn; returns the ids of the copies."""
    table: Table = one.model.__table__
    first = session.execute(select(table).order_by(table.c.id).limit(1)).mappings().first()
    assert first is not None, f"Say in tests/hostile/furnishing.py how a record of {one.name} is made."
    derived = {name for name, column in table.c.items() if column.info.get("derived")}
    left_out = {"id", "version", "custom_values", *derived, *values}
    usual = {name: value for name, value in first.items() if name not in left_out}
    rows = [{**usual, **_single(table, usual, 1000 + number), **_turn(house, values, number)} for number in range(ROWS)]
    return insert_rows(session, table.name, rows)


def _turn(house: House, values: Mapping[str, Sequence[Any]], number: int) -> dict[str, Any]:
    turn = {name: given[number % len(given)] for name, given in values.items()}
    return {name: house.ids.get(one, one) if name.endswith("_id") else one for name, one in turn.items()}


def _single(table: Table, usual: Mapping[str, Any], mark: int) -> dict[str, Any]:
    """Return other values for what may stand in one row only."""
    unique = {one for rule in table.constraints if isinstance(rule, UniqueConstraint) for one in rule.columns.keys()}  # noqa: SIM118 - columns themselves are no names
    unique |= {one for index in table.indexes if index.unique for one in index.columns.keys()}  # noqa: SIM118
    given = {name: usual[name] for name in unique if usual.get(name) is not None and not table.c[name].foreign_keys}
    return {name: f"{one}{mark}" if isinstance(one, str) else one + mark for name, one in given.items()}
