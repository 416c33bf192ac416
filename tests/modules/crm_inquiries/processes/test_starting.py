"""What a company begins with: processes in its language, made once."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.api.errors import Refused
from kartoteka_crm_inquiries.processes import queries
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
