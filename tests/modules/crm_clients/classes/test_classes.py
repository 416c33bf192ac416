"""ABC and XYZ classes over turnover: limits, matrix, card, list, history, import (CL-46, CL-47)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.testing import run_jobs
from kartoteka.web.i18n import formats, formats_for
from kartoteka_crm_clients.classes.models import ClassRun, ClientClass, Turnover
from kartoteka_crm_clients.classes.queries import summarise_turnover
from kartoteka_crm_clients.classes.rules import full_months, read_amount, read_dormancy, read_month
from kartoteka_crm_clients.classes.service import classify, enter_turnover
from tests.core.importing.conftest import Importer, numbers

RIGHTS = ("clients.view", "crm_clients.view", "crm_clients.classes", "crm_clients.manage_classes", "importing.use")
TODAY = date(2026, 11, 22)
MONTHS = [date(2025, 11, 30), date(2025, 12, 31), *(date(2026, month, 28) for month in range(1, 11))]


@pytest.fixture
def analyst(house: Any) -> Any:
    """A browser of somebody who sees all clients and manages classes."""
    house.analyst_id = house.company.add_user(permissions=RIGHTS, reach="all")
    return house.company.browser(house.analyst_id)


def sell(house: Any, client_id: int, *amounts: float) -> None:
    """Let a client buy for these amounts, one a month from November 2025 on."""
    with house.company.database.transaction(house.company.system) as session:
        for day, amount in zip(MONTHS, amounts, strict=False):
            if amount:
                enter_turnover(session, client_id, day, Decimal(str(amount)))


def classes(house: Any) -> dict[int, str]:
    """Classify everybody and return the classes of each client."""
    with house.company.database.transaction(house.company.system) as session:
        run = classify(session, TODAY)
    with house.company.database.reading(house.company.system) as session:
        rows = session.scalars(select(ClientClass).where(ClientClass.run_id == run.id))
        return {one.client_id: one.abc + (one.xyz or "-") for one in rows}


@pytest.mark.catalogue("CL-46")
def test_abc_follows_the_cumulative_turnover(house: Any) -> None:
    ids = [house.client(f"UAB {number}") for number in range(5)]
    for client_id, amount in zip(ids, (50, 30, 15, 5, 0), strict=True):
        sell(house, client_id, *[amount] * 12)
    found = classes(house)
    assert [found.get(one, "")[:1] for one in ids] == ["a", "a", "b", "c", ""]


@pytest.mark.catalogue("CL-47")
def test_xyz_follows_the_variation_over_twelve_months(house: Any) -> None:
    steady, varying, irregular, young, gap = (house.client(f"UAB {number}") for number in range(5))
    sell(house, steady, *[100, 110] * 6)  # 4.8 %
    sell(house, varying, *[100, 150] * 6)  # 20 %
    sell(house, irregular, *[100, 300] * 6)  # 50 %
    sell(house, young, 100, 100)
    sell(house, gap, *[0, 100] * 6)  # months without a purchase count
    found = classes(house)
    assert [found[one][1] for one in (steady, varying, irregular, young, gap)] == ["x", "y", "z", "-", "z"]


def test_the_largest_client_is_an_a_whatever_its_share(house: Any) -> None:
    large, small = house.client("UAB Alfa"), house.client("UAB Beta")
    sell(house, large, *[95] * 12)
    sell(house, small, *[5] * 12)
    found = classes(house)
    assert (found[large], found[small]) == ("ax", "cx")


def test_what_was_given_back_counts_and_later_months_do_not(house: Any) -> None:
    first, second = house.client("UAB Alfa"), house.client("UAB Beta")
    sell(house, first, 100, 100, -200)
    sell(house, second, 10)
    with house.company.database.transaction(house.company.system) as session:
        enter_turnover(session, first, date(2026, 11, 2), Decimal(1000))
    assert set(classes(house)) == {second}


@pytest.mark.catalogue("CL-46", part="matrix")
@pytest.mark.catalogue("CL-47", part="matrix")
def test_the_matrix_leads_to_the_clients_of_a_cell(house: Any, analyst: Any) -> None:
    large, small = house.client("UAB Alfa"), house.client("UAB Beta")
    house.client("UAB Gamma")
    sell(house, large, *[95] * 12)
    sell(house, small, *[5, 20] * 6)
    classes(house)
    page = analyst.get("/crm_clients/classes/").text
    assert "/clients/?crm_clients.abc=a&amp;crm_clients.xyz=x" in page
    assert 'data-chart="class-chart"' in page
    cell = analyst.get("/clients/?crm_clients.abc=a&crm_clients.xyz=x").text
    assert "Alfa" in cell
    assert "Beta" not in cell
    rest = analyst.get("/clients/?crm_clients.abc=none").text
    assert "Gamma" in rest
    assert "Alfa" not in rest
    report = analyst.get("/reports/crm_clients/classes").text
    assert "Alfa" in report
    own = house.company.browser(house.company.add_user(permissions=RIGHTS))
    assert "crm_clients.xyz=x" not in own.get("/crm_clients/classes/").text


@pytest.mark.catalogue("CL-46", part="the explanation names the stage")
def test_the_card_explains_the_class_and_tells_of_the_ones_before(house: Any, analyst: Any) -> None:
    client_id, other = house.client("UAB Alfa"), house.client("UAB Beta")
    sell(house, client_id, *[50] * 12)
    sell(house, other, *[50, 100] * 6)
    classes(house)
    classes(house)
    panel = analyst.get(f"/panels/crm_clients/class?record=clients.client:{client_id}").text
    assert "600.00" in panel
    assert "place 2" in panel
    assert "40% of" in panel or "40.0% of" in panel
    assert "Before:" in panel
    assert "Stage of the relationship: X: steady." in panel
    nothing = analyst.get(f"/panels/crm_clients/class?record=clients.client:{house.client('UAB C')}").text
    assert "No turnover" in nothing


@pytest.mark.parametrize(
    ("language", "day", "amount"),
    [("en", "30\xa0Nov\xa02025", "6,600.00"), ("lt", "2025-11-30", "6\xa0600,00"), ("ru", "30.11.2025", "6\xa0600,00")],
)
def test_turnover_is_named_as_the_reader_writes_days_and_amounts(
    house: Any, language: str, day: str, amount: str
) -> None:
    sell(house, house.client("UAB Alfa"), 6600)
    token = formats.set(formats_for(language, "UTC"))
    with house.company.database.reading(house.company.system) as session:
        (one,) = summarise_turnover(session, list(session.scalars(select(Turnover.id)))).values()
    formats.reset(token)
    assert (one.title, one.subtitle) == (f"Turnover until {day}", amount)


def test_limits_are_the_companys_and_count_from_the_next_run_on(house: Any, analyst: Any) -> None:
    ids = [house.client(f"UAB {number}") for number in range(3)]
    for client_id, amount in zip(ids, (60, 25, 15), strict=True):
        sell(house, client_id, *[amount] * 12)
    found = classes(house)
    assert [found[one][0] for one in ids] == ["a", "b", "c"]
    url = "/crm_clients/classes/limits"
    assert analyst.post(url, data={"a": "50", "b": "40", "x": "10", "y": "25"}).status_code == 422
    assert analyst.post(url, data={"a": "90", "b": "95", "x": "10", "y": "25"}).status_code == 302
    found = classes(house)
    assert [found[one][0] for one in ids] == ["a", "a", "c"]
    history = analyst.get("/crm_clients/classes/history").text
    assert history.count('<th scope="row">') == 2
    reader = house.company.browser(house.company.add_user(permissions=("clients.view", "crm_clients.classes")))
    assert reader.get(url).status_code == 403


def test_a_job_classifies_on_demand(house: Any, analyst: Any) -> None:
    assert analyst.post("/crm_clients/classes/recalculate").status_code == 302
    run_jobs(house.company)
    with house.company.database.reading(house.company.system) as session:
        assert session.scalars(select(ClassRun.source)).all() == ["crm_clients.monthly"]


@pytest.mark.catalogue("CL-46", part="import")
def test_turnover_is_imported_by_month_and_changed_by_the_next_file(company: Any) -> None:
    office = company(modules=["crm_clients"])
    importer = Importer(office, office.add_user(permissions=RIGHTS, reach="all"))
    office.add_client("UAB Langai", country="LT", registration_code="1000001")
    text = "Registration code;Month;Turnover\n1000001;2026-03;1 200,50\n1000001;04.2026;x\n1000001;31.05.2026;7\n"
    for expected in ((2, 0, 0, 0, 1, 0), (0, 0, 2, 0, 1, 0)):
        number = importer.begin(text.encode(), "turnover.csv", "crm_clients.turnover")
        importer.go_on(number)
        importer.check(number)
        assert numbers(importer.start(number)) == expected


def test_months_and_amounts_are_read_as_people_write_them() -> None:
    assert read_month("2026-02") == read_month("02.2026") == date(2026, 2, 28)
    assert read_month("2026-02-05") == read_month("05.02.2026") == date(2026, 2, 5)
    assert [read_month(one) for one in ("", "2026-13", "32.01.2026", "0001-01", "March")] == [None] * 5
    assert [read_amount(one) for one in ("1 200,50", "1,200.50", "1.200,50", "-7")] == [
        *[Decimal("1200.50")] * 3,
        Decimal(-7),
    ]
    assert [read_amount(one) for one in ("", "x", "NaN", "1e30")] == [None] * 4
    assert full_months(TODAY) == (date(2025, 11, 1), date(2026, 10, 31))
    assert full_months(date(2026, 1, 1)) == (date(2025, 1, 1), date(2025, 12, 31))
    assert [read_dormancy(one) for one in ("90", "90/30", "0", "90/0", "a", "90/101", "٩")] == [
        (90, None),
        (90, 30),
        *[None] * 5,
    ]
