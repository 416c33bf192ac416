"""Classes, dormant clients, segments and completeness are the same on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.testing.company import ADMINISTRATOR, open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_clients.classes.models import ClientClass
from kartoteka_crm_clients.classes.queries import dormant_clients
from kartoteka_crm_clients.classes.service import classify, enter_turnover
from kartoteka_crm_clients.completeness.queries import (
    all_of,
    figures_by_manager,
    incomplete_clients,
    missing_of,
    shares_in_list,
)
from kartoteka_crm_clients.segments.queries import count_clients
from kartoteka_crm_clients.segments.service import add_segment, set_group

TODAY = date(2026, 11, 22)
MONTHS = [date(2025, 11, 30), date(2025, 12, 31), *(date(2026, month, 28) for month in range(1, 11))]


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest) -> Iterator[Any]:
    with open_company(request.param) as company:
        company.switch("crm_clients")
        yield company


def test_everything_is_told_alike(office: Any) -> None:
    ids = [office.add_client(f"UAB {number}", country="LT").id for number in range(4)]
    boss = office.actor(office.add_user(ADMINISTRATOR))
    with office.database.transaction(office.system) as session:
        for client_id, amounts in zip(ids, ([70, 80], [30, 10], [5], []), strict=True):
            for place, amount in enumerate(amounts * (12 // max(len(amounts), 1)) if len(amounts) > 1 else amounts):
                enter_turnover(session, client_id, MONTHS[place], Decimal(amount))
        run = classify(session, TODAY)
    with office.database.transaction(boss) as session:
        rows = session.scalars(select(ClientClass).where(ClientClass.run_id == run.id).order_by(ClientClass.place))
        found = [(one.client_id, one.abc + one.xyz, one.turnover, round(one.variation, 4), one.months) for one in rows]
        assert found == [
            (ids[0], "ax", Decimal("900.00"), 0.0667, 12),
            (ids[1], "cz", Decimal("240.00"), 0.5, 12),
            (ids[2], "c", Decimal("5.00"), 3.3166, 1),
        ]
        fallen = [
            (one.id, one.last_on, one.now, one.before) for one in dormant_clients(session, 300, None, TODAY, None)
        ]
        assert fallen == [(ids[2], date(2025, 11, 30), 0, Decimal(5))]
        less = {one.id for one in dormant_clients(session, 60, 50, TODAY, None)}
        assert less == {ids[2]}
        segment = add_segment(session, {"name": "Best"})
        set_group(session, segment.id, 1, "crm_clients.abc=a")
        set_group(session, segment.id, 2, "crm_clients.dormant=300")
        set_group(session, segment.id, 3, "crm_clients.completeness=0")
        assert count_clients(session, [segment.id]) == {segment.id: 2}
        assert set(shares_in_list(session, ids)) == set(ids)
        assert all_of(figures_by_manager(session)).clients == 4
        assert len(list(incomplete_clients(session, 101))) == 4
        assert missing_of(session, ids[0]) is not None
