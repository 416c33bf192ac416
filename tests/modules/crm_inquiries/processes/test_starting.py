"""What a company begins with: processes in its language, made once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.api.errors import Refused
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.processes import queries, service
from kartoteka_crm_inquiries.processes.models import Process, Stage
from kartoteka_crm_inquiries.processes.rules import entering
from kartoteka_crm_inquiries.processes.service import ensure_processes


@pytest.fixture
def opened(company: Callable[..., Any]) -> Any:
    return company(modules=["crm_inquiries"])


def test_processes_are_made_once(opened: Any) -> None:
    with opened.database.transaction(opened.system) as session:
        with pytest.raises(Refused, match="no sales process"):
            queries.first_stage(session, "inquiry")
        ensure_processes(session)
        ensure_processes(session)
        assert session.scalar(select(func.count(Process.id))) == 3
        first = queries.first_stage(session, "inquiry")
        assert first.name == "New"
        names = [stage.name for stage in queries.stages_of(session, first.process_id)]
        assert names == ["New", "Contacted", "Offer", "Negotiation", "Won", "Lost"]
        assert queries.first_stage(session, "tender").name == "Found"
        assert [one.outcome for one in queries.stages_of(session, first.process_id)][-2:] == ["won", "lost"]


@pytest.mark.parametrize("kind", chosen_kinds())
def test_two_who_begin_at_the_same_instant_make_them_once(kind: str, company_on: Callable[..., Any]) -> None:
    company = company_on(kind, modules=["crm_inquiries"])
    seen, known = Barrier(2), service._missing

    def missing(session: Any) -> Any:
        found = known(session)
        with suppress(BrokenBarrierError):
            seen.wait(2)  # both have looked before either has made anything; on SQLite one waits to begin
        return found

    def begin(_number: int) -> None:
        with company.database.transaction(company.system) as session:
            ensure_processes(session)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as two:
        patch.setattr(service, "_missing", missing)
        list(two.map(begin, range(2)))
    with company.database.reading(company.system) as session:
        assert sorted(session.scalars(select(Process.sort))) == ["inquiry", "order", "tender"]


def test_a_stage_asks_for_what_is_missing() -> None:
    stage: Any = Stage(name="Offer", required=["value", "expected_on"], outcome="")
    inquiry = SimpleNamespace(value=None, expected_on=None, reason_id=None, reason_text="")
    session: Any = None
    assert entering(session, inquiry, stage, {}) == ["value", "expected_on"]
    assert entering(session, inquiry, stage, {"value": 0, "expected_on": " "}) == ["expected_on"]


def test_nothing_is_lost_without_a_reason() -> None:
    stage: Any = Stage(name="Lost", required=[], outcome="lost")
    inquiry = SimpleNamespace(reason_id=None, reason_text="")
    session: Any = None
    assert entering(session, inquiry, stage) == ["reason_id"]
    assert entering(session, inquiry, stage, {"reason_id": 3}) == []
    assert entering(session, inquiry, stage, {"reason_text": "too dear"}) == []
