"""The card as it was on a day (M-02): equal to a snapshot taken on that day, whatever has happened since."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.as_of.rebuilding import FormerClient, rebuild
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import change_client, create_client
from kartoteka.builtin.privacy.service import erase_client
from kartoteka.db.clock import at_moment
from kartoteka.db.journal import delete_rows, operation_of
from kartoteka.db.journal.undo import undo_operation
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements
from kartoteka.vocabulary.errors import Refused
from kartoteka_crm_clients.models import Address, Contact
from kartoteka_crm_clients.service import add_address, add_contact, archive_contact, change_address, change_contact
from kartoteka_crm_clients.terms.models import Terms
from kartoteka_crm_clients.terms.service import set_terms

FIRST = datetime(2026, 3, 2, 9, tzinfo=UTC)
PARTS: dict[str, Any] = {
    "crm_clients.contact": Contact,
    "crm_clients.address": Address,
    "crm_clients.terms": Terms,
}
RIGHTS = (
    "clients.view",
    "clients.edit",
    "clients.merge",
    "crm_clients.view",
    "crm_clients.edit",
    "crm_clients.see_terms",
    "crm_clients.see_credit",
)
Snapshot = dict[str, dict[int, dict[str, Any]]]


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company with contacts, addresses and terms, once on each database."""
    return company_on(request.param, modules=["crm_clients"])


class Life:
    """Things that happen to a client, drawn by chance; what was done can be undone later."""

    def __init__(self, office: Company, seed: int) -> None:
        self.office = office
        self.chance = random.Random(seed)
        self.operations: list[int] = []
        self.was_merged = False
        self.client_id = self._do(lambda session: create_client(session, {"company_name": "UAB Pirma"}).id)
        self.managers = [office.add_user(permissions=RIGHTS) for _ in range(2)]

    def _do(self, act: Callable[[Any], Any]) -> Any:
        with self.office.database.transaction(self.office.system, "Life") as session:
            done = act(session)
            self.operations.append(operation_of(session))
        return done

    def day(self) -> None:
        """Live through a day of a few things; every other merge of the day before is taken back first."""
        if self.was_merged and self.chance.random() < 0.5:
            self.undo()
        self.was_merged = False
        for _ in range(self.chance.randint(1, 4)):
            act = self.chance.choice(
                (
                    self.change,
                    self.change,
                    self.add,
                    self.alter,
                    self.alter,
                    self.agree,
                    self.remove,
                    self.merge,
                    self.undo,
                )
            )
            act()

    def change(self) -> None:
        word = str(self.chance.randint(1, 999))
        value = self.chance.choice(
            ({"company_name": f"UAB {word}"}, {"notes": word}, {"manager_id": self.chance.choice(self.managers)})
        )
        self._do(lambda session: change_client(session, self.client_id, value))

    def add(self) -> None:
        word = f"Jonas{self.chance.randint(1, 999)}"
        if self.chance.random() < 0.5:
            self._do(lambda session: add_contact(session, self.client_id, {"surname": word, "mobile": "861234567"}))
        else:
            self._do(lambda session: add_address(session, self.client_id, {"city": word}))

    def alter(self) -> None:
        word = f"Ona{self.chance.randint(1, 999)}"
        if contacts := self._ids(Contact):
            number = self.chance.choice(contacts)
            if self.chance.random() < 0.2:
                self._do(lambda session: archive_contact(session, number))
            else:
                self._do(lambda session: change_contact(session, number, {"surname": word}))
        if addresses := self._ids(Address):
            self._do(lambda session: change_address(session, self.chance.choice(addresses), {"street": word}))

    def agree(self) -> None:
        self._do(lambda session: set_terms(session, self.client_id, {"discount": str(self.chance.randint(0, 50))}))

    def remove(self) -> None:
        if contacts := self._ids(Contact):
            self._do(lambda session: delete_rows(session, Contact, [self.chance.choice(contacts)]))

    def merge(self) -> None:
        def enter(session: Any) -> int:
            other = create_client(session, {"company_name": f"UAB Kita {self.chance.random()}"})
            add_contact(session, other.id, {"surname": "Kita"})
            set_terms(session, other.id, {"payment_days": 5})
            return other.id

        other_id = self._do(enter)
        self._do(lambda session: merge_clients(session, self.client_id, [other_id]))
        self.was_merged = True

    def undo(self) -> None:
        """Take back the last thing that was done."""
        if len(self.operations) > 1:
            last = self.operations.pop()
            # What changed nothing cannot be undone.
            with suppress(Refused), self.office.database.transaction(self.office.system) as session:
                undo_operation(session, last)

    def _ids(self, model: Any) -> list[int]:
        with self.office.database.reading(self.office.system) as session:
            return list(session.scalars(select(model.id).where(model.client_id == self.client_id).order_by(model.id)))

    def snapshot(self) -> Snapshot:
        """Return everything as it is now, straight from the tables."""
        with self.office.database.reading(self.office.system) as session:
            client = {Client.__tablename__: _rows(session, Client, Client.id == self.client_id)}
            parts = {kind: _rows(session, model, model.client_id == self.client_id) for kind, model in PARTS.items()}
        return client | {kind: rows for kind, rows in parts.items() if rows}

    def as_of(self, moment: datetime) -> FormerClient:
        with self.office.database.reading(self.office.system) as session:
            return rebuild(session, self.client_id, moment)


def _rows(session: Any, model: Any, mine: Any) -> dict[int, dict[str, Any]]:
    rows = session.execute(select(*model.__table__.c).where(mine)).mappings()
    return {row["id"]: {name: value for name, value in row.items() if name != "version"} for row in rows}


def told(former: FormerClient, wanted: Snapshot) -> Snapshot:
    """Return what was rebuilt, of the columns that the snapshot has too."""
    found: Snapshot = {}
    if former.client is not None:
        found[Client.__tablename__] = {former.client.id: dict(former.client.values)}
    for kind in PARTS:
        if records := former.records.get(kind):
            found[kind] = {one.id: dict(one.values) for one in records}
    return {
        kind: {
            number: {name: values[name] for name in wanted[kind].get(number, values) if name in values}
            for number, values in rows.items()
        }
        if kind in wanted
        else rows
        for kind, rows in found.items()
    }


@pytest.mark.catalogue("M-02")
@pytest.mark.parametrize("seed", range(6))
def test_the_card_of_each_day_equals_the_snapshot_of_that_day(office: Company, seed: int) -> None:
    days: list[tuple[datetime, Snapshot]] = []
    with at_moment(FIRST):
        life = Life(office, seed)
    for number in range(1, 9):
        evening = FIRST + timedelta(days=number)
        with at_moment(evening):
            life.day()
        days.append((evening + timedelta(hours=6), life.snapshot()))
    for moment, wanted in days:
        found = told(life.as_of(moment), wanted)
        assert found.keys() == wanted.keys()
        for kind, rows in wanted.items():
            assert found[kind].keys() == rows.keys(), (moment, kind)
            for number, values in rows.items():
                known = {name: value for name, value in values.items() if name in found[kind][number]}
                assert found[kind][number] == known, (moment, kind)
                assert values.keys() - known.keys() <= {"unusual"}, "every column is rebuilt"


def test_before_its_first_day_the_client_was_not_there(office: Company) -> None:
    with at_moment(FIRST):
        life = Life(office, 1)
    assert life.as_of(FIRST - timedelta(hours=1)).client is None
    assert life.as_of(FIRST + timedelta(hours=1)).client is not None


def test_erased_values_stay_blank(office: Company) -> None:
    with at_moment(FIRST):
        life = Life(office, 1)
        with office.database.transaction(office.system) as session:
            client = create_client(session, {"kind": "person", "surname": "Slaptoji", "phone": "861234567"})
            add_contact(session, client.id, {"surname": "Slaptasis"})
            life.client_id = client.id
    with at_moment(FIRST + timedelta(days=1)), office.database.transaction(office.system) as session:
        change_client(session, client.id, {"surname": "Slaptoji Nauja"})
    with at_moment(FIRST + timedelta(days=2)), office.database.transaction(office.system) as session:
        erase_client(session, client.id, "Asked for it")
    former = life.as_of(FIRST + timedelta(hours=6))
    assert former.client is not None
    assert former.client.is_erased
    assert "Slapt" not in repr(former)
    browser = office.browser(office.add_user(permissions=RIGHTS, reach="all"))
    assert "Slapt" not in browser.get(f"/clients/{client.id}/as-of?day={FIRST.date()}").text


def page_of(office: Company, client_id: int, day: date, **options: Any) -> str:
    browser = office.browser(office.add_user(permissions=options.pop("permissions", RIGHTS), reach="all"))
    answer = browser.get(f"/clients/{client_id}/as-of?day={day.isoformat()}")
    assert answer.status_code == 200
    return answer.text


@pytest.mark.catalogue("M-02", part="page")
def test_the_page_shows_yesterdays_discount_and_manager_and_nothing_of_today(office: Company) -> None:
    names = {name: office.add_user(permissions=RIGHTS, name=name, reach="all") for name in ("Ona Onaitė", "Petras")}
    with at_moment(FIRST), office.database.transaction(office.system) as session:
        client = create_client(session, {"company_name": "UAB Sena", "manager_id": names["Ona Onaitė"]})
        add_contact(session, client.id, {"surname": "Išėjęs"})
        set_terms(
            session, client.id, {"discount": "7.5", "is_blocked": True, "block_reason": "Skola", "credit_limit": "88"}
        )
    with at_moment(FIRST + timedelta(days=1)), office.database.transaction(office.system) as session:
        change_client(session, client.id, {"company_name": "UAB Nauja", "manager_id": names["Petras"]})
        set_terms(session, client.id, {"discount": "3.25", "is_blocked": False})
        delete_rows(session, Contact, list(session.scalars(select(Contact.id))))
        add_contact(session, client.id, {"surname": "Atėjęs"})
    with at_moment(FIRST + timedelta(days=3)):
        before, after = (page_of(office, client.id, (FIRST + timedelta(days=number)).date()) for number in (0, 1))
        blind = page_of(office, client.id, FIRST.date(), permissions=RIGHTS[:-1])
    for shown, hidden in ((before, after), (after, before)):
        assert "Read only" in shown
        assert shown != hidden
    for word in ("UAB Sena", "Ona Onaitė", "7.50", "Išėjęs", "Skola", "88.00"):
        assert word in before, word
    for word in ("UAB Nauja", "3.25", "Atėjęs", "Petras"):
        assert word in after, word
        assert word not in before, word
    assert "Išėjęs" not in after
    assert "88.00" not in blind


def test_nobody_sees_the_past_of_a_client_he_cannot_see_now(office: Company) -> None:
    ona = office.add_user(permissions=RIGHTS)
    with at_moment(FIRST), office.database.transaction(office.system) as session:
        client = create_client(session, {"company_name": "UAB Sena", "manager_id": ona})
    with at_moment(FIRST + timedelta(days=1)), office.database.transaction(office.system) as session:
        change_client(session, client.id, {"manager_id": None})
    browser = office.browser(ona)
    assert browser.get(f"/clients/{client.id}/as-of?day={FIRST.date()}").status_code == 404
    for number in (0, 10**30):
        assert browser.get(f"/clients/{number}/as-of").status_code == 404


@pytest.mark.parametrize("day", ["", "nonsense", "0001-01-01", "9999-12-31", "2026-02-30"])
def test_any_day_is_answered(office: Company, day: str) -> None:
    client = office.add_client("UAB Bet kada")
    browser = office.browser(office.add_user(permissions=RIGHTS, reach="all"))
    answer = browser.get(f"/clients/{client.id}/as-of?day={day}")
    assert answer.status_code == 200
    assert "UAB Bet kada" in answer.text
    assert browser.post(f"/clients/{client.id}/as-of").status_code == 405


@pytest.mark.parametrize("others", [1, 200])
def test_statements_do_not_grow_with_what_happened(office: Company, others: int) -> None:
    with at_moment(FIRST):
        life = Life(office, 3)
        life.add()
    with at_moment(FIRST + timedelta(days=1)), office.database.transaction(office.system) as session:
        stranger = create_client(session, {"company_name": "UAB Svetima"})
        for number in range(others):
            add_contact(session, stranger.id, {"surname": f"S{number}"})
            change_client(session, life.client_id, {"notes": str(number)})
    browser = office.browser(office.add_user(permissions=RIGHTS, reach="all"))
    path = f"/clients/{life.client_id}/as-of?day={FIRST.date()}"
    browser.get(path)
    with counted_statements(office.database) as counted:
        assert browser.get(path).status_code == 200
    assert len(counted) <= 24, "\n".join(counted)
