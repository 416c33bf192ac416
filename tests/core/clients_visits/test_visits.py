"""What others have changed since the reader's last visit stands on the card (M-02)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.service import change_client, create_client
from kartoteka.builtin.clients.visits.models import ClientVisit
from kartoteka.db.clock import at_moment
from kartoteka.db.journal import operation_of
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements

RIGHTS = ("clients.view", "clients.edit")
NOW = datetime.now(UTC)


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company, once on each database."""
    return company_on(request.param)


class Desk:
    """A reader, a colleague, and a client that both see."""

    def __init__(self, office: Company) -> None:
        self.office = office
        self.ona = office.add_user(permissions=RIGHTS, reach="all")
        self.petras = office.add_user(permissions=RIGHTS, reach="all")
        with at_moment(NOW - timedelta(days=10)):
            self.client_id = office.add_client("UAB Žuvėdra").id
        self.browser = office.browser(self.ona)

    def visit(self, ago: timedelta) -> None:
        """Look at the card so long ago, as the script of the page reports it."""
        with at_moment(NOW - ago):
            assert self.browser.post(f"/clients/{self.client_id}/seen").status_code == 200

    def change(self, ago: timedelta, by: int | None = None, **values: Any) -> None:
        actor = self.office.actor(by or self.petras)
        with at_moment(NOW - ago), self.office.database.transaction(actor, "Changed") as session:
            change_client(session, self.client_id, values)

    def card(self) -> str:
        with at_moment(NOW):
            return str(self.browser.get(f"/clients/{self.client_id}").text)


@pytest.mark.catalogue("M-02", part="since my last visit")
def test_changes_of_others_since_the_last_visit_are_counted_and_shown(office: Company) -> None:
    desk = Desk(office)
    desk.change(timedelta(days=4), notes="Seen already")
    desk.visit(timedelta(days=3))
    desk.change(timedelta(days=2), notes="First")
    desk.change(timedelta(days=2), by=desk.ona, activity="My own")
    desk.change(timedelta(days=1), notes="Second")
    card = desk.card()
    assert "2 changes by others since your last visit" in card
    link = card.partition('alert-link" href="')[2].partition('"')[0].replace("&amp;", "&")
    log = desk.browser.get(link).text
    assert "Only changes since" in log
    assert "Second" in log
    assert log.count('<p class="k-log-head">') == 3
    assert desk.browser.get(f"/clients/{desk.client_id}/log").text.count('<p class="k-log-head">') == 5


def test_looking_again_within_the_hour_is_the_same_visit(office: Company) -> None:
    desk = Desk(office)
    desk.visit(timedelta(days=3))
    desk.change(timedelta(days=1), notes="First")
    desk.visit(timedelta(minutes=30))
    assert "One change by others" in desk.card()
    desk.visit(timedelta(minutes=20))
    assert "One change by others" in desk.card()


def test_a_new_visit_begins_anew(office: Company) -> None:
    desk = Desk(office)
    desk.visit(timedelta(days=3))
    desk.change(timedelta(days=2), notes="First")
    desk.visit(timedelta(days=1))
    assert 'id="missed"' not in desk.card()


def test_the_first_visit_and_own_changes_tell_nothing(office: Company) -> None:
    desk = Desk(office)
    desk.change(timedelta(days=1), notes="First")
    assert 'id="missed"' not in desk.card()
    desk.visit(timedelta(hours=20))
    desk.change(timedelta(hours=10), by=desk.ona, notes="Mine")
    assert 'id="missed"' not in desk.card()


def test_showing_the_card_writes_nothing_and_costs_one_statement(office: Company) -> None:
    desk = Desk(office)
    desk.visit(timedelta(days=3))
    for number in range(150):
        desk.change(timedelta(days=1), notes=str(number))
    desk.card()
    with counted_statements(office.database) as counted:
        card = desk.card()
    assert "Many changes by others" in card
    own = [one for one in counted if "core_client_visit.seen_at" in one]
    assert len(own) == 1
    assert not any(one.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) for one in counted)
    assert len(counted) <= 12, "\n".join(counted)


def test_a_card_that_the_reader_opens_first_is_not_asked_about_visits(office: Company) -> None:
    desk = Desk(office)
    desk.card()
    with counted_statements(office.database) as counted:
        desk.card()
    assert not any("core_client_visit.seen_at" in one for one in counted)


def test_visits_to_clients_out_of_sight_are_not_noted(office: Company) -> None:
    desk = Desk(office)
    narrow = office.browser(office.add_user(permissions=RIGHTS))
    for number in (desk.client_id, 0, 10**30):
        assert narrow.post(f"/clients/{number}/seen").status_code == 404
    with office.database.reading(office.system) as session:
        assert session.scalars(select(ClientVisit)).all() == []


def test_having_been_looked_at_keeps_no_client_from_going(office: Company) -> None:
    browser = office.browser(office.add_user("administrator"))
    with office.database.transaction(office.system, "Client added") as session:
        added = create_client(session, {"kind": "company", "company_name": "UAB Klaida", "country": "LT"}).id
        operation = operation_of(session)
    assert browser.post(f"/clients/{added}/seen").status_code == 200
    browser.post(f"/operations/{operation}/undo")
    assert browser.get(f"/clients/{added}").status_code == 404


@pytest.mark.parametrize("since", ["", "nonsense", "0001-01-01T00:00:00+14:00", "9999-12-31", "2026-01-01T00:00:00Z"])
def test_any_moment_is_answered_by_the_log(office: Company, since: str) -> None:
    desk = Desk(office)
    assert desk.browser.get(f"/clients/{desk.client_id}/log?since={since}").status_code == 200
