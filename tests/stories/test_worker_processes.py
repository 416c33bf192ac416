"""What one worker process does, the others see with the next click: one database is the whole company."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kartoteka.builtin.users.factors.service import remove_all_factors
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from tests.hostile.furnishing import furnish
from tests.hostile.house import House
from tests.stories.workers import Visitor, workers

pytestmark = pytest.mark.needs_module("crm_clients")


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> House:
    made = furnish(company_on(request.param, modules=["crm_clients"]), admin="rasa", user="tomas")
    with made.company.database.transaction(made.company.system) as session:
        remove_all_factors(session, made.ids["user"])  # here he signs in with the password alone
    return made


@pytest.mark.catalogue("CORE-01", part="in every worker process at once")
@pytest.mark.catalogue("CORE-02")
@pytest.mark.catalogue("CORE-03", part="rights count from the next click in every worker process")
def test_two_worker_processes_are_one_company(house: House) -> None:
    admin, user, client = Visitor(), Visitor(), house.ids["client"]
    with workers(house.company) as (here, there):
        admin.sign_in(here, "rasa")
        user.sign_in(there, "tomas")
        card = f"/clients/{client}"

        # A module is switched here and there.
        own = f"/crm_clients/clients/{client}/contacts"
        assert own in admin.get(there + card)[1]
        admin.post(f"{here}/modules/crm_clients/switch", f"{here}/modules/", on="0")
        for address in (there, here):
            status, text = admin.get(address + card)
            assert status == 200
            assert own not in text
            assert admin.get(address + own)[0] == 404
        admin.post(f"{there}/modules/crm_clients/switch", f"{there}/modules/", on="1")
        assert own in admin.get(here + card)[1]
        assert admin.get(here + own)[0] == 200

        # What is saved at one place is seen at the other.
        admin.post(f"{here}{card}/field/notes", version="2", notes="Ring the upper bell")
        assert "Ring the upper bell" in admin.get(there + card)[1]

        # Rights given here count there; so does the end of a sign-in.
        assert user.get(f"{there}/clients/")[0] == 403
        page = f"{here}/access/users/{house.ids['user']}"
        admin.post(page, **{"right.clients.view": "granted"})
        status, text = user.get(f"{there}/clients/")
        assert status == 200
        assert "UAB Langų namai" in text  # shared with him
        admin.post(f"{here}/users/{house.ids['user']}/sign-ins/end", f"{here}/users/{house.ids['user']}")
        assert user.get(f"{there}/clients/")[0] == 401
