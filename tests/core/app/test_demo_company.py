"""The demo company: the same at every filling, and believable in its clients, its months and its doubles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.demo.inventing import invent_clients
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.pairs.queries import Place, read_pairs
from kartoteka.builtin.users.models import User
from kartoteka.db.journal import JournalEntry, Operation
from kartoteka.demo_company import fill_demo_company
from kartoteka.testing import run_jobs
from kartoteka.testing.company import Company, open_company
from tests.installed import installed

SIZE, FEW = 300, 40
TODAY = datetime.now(UTC).date()
MIDNIGHT = datetime.combine(TODAY, time(), UTC)
COUNTRIES = ("LT", "EE", "LV", "UA")
UNEQUAL = frozenset({"created_at", "updated_at", "created_by", "updated_by"})
"""Columns that hold when a row was written, not what was made up."""


@contextmanager
def filled(size: int = SIZE) -> Iterator[Company]:
    with open_company() as company:
        company.switch(*installed("crm_clients"))
        fill_demo_company(company.installation, size, TODAY)
        yield company


def test_the_demo_company_is_the_same_at_every_filling() -> None:
    with filled(FEW) as one, filled(FEW) as other:
        assert clients(one) == clients(other)
        assert lived(one) == lived(other)
        assert len(lived(one)) > FEW


def test_the_demo_company_is_believable() -> None:
    with filled() as demo:
        assert len(lived(demo)) > SIZE
        clients_live_in_four_countries(demo)
        journal_spans_eighteen_months(lived(demo))
        users_have_different_rights(demo)
        finder_hits_the_planted_doubles(demo)


def rows(company: Company, *columns: Any, order: Any) -> list[tuple[Any, ...]]:
    with company.database.reading(company.system) as session:
        return [tuple(row) for row in session.execute(select(*columns).order_by(order))]


def clients(company: Company) -> list[tuple[Any, ...]]:
    columns = [column for column in Client.__table__.columns if column.name not in UNEQUAL]
    return rows(company, *columns, order=Client.id)


def lived(company: Company) -> list[tuple[Any, ...]]:
    """Return what happened to clients before today."""
    return [entry for entry in history(company) if entry[0] < MIDNIGHT]


def history(company: Company) -> list[tuple[Any, ...]]:
    """Return what happened to clients, when and by whom."""
    with company.database.reading(company.system) as session:
        about = select(JournalEntry.at, JournalEntry.action, JournalEntry.record_id, Operation.user_name)
        joined = about.join(Operation, Operation.id == JournalEntry.operation_id)
        found = session.execute(joined.where(JournalEntry.kind == "clients.client").order_by(JournalEntry.id))
        return [tuple(row) for row in found]


def clients_live_in_four_countries(demo: Company) -> None:
    found = Counter(country for (country,) in rows(demo, Client.country, order=Client.id))
    assert (sum(found.values()), set(found)) == (SIZE, set(COUNTRIES))
    assert min(found.values()) >= 20, found
    kinds = Counter(kind for (kind,) in rows(demo, Client.kind, order=Client.id))
    assert kinds["company"] > kinds["person"] > 20


def journal_spans_eighteen_months(entries: list[tuple[Any, ...]]) -> None:
    months = Counter((at.year, at.month) for at, *_rest in entries)
    first = min(at for at, *_rest in entries)
    assert timedelta(days=530) < MIDNIGHT - first < timedelta(days=570)
    assert len(months) >= 18
    assert min(months[one] for one in sorted(months)[1:-1]) >= 5, "no month without work"
    assert {"Rasa Kazlauskienė", "Kadri Tamm", "Tomas Petrauskas"} <= {who for *_rest, who in entries}


def users_have_different_rights(demo: Company) -> None:
    people = rows(demo, User.id, User.login, order=User.id)
    assert [login for _id, login in people] == ["rasa", "kadri", "tomas"]
    director, head, seller = (demo.actor(number) for number, _login in people)
    told = [(actor.can("users.manage"), actor.can("clients.share")) for actor in (director, head, seller)]
    assert told == [(True, True), (False, True), (False, False)]
    seen = [demo.browser(number).get("/clients/?count=exact").text for number, _login in people]
    totals = [int(text.partition("Total: ")[2].split("<")[0].strip()) for text in seen]
    assert totals[0] == SIZE > totals[2] > 0


@pytest.mark.parametrize("month", range(1, 13))
def test_birthdays_are_near_whatever_the_day(month: int) -> None:
    today = TODAY.replace(month=month, day=11)
    born = [one["birth_date"] for one in invent_clients(SIZE, today) if one["kind"] == "person"]
    near = {((today + timedelta(days=days)).month, (today + timedelta(days=days)).day) for days in range(15)}
    assert sum((one.month, one.day) in near for one in born) >= 3


def finder_hits_the_planted_doubles(demo: Company) -> None:
    boss = demo.add_user("administrator")
    assert demo.browser(boss).post("/clients/pairs/search").status_code == 302
    run_jobs(demo)
    found = pairs(demo, boss)
    known = {
        (mail, on): one for mail, on, one in rows(demo, Client.email, Client.registered_on, Client.id, order=Client.id)
    }
    planted = [(known[one], known[other]) for one, other in planted_doubles()]
    assert len(planted) == SIZE // 20
    assert [pair for pair in planted if frozenset(pair) not in found] == []


def pairs(company: Company, user_id: int) -> set[frozenset[int]]:
    """Return the ids of all pairs that the page of duplicates tells the user of."""
    found: set[frozenset[int]] = set()
    place: Place | None = Place()
    with company.database.reading(company.actor(user_id)) as session:
        while place is not None:
            page = read_pairs(session, place)
            found |= {frozenset((one.first["id"], one.second["id"])) for one in page.pairs}
            place = Place.parse(str(page.next)) if page.next else None
    return found


def planted_doubles() -> list[tuple[tuple[str, date], tuple[str, date]]]:
    """Return e-mail and day of registration of each planted double, behind those of the client it copies."""
    first: dict[str, tuple[str, date]] = {}
    planted = []
    for place, one in enumerate(invent_clients(SIZE, TODAY)):
        key = (one["email"], one["registered_on"])
        if place % 20 == 19:
            planted.append((first[one["email"]], key))
        first.setdefault(one["email"], key)
    return planted
