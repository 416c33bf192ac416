"""The queue of data health: what it finds, one key to put it right or to skip it, and the way back (M-20)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select

from kartoteka.builtin.clients.fields import CREATE, DELETE, EDIT, MERGE, VIEW
from kartoteka.builtin.clients.health.repairing import repaired
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.health.job import count_findings
from kartoteka.builtin.health.models import HealthAnswer, HealthScore
from kartoteka.builtin.health.queries import SEE_SCORES, next_task, offered_checks
from kartoteka.builtin.mail.models import Mail, MailStage
from kartoteka.db.clock import utc_now
from kartoteka.db.session import find
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.jobs import run_jobs

RIGHTS = (VIEW, CREATE, EDIT, MERGE, DELETE)
GOOD_IBAN = "LT121000011101001000"
BAD_IBANS = ("LT12 1OOO 0111 0100 1000", "LT13 1000 0111 0100 1000")


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company, once on SQLite and once on PostgreSQL."""
    return company_on(request.param)


@pytest.fixture
def boss(office: Company) -> Any:
    """Somebody who sees, changes and merges all clients."""
    return office.actor(office.add_user(permissions=(*RIGHTS, SEE_SCORES), reach="all"))


def plant(office: Company, boss: Any) -> None:
    """Enter three clients twice, two bank accounts with slips, and some clients with nothing wrong."""
    twins = ("Statybos technologijos", "Žuvėdra", "Барвінок"), ("Statibos technologijos", "UAB Zuvedra", "Barvinok")
    for name in (*twins[0], *twins[1], "Kirpykla", "Malūnas"):
        office.add_client(name, actor=boss, country="LT")
    for number, account in enumerate(BAD_IBANS):
        office.add_client(f"Bankas {['Vilnius', 'Kaunas'][number]}", actor=boss, country="LT", bank_account=account)
    office.browser(boss.user_id).post("/clients/pairs/search")
    run_jobs(office)


def findings(office: Company, actor: Any) -> list[tuple[str, str]]:
    """Return all that the queue holds: check and key."""
    with office.database.reading(actor) as session:
        return [(one.name, finding.key) for one in offered_checks(session) for finding in one.find(session, 0, 100)]


def answers(office: Company) -> list[tuple[str, str, str]]:
    with office.database.reading(office.system) as session:
        rows = session.execute(select(HealthAnswer.check, HealthAnswer.finding, HealthAnswer.outcome))
        return [(row.check, row.finding, row.outcome) for row in rows]


def undo(office: Company, browser: Any, page: str) -> None:
    """Undo by the button of the message on a page."""
    [address] = re.findall(r'action="([^"]*undo[^"]*)"', page)[:1]
    assert browser.post(address, follow_redirects=True).status_code == 200


@pytest.mark.catalogue("M-20", part="planted duplicates and bank accounts appear, one key fixes, undo returns them")
def test_planted_findings_are_fixed_by_one_key_and_come_back_when_undone(office, boss):
    plant(office, boss)
    planted = [("duplicates", pair) for pair in ("1-4", "2-5", "3-6")] + [("bad_iban", "9"), ("bad_iban", "10")]
    assert sorted(findings(office, boss)) == sorted(planted)
    browser = office.browser(boss.user_id)
    page = browser.get("/health/?check=clients.bad_iban").text
    assert BAD_IBANS[0] in page
    assert f'value="{GOOD_IBAN}"' in page, "what was meant is offered"
    assert 'data-k-keys="f"' in page
    fixed = browser.post(
        "/health/clients.bad_iban/fix",
        data={"key": "9", "value": GOOD_IBAN, "check": "clients.bad_iban"},
        follow_redirects=True,
    ).text
    assert BAD_IBANS[1] in fixed, "the next one is shown"
    assert ("bad_iban", "9") not in findings(office, boss)
    undo(office, browser, fixed)
    assert ("bad_iban", "9") in findings(office, boss)
    assert answers(office) == []
    merged = browser.post("/health/clients.duplicates/fix", data={"key": "1-4"}, follow_redirects=True).text
    assert ("duplicates", "1-4") not in findings(office, boss)
    undo(office, browser, merged)
    assert ("duplicates", "1-4") in findings(office, boss)


@pytest.mark.catalogue("M-20", part="one key skips, for good, and undo brings it back")
def test_skipped_findings_come_no_more_until_that_is_undone(office, boss):
    plant(office, boss)
    browser = office.browser(boss.user_id)
    for key in ("9", "10"):
        page = browser.post(
            "/health/clients.bad_iban/skip", data={"key": key, "check": "clients.bad_iban"}, follow_redirects=True
        ).text
    with office.database.reading(boss) as session:
        assert next_task(session, "clients.bad_iban") is None
    undo(office, browser, page)
    with office.database.reading(boss) as session:
        assert next_task(session, "clients.bad_iban").finding.key == "10"
    browser.post("/health/clients.duplicates/skip", data={"key": "2-5"})
    assert "Žuvėdra" not in browser.get("/clients/pairs").text


def test_a_value_that_is_just_as_wrong_is_refused_and_an_empty_one_empties_the_field(office, boss):
    plant(office, boss)
    browser = office.browser(boss.user_id)
    answer = browser.post("/health/clients.bad_iban/fix", data={"key": "10", "value": "LT00 1"})
    assert answer.status_code == 422
    assert 'value="LT00 1"' in answer.text
    browser.post("/health/clients.bad_iban/fix", data={"key": "10", "value": ""})
    with office.database.reading(boss) as session:
        assert find(session, Client, 10).bank_account == ""


def test_only_what_the_user_sees_and_may_do(office, boss):
    plant(office, boss)
    own = office.actor(office.add_user(permissions=(VIEW, EDIT, CREATE)))
    assert findings(office, own) == []
    browser = office.browser(own.user_id)
    assert browser.post("/health/clients.bad_iban/fix", data={"key": "9", "value": ""}).status_code == 404
    assert browser.post("/health/clients.duplicates/fix", data={"key": "1-4"}).status_code == 404
    assert browser.get("/health/?check=clients.duplicates").status_code == 404
    for key in ("", "x", "0", "99999999999999", "1-", "1-1", "-"):
        for check in ("clients.bad_iban", "clients.duplicates", "clients.bounced"):
            assert office.browser(boss.user_id).post(f"/health/{check}/skip", data={"key": key}).status_code == 404
    looker = office.browser(office.add_user(permissions=(VIEW,), reach="all"))
    assert looker.get("/health/").status_code == 403


def test_addresses_that_mail_came_back_from(office, boss):
    client = office.add_client("Paštas", actor=boss, email="Gone@pastas.lt")
    office.add_client("Kitas", actor=boss, email="here@pastas.lt")
    recipients = [{"role": "to", "name": "", "address": "gone@pastas.lt"}]
    values = {"message_id": "<1@x>", "stage": MailStage.BOUNCED, "client_id": client.id, "recipients": recipients}
    with office.database.transaction(office.system) as session:
        session.execute(
            insert(Mail.__table__).values(
                created_at=utc_now(),
                due_at=utc_now(),
                subject="",
                text="",
                recipient_line="",
                headers={},
                attempts=0,
                **values,
            )
        )
    assert findings(office, boss) == [("bounced", str(client.id))]
    browser = office.browser(boss.user_id)
    key = {"key": str(client.id)}
    assert browser.post("/health/clients.bounced/fix", data={**key, "value": "Gone@pastas.lt"}).status_code == 422
    assert browser.post("/health/clients.bounced/fix", data={**key, "value": "new@pastas.lt"}).status_code == 302
    assert findings(office, boss) == []


@pytest.mark.catalogue("M-20", part="score per manager over time")
def test_scores_are_counted_by_manager_and_kept(office, boss):
    plant(office, boss)
    checkpoint: dict[str, Any] = {}
    is_left = True
    while is_left:
        job = RunningJob(id=1, checkpoint=checkpoint)
        with office.database.transaction(office.system) as session:
            count_findings(session, job)
        is_left = job.goes_on
    with office.database.transaction(office.system) as session:
        session.execute(
            insert(HealthScore.__table__).values(day=date(2020, 1, 1), manager_id=boss.user_id, clients=1, findings=1)
        )
    with office.database.reading(office.system) as session:
        rows = session.scalars(select(HealthScore).order_by(HealthScore.day)).all()
        assert [(row.manager_id, row.clients, row.findings) for row in rows] == [
            (boss.user_id, 1, 1),
            (boss.user_id, 10, 5),
        ]
    browser = office.browser(boss.user_id)
    browser.post("/health/clients.bad_iban/fix", data={"key": "9", "value": GOOD_IBAN})
    page = browser.get("/health/scores").text
    assert ">67<" in page
    assert ">50<" in page
    stranger = office.browser(office.add_user(permissions=(VIEW, EDIT)))
    assert ">67<" not in stranger.get("/health/scores").text


@pytest.mark.parametrize(
    ("field", "typed", "meant"),
    [
        ("bank_account", "IBAN: LT12 1OOO 0111 0100 1000", GOOD_IBAN),
        ("vat_code", "PVM 100001738313", "LT100001738313"),
        ("phone", "tel. 8 612 34567 (Jonas)", "861234567"),
        ("email", "info(at)langas.lt", "info@langas.lt"),
        ("email", "nobody", ""),
        ("bank_account", "12345", ""),
    ],
)
def test_what_was_meant_is_offered(field, typed, meant):
    assert repaired(field, typed, {"country": "LT", "kind": "company"}) == meant
