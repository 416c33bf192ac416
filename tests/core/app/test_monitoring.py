"""What monitoring sees: health, metrics and log lines, all without personal data."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from kartoteka.logs import configure_logs
from kartoteka.testing.company import Company

TOKEN = "a token for monitoring"


def test_health_tells_whether_the_database_answers_and_nothing_else(company: Callable[..., Company]) -> None:
    made = company()
    browser = made.app.test_client()
    answer = browser.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert browser.head("/health").status_code == 200
    assert browser.post("/health").status_code == 404
    with made.database.engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE core_state")
        connection.commit()
    answer = browser.get("/health")
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})


def test_metrics_need_their_token(company: Callable[..., Company]) -> None:
    made = company(metrics_token=TOKEN)
    browser = made.app.test_client()
    for given in ({}, {"Authorization": ""}, {"Authorization": "Bearer ąčę"}, {"Authorization": f"Bearer {TOKEN}!"}):
        answer = browser.get("/metrics", headers=given)
        assert (answer.status_code, answer.data) == (401, b"")
    made.browser(made.add_user("administrator")).get("/clients/?q=Petrauskas")
    text = browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    assert 'kartoteka_requests_total{endpoint="clients.list_clients",method="GET",status="200"}' in text
    assert 'kartoteka_jobs{state="waiting"} 0' in text
    assert "Petrauskas" not in text


def test_without_a_token_there_are_no_metrics(company: Callable[..., Company]) -> None:
    assert company().app.test_client().get("/metrics").status_code == 404


@pytest.fixture
def json_logs() -> Any:
    root = logging.getLogger()
    kept = root.handlers[:], root.level
    yield lambda: configure_logs("json")
    root.handlers[:], root.level = kept


def test_log_lines_are_json_without_values(json_logs: Any, capsys: pytest.CaptureFixture[str]) -> None:
    json_logs()
    log = logging.getLogger("kartoteka.tests")
    try:
        raise ValueError("Ona Petrauskienė")
    except ValueError:
        log.exception("Saving ąžuolas %s failed", 7, extra={"endpoint": "clients.save"})
    (line,) = capsys.readouterr().err.splitlines()
    found = json.loads(line)
    assert found["event"] == "Saving ąžuolas 7 failed"
    assert (found["level"], found["logger"], found["endpoint"]) == ("error", "kartoteka.tests", "clients.save")
    assert found["error"] == "ValueError"
    assert "Petrausk" not in line
