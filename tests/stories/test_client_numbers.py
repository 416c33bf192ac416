"""Numbers that clients get by themselves: in a row, never twice, whoever saves at the same moment (CORE-12)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.models import Client
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds

FORM = {"kind": "company", "relationship": "existing", "registered_on": "2026-01-05", "accept_duplicates": "y"}
SAVERS, EACH = 4, 5


def numbers(company: Company) -> list[str]:
    with company.database.reading(company.system) as session:
        return list(session.scalars(select(Client.number).order_by(Client.id)))


@pytest.mark.catalogue("CORE-12", part="clients: in a row, also when several people save at the same moment")
@pytest.mark.parametrize("kind", chosen_kinds())
def test_no_number_is_given_twice(company_on: Callable[..., Company], kind: str) -> None:
    company = company_on(kind)
    users = [company.add_user("administrator") for _each in range(SAVERS)]

    def save(user: int) -> list[int]:
        browser = company.browser(user)
        names = [f"UAB Langai {user} {number}" for number in range(EACH)]
        return [browser.post("/clients/new", data={**FORM, "company_name": name}).status_code for name in names]

    for user in users:
        company.token(user)
    with ThreadPoolExecutor(SAVERS) as pool:
        statuses = [status for made in pool.map(save, users) for status in made]
    assert statuses == [302] * SAVERS * EACH
    given = numbers(company)
    assert len(set(given)) == SAVERS * EACH
    assert sorted(given) == [f"K{number:05}" for number in range(1, SAVERS * EACH + 1)]


@pytest.mark.catalogue("CORE-12", part="what is refused takes no number")
def test_what_is_refused_takes_no_number(company: Callable[..., Company]) -> None:
    made = company()
    browser = made.browser(made.add_user("administrator"))
    assert browser.post("/clients/new", data={**FORM, "company_name": "UAB Pirma"}).status_code == 302
    assert browser.post("/clients/new", data={**FORM, "company_name": ""}).status_code == 422
    assert browser.post("/clients/new", data={**FORM, "company_name": "UAB Antra"}).status_code == 302
    assert numbers(made) == ["K00001", "K00002"]
