"""Sales terms in the client list, in the API and from files."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.directories.service import add_entry
from kartoteka_crm_clients.terms.models import Terms
from tests.core.importing.conftest import Importer, numbers
from tests.core.rest.conftest import make_program
from tests.modules.crm_clients.terms.conftest import TERMS_RIGHTS
from tests.modules.crm_clients.test_statements import visit

HEADS = "Kliento numeris;Klientas;Kredito limitas;Valiuta;Mokėjimo terminas;Kainų lygis"
HEADS += ";Pardavimai blokuoti;Blokavimo priežastis"
LIST = f"""{HEADS}
;UAB Langai;1 000,00;EUR;14;Retail;taip;Skola
;UAB Durys;200;;30;Nežinomas;;
;UAB Nėra;1;;;;;
"""


def all_terms(company: Any) -> list[tuple[Any, ...]]:
    with company.database.reading(company.system) as session:
        columns = (Terms.client_id, Terms.credit_limit, Terms.payment_days, Terms.is_blocked, Terms.block_reason)
        return [tuple(row) for row in session.execute(select(*columns).order_by(Terms.client_id))]


@pytest.mark.catalogue("CL-07", part="list")
def test_the_list_filters_and_shows_terms(shop: Any) -> None:
    blocked, plain = shop.client("UAB Blokuota"), shop.client("UAB Paprasta")
    shop.terms(blocked, is_blocked=True, block_reason="Debt", payment_days=21, credit_limit="1234")
    shop.terms(plain, payment_days=3)
    shown = "&".join(f"columns=crm_clients.{name}" for name in ("sales_blocked", "payment_days", "credit_limit"))
    page = shop.desk.get(f"/clients/?crm_clients.sales_blocked=yes&{shown}").text
    assert "UAB Blokuota" in page
    assert "UAB Paprasta" not in page
    other = shop.desk.get("/clients/?crm_clients.sales_blocked=no").text
    assert "UAB Paprasta" in other
    assert "UAB Blokuota" not in other


@pytest.mark.parametrize("number", [1, 20])
def test_terms_cost_the_list_nothing_and_the_card_one_statement(shop: Any, number: int) -> None:
    for index in range(number):
        shop.terms(shop.client(f"UAB {index}"), payment_days=3, credit_limit="5")
    client_id = shop.client("UAB Paskutinė")
    shop.terms(client_id, payment_days=3, credit_limit="5")
    shop.browser = shop.desk
    for page, most, asked in (("/clients/", 6, 0), (f"/clients/{client_id}", 12, 1)):
        heard = visit(shop, page)
        own = [one for one in heard if "crm_clients_terms" in one]
        assert len(own) == asked, "\n".join(own)
        assert len(heard) <= most, "\n".join(heard)


def test_programs_read_and_change_terms(shop: Any) -> None:
    program = make_program(shop.company, permissions=("clients.view", *TERMS_RIGHTS))
    client_id = shop.client()
    answer = program.post("/api/v1/crm_clients/terms", {"client": client_id, "payment_days": 7, "discount": "2.50"})
    assert answer.status_code == 201, answer.text
    terms_id = answer.json["id"]
    path = f"/api/v1/crm_clients/terms/{terms_id}"
    changed = program.patch(
        path, {"is_blocked": True, "block_reason": "Debt"}, If_Match=program.get(path).headers["ETag"]
    )
    assert changed.status_code == 200, changed.text
    again = program.post("/api/v1/crm_clients/terms", {"client": client_id, "payment_days": 9})
    assert again.json["id"] == terms_id
    assert all_terms(shop.company) == [(client_id, None, 9, True, "Debt")]
    wrong = program.patch(path, {"discount": "250.00"}, If_Match=program.get(path).headers["ETag"])
    assert wrong.status_code == 422
    reader = make_program(shop.company, permissions=("clients.view", "crm_clients.see_terms"))
    seen = reader.get(path)
    assert "credit_limit" not in seen.json
    assert reader.patch(path, {"payment_days": 1}, If_Match=seen.headers["ETag"]).status_code in (403, 422)


@pytest.mark.catalogue("CL-10", part="import")
def test_terms_are_imported_and_found_again(shop: Any) -> None:
    with shop.company.database.transaction(shop.company.system) as session:
        add_entry(session, "crm_clients.price_levels", {"name": "Retail"})
    office = shop.company
    rights = ("importing.use", "clients.view", *TERMS_RIGHTS)
    importer = Importer(office, office.add_user(permissions=rights, reach="all"))
    windows = office.add_client("UAB Langai", country="LT").id
    office.add_client("UAB Durys", country="LT")
    number = importer.begin(LIST.encode(), "salygos.csv", "crm_clients.terms")
    importer.go_on(number)
    assert numbers(importer.check(number))[:5] == (1, 0, 0, 0, 2)
    assert all_terms(office) == []
    importer.start(number)
    assert all_terms(office) == [(windows, Decimal(1000), 14, True, "Skola")]
    again = importer.begin(LIST.replace(";14;", ";21;").encode(), "s.csv", "crm_clients.terms")
    importer.go_on(again)
    importer.check(again)
    assert numbers(importer.start(again))[:3] == (0, 1, 0)
    assert all_terms(office)[0][2] == 21
