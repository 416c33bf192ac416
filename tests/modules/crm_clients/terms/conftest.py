"""A company in which somebody may do everything with sales terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kartoteka_crm_clients.terms.service import set_terms
from tests.modules.crm_clients.conftest import RIGHTS, House

TERMS_RIGHTS = (
    "crm_clients.see_terms",
    "crm_clients.see_credit",
    "crm_clients.block_sales",
    "crm_clients.set_credit",
    "crm_clients.set_payment_term",
    "crm_clients.set_prices",
    "crm_clients.exceed_credit",
)


class Shop(House):
    """The house, and somebody (rasa) who agrees on terms with every client."""

    def __init__(self, company: Any) -> None:
        super().__init__(company)
        self.rasa = company.add_user(permissions=(*RIGHTS, *TERMS_RIGHTS), login="rasa", name="Rasa", reach="all")
        self.desk = company.browser(self.rasa)

    def terms(self, client_id: int, **values: Any) -> int:
        """Agree on terms as rasa and return their id."""
        with self.company.database.transaction(self.company.actor(self.rasa), "Terms") as session:
            return set_terms(session, client_id, values).id

    def seller(self, *rights: str) -> Any:
        """Return the browser of somebody with a few rights who sees all clients."""
        user_id = self.company.add_user(permissions=("clients.view", *rights), reach="all")
        return self.company.browser(user_id)


@pytest.fixture
def shop(company: Callable[..., Any]) -> Shop:
    return Shop(company(modules=["crm_clients"]))
