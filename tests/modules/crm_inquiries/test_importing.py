"""Inquiries and activities imported from files (X-02)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.api.directories import add_start_entries
from kartoteka.testing import run_jobs
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.steps import StageStep
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, REASONS
from tests.core.importing.conftest import Importer, numbers
from tests.modules.crm_inquiries.conftest import RIGHTS, InquiryHouse

HEAD = "Numeris;Kliento ID;Įmonės kodas;Klientas;Tema;Data;Suma;Vadybininkas;Rūšis;Rezultatas;Priežastis;Kitas veiksmas"
INQUIRIES = f"""{HEAD}
SEN-1;A17;;;Langai mokyklai;2024-03-05 14:30;1 250,50;Petras Petraitis;Inquiry;Won;;
SEN-2;;1000001;;Durys;05.04.2026;900;;Tender;;;2030-01-08
SEN-3;;;UAB Žuvėdra;Stogas;2025-01-02;;ona;;Lost;Too expensive;
SEN-4;;;UAB Žuvėdra;Tvora;2025-01-02;;;;Lost;;
SEN-5;;;Nėra tokio;Baseinas;2025-01-02;;;;;;
SEN-6;;;UAB Žuvėdra;;vakar;daug;Niekas;Laiškas;;;
"""
ACTIVITIES = """Nr.;Klientas;Užklausa;Užduotis;Rūšis;Būsena;Pradžia;Trukmė;Atlikta;Vykdytojas;Kas nutarta
V-1;UAB Žuvėdra;;Paskambinti;Phone call;Done;2024-05-06 09:00;;2024-05-06 09:20;Petras Petraitis;Sutarta
V-2;;SEN-2;Aplankyti;;;2029-12-24;;;;
V-3;;SEN-9;Aplankyti;;;2029-12-24;;;;
V-4;UAB Žuvėdra;SEN-2;Aplankyti;Šokiai;;netrukus;;;;
V-5;;;Vidinis darbas;;Planned;2029-12-27 08:00;;;ona;
"""
TARGET, ACTIVITY_TARGET = "crm_inquiries.inquiries", "crm_inquiries.activities"


class Office:
    """A company with two clients, and somebody who imports."""

    def __init__(self, company: Any, *rights: str) -> None:
        company.switch("crm_inquiries")
        self.house = InquiryHouse(company)
        self.company = company
        self.zuvedra = company.add_client("UAB Žuvėdra", country="LT", external_source="old", external_id="A17").id
        self.durys = company.add_client("UAB Durys", country="LT", registration_code="1000001").id
        who = company.add_user(permissions=("importing.use", *(rights or RIGHTS)), reach="all", login="jonas")
        self.importer = Importer(company, who)
        with company.database.transaction(company.system) as session:
            add_start_entries(session, [ACTIVITY_KINDS, REASONS])

    def bring(self, content: str, target: str) -> tuple[tuple[int, ...], tuple[int, ...], int]:
        """Try a file out and import it; returns the numbers of both, and the id of the import."""
        number = self.importer.begin(content.encode(), "senas.csv", target)
        self.importer.go_on(number)
        return numbers(self.importer.check(number)), numbers(self.importer.start(number)), number

    def undo(self, number: int) -> None:
        """Take an import back."""
        operation = self.importer.row(number).operation_id
        assert self.importer.browser.post(f"/operations/{operation}/undo").status_code == 302
        run_jobs(self.company)

    def all(self, model: Any) -> dict[str, Any]:
        """Return records by number."""
        with self.company.database.reading(self.company.system) as session:
            return {one.number: one for one in session.scalars(select(model))}

    def count(self, model: Any) -> int:
        """Return how many rows a table has."""
        with self.company.database.reading(self.company.system) as session:
            return session.scalar(select(func.count(model.id))) or 0


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Office:
    return Office(company_on(request.param))


@pytest.mark.catalogue("X-02", part="inquiries")
def test_inquiries_are_imported_found_again_and_undone(office: Office) -> None:
    checked, done, number = office.bring(INQUIRIES, TARGET)
    assert checked == done == (3, 0, 0, 0, 3, 0)
    found = office.all(Inquiry)
    assert sorted(found) == ["SEN-1", "SEN-2", "SEN-3"]
    won, still, lost = found.values()
    assert (won.client_id, won.outcome, won.value) == (office.zuvedra, "won", Decimal("1250.50"))
    assert (won.manager_id, won.received_at) == (office.house.other_id, datetime(2024, 3, 5, 12, 30, tzinfo=UTC))
    assert won.closed_at is not None
    assert (still.client_id, still.sort, still.closed_at) == (office.durys, "tender", None)
    assert still.next_at == datetime(2030, 1, 8, 8, tzinfo=UTC)
    assert (lost.outcome, lost.manager_id) == ("lost", office.house.user_id)
    (call,) = office.all(Activity).values()
    assert (call.inquiry_id, call.due_at) == (still.id, still.next_at)
    page = office.importer.browser.get(f"/importing/{number}").text
    for problem in ("There is no such client", "Choose why it was lost", "This is not a moment", "is not known here"):
        assert problem in page, problem
    again = INQUIRIES.replace("Langai mokyklai", "Langai ir durys")
    *both, second = office.bring(again, TARGET)
    assert both == [(0, 1, 2, 0, 3, 0)] * 2
    assert office.all(Inquiry)["SEN-1"].subject == "Langai ir durys"
    office.undo(second)
    assert office.all(Inquiry)["SEN-1"].subject == "Langai mokyklai"
    office.undo(number)
    assert (office.count(Inquiry), office.count(Activity), office.count(StageStep)) == (0, 0, 0)


@pytest.mark.catalogue("X-02", part="activities")
def test_activities_are_imported_found_again_and_undone(office: Office) -> None:
    office.bring(INQUIRIES, TARGET)
    before = office.all(Inquiry)["SEN-2"]
    *both, number = office.bring(ACTIVITIES, ACTIVITY_TARGET)
    assert both == [(3, 0, 0, 0, 2, 0)] * 2
    found = office.all(Activity)
    call, visit, own = (found[name] for name in ("V-1", "V-2", "V-5"))
    assert (call.client_id, call.status, call.performer_id) == (office.zuvedra, "done", office.house.other_id)
    assert (call.done_at, call.outcome, call.percent) == (datetime(2024, 5, 6, 6, 20, tzinfo=UTC), "Sutarta", 100)
    assert call.kind_id is not None
    assert (visit.client_id, visit.inquiry_id, visit.due_at) == (office.durys, before.id, visit.starts_at)
    assert (own.client_id, own.performer_id, own.starts_at.hour) == (None, office.house.user_id, 6)
    assert office.all(Inquiry)["SEN-2"].next_at == visit.due_at < before.next_at
    page = office.importer.browser.get(f"/importing/{number}").text
    for problem in ("There is no such inquiry", "another client", "is not known here", "This is not a moment"):
        assert problem in page, problem
    moved = ACTIVITIES.replace("Aplankyti;;;2029-12-24", "Aplankyti;;;2029-12-20")
    *both, second = office.bring(moved, ACTIVITY_TARGET)
    assert both == [(0, 1, 2, 0, 2, 0)] * 2
    assert office.all(Inquiry)["SEN-2"].next_at == datetime(2029, 12, 20, 8, tzinfo=UTC)
    office.undo(second)
    office.undo(number)
    assert office.all(Inquiry)["SEN-2"].next_at == before.next_at
    assert office.count(Activity) == 1


def test_lines_go_to_clients_that_the_user_sees_only(company: Callable[..., Any]) -> None:
    office = Office(company())
    office.importer = Importer(office.company, office.company.add_user(permissions=("importing.use", *RIGHTS)))
    assert office.bring(INQUIRIES, TARGET)[0] == (0, 0, 0, 0, 6, 0)


def test_who_may_not_give_work_imports_own_work_only(company: Callable[..., Any]) -> None:
    office = Office(company(), *(one for one in RIGHTS if one != "crm_inquiries.assign"))
    _checked, done, number = office.bring(INQUIRIES, TARGET)
    assert done == (1, 0, 0, 0, 5, 0)
    assert office.all(Inquiry)["SEN-2"].manager_id == office.importer.user_id
    assert "You may not assign work to others." in office.importer.browser.get(f"/importing/{number}").text


def test_a_number_that_somebody_elses_inquiry_has_is_refused(company: Callable[..., Any]) -> None:
    office = Office(company())
    office.bring(INQUIRIES, TARGET)
    other = office.company.add_user(permissions=("importing.use", *RIGHTS), login="rasa")
    own = office.company.add_client("UAB Ąžuolas", country="LT", manager_id=other)
    office.importer = Importer(office.company, other)
    lines = f"Number;Client No;Subject\nSEN-1;{own.number};Roof\nNEW-1;{own.number};Roof\n"
    assert office.bring(lines, TARGET)[:2] == ((1, 0, 0, 0, 1, 0),) * 2
    assert sorted(office.all(Inquiry)) == ["NEW-1", "SEN-1", "SEN-2", "SEN-3"]
