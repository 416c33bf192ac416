"""A worker killed at any point of an action on many records, and of its undo: each changes once, none is left."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import func, select

from kartoteka.builtin.actions.service import start_action
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.jobs.models import Job
from kartoteka.builtin.operations.service import undo_in_background
from kartoteka.db.journal import insert_rows, operation_of, update_rows
from kartoteka.db.journal.models import JournalEntry
from kartoteka.testing.company import Company
from tests.core.actions.conftest import add_clients
from tests.core.killing import finish, kill_again_and_again, steps_for

MANY = 500 * steps_for()
UNDONE, KILLS_OF_UNDO = 250 * steps_for(5), 5
CHANGE = "clients.change"


def made(number: int) -> dict[str, Any]:
    values = {"kind": "company", "company_name": f"Made {number}", "registered_on": date(2026, 1, 1)}
    return {**values, "number": f"M{number:05}", "importance": "c"}


def entries_of(company: Company, operation_id: int | None) -> tuple[int, int]:
    """Return how many entries an operation has in the journal, and about how many records."""
    counts = func.count(JournalEntry.id), func.count(JournalEntry.record_id.distinct())
    with company.database.reading(company.system) as session:
        number, records = session.execute(select(*counts).where(JournalEntry.operation_id == operation_id)).one()
    return number, records


def clients_by_importance(company: Company) -> dict[str, int]:
    statement = select(Client.importance, func.count()).group_by(Client.importance)
    with company.database.reading(company.system) as session:
        return dict(session.execute(statement).all())


def clients_by_version(company: Company) -> dict[int, int]:
    """Return how many clients were written how often."""
    statement = select(Client.version, func.count()).group_by(Client.version)
    with company.database.reading(company.system) as session:
        return dict(session.execute(statement).all())


def operation_of_job(company: Company, job_id: int) -> int | None:
    with company.database.reading(company.system) as session:
        return session.scalar(select(Job.operation_id).where(Job.id == job_id))


def test_a_killed_action_goes_on_and_changes_each_record_once(office: Company) -> None:
    ids = add_clients(office, MANY, importance="b")
    boss = office.actor(office.add_user("administrator"))
    registry = office.installation.registry
    action, kind = registry.find_action(CHANGE), registry.find_kind("clients.client")
    with office.database.transaction(boss) as session:
        url = start_action(session, action, kind, ids, {"importance": "a"}, "/clients/")
    job_id = int(url.rstrip("/").rsplit("/", 1)[1])

    def check(done: int) -> None:
        assert clients_by_importance(office).get("a", 0) == done
        assert entries_of(office, operation_of_job(office, job_id)) == (done, done)

    kill_again_and_again(office, job_id, check)
    finish(office, job_id)
    check(MANY)
    assert clients_by_version(office) == {2: MANY}


def test_a_killed_undo_goes_on_and_takes_each_record_back_once(office: Company) -> None:
    """The operation changed many clients and made as many: these go, those are as they were."""
    boss = office.actor(office.add_user("administrator"))
    old = add_clients(office, UNDONE, importance="b")
    with office.database.transaction(boss, "Tidied up") as session:
        update_rows(session, Client, {key: {"importance": "a"} for key in old})
        insert_rows(session, Client, [made(number) for number in range(UNDONE)])
        operation_id = operation_of(session)
    assert clients_by_importance(office) == {"a": UNDONE, "c": UNDONE}
    with office.database.transaction(boss) as session:
        job_id = undo_in_background(session, operation_id)

    def check(done: int) -> None:
        found = clients_by_importance(office)
        assert 2 * UNDONE - found.get("a", 0) - found.get("c", 0) == done
        assert entries_of(office, operation_of_job(office, job_id)) == (done, done)

    kill_again_and_again(office, job_id, check, kills=KILLS_OF_UNDO)
    finish(office, job_id)
    check(2 * UNDONE)
    assert clients_by_importance(office) == {"b": UNDONE}
    assert clients_by_version(office) == {3: UNDONE}
