"""All work of a user goes to colleagues: clients, shares and what modules keep, also those that are off (CORE-26)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.db import Model, Record
from kartoteka.api.declare import Field, FieldType, Module, OwnedBy, Permission, RecordKind
from kartoteka.api.texts import Texts
from kartoteka.builtin.clients.models import Client, ClientShare
from kartoteka.builtin.clients.sharing import share_client
from kartoteka.builtin.handover.queries import find_parts
from kartoteka.builtin.jobs.models import Job
from kartoteka.builtin.users.models import User
from kartoteka.db.clock import utc_now
from kartoteka.db.journal.models import JournalEntry
from kartoteka.testing.company import Company
from kartoteka.vocabulary.stored import from_plain
from tests.core.actions.conftest import add_clients

_ = Texts("errands")


class Errand(Record, Model):
    """Something that somebody has to do."""

    __tablename__ = "errands_errand"

    title: Mapped[str] = mapped_column(String(50))
    performer_id: Mapped[int] = mapped_column(ForeignKey("core_user.id"))


ERRAND = RecordKind(
    kind="errands.errand",
    title=_("Errand"),
    plural_title=_("Errands"),
    icon="checklist",
    model=Errand,
    permission="errands.view",
    scope=OwnedBy("performer_id"),
    fields=(Field(name="title", title=_("Title"), type=FieldType.LINE),),
    summarise=lambda session, ids: {},
    url=lambda errand_id: f"/errands/{errand_id}",
)


class Errands:
    """A module that says nothing about handing over: its scope is enough."""

    @hookimpl
    def register_module(self) -> Module:
        words = {"title": _("Errands"), "description": _("Things to do.")}
        return Module(name="errands", version="1.0", api=API_VERSION, **words)

    @hookimpl
    def register_models(self) -> list[type[Model]]:
        return [Errand]

    @hookimpl
    def register_permissions(self) -> list[Permission]:
        return [Permission(name="errands.view", title=_("See errands"), description=_("See errands."))]

    @hookimpl
    def register_record_kinds(self) -> list[RecordKind]:
        return [ERRAND]


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    """A company with errands, once on each database."""
    plugin = Errands()
    point = SimpleNamespace(name="errands", value="errands.plugin", dist=None, load=lambda: plugin)
    made = company_on(request.param, entry_points=[point])
    Errand.__table__.create(made.database.engine)
    made.switch("errands")
    return made


@pytest.fixture
def people(office: Company) -> SimpleNamespace:
    """Anna, who leaves, her colleagues, and the boss."""
    names = ("anna", "rasa", "jonas")
    found = {name: office.add_user(role="clients.sales_manager", login=name, name=name.capitalize()) for name in names}
    boss = office.add_user(role="administrator", login="boss", name="Boss")
    clients = add_clients(office, 130, manager_id=found["anna"])
    shared = add_clients(office, 2, manager_id=found["jonas"])
    with office.database.transaction(office.system, "Prepared") as session:
        for client_id in shared:
            share_client(session, client_id, found["anna"], "Holidays")
        share_client(session, shared[0], found["rasa"], "Knows them")
        session.add_all([Errand(title=f"Errand {number}", performer_id=found["anna"]) for number in range(3)])
    return SimpleNamespace(**found, boss=boss, clients=clients, shared=shared)


def count(company: Company, column: Any) -> dict[Any, int]:
    with company.database.reading(company.system) as session:
        return {row[0]: row[1] for row in session.execute(select(column, func.count()).group_by(column))}


def told(company: Company) -> str:
    """Return what the page of the last hand-over lists."""
    with company.database.reading(company.system) as session:
        last = select(Job).where(Job.name == "handover.run").order_by(Job.id.desc())
        job = session.scalars(last.limit(1)).one()
        return "; ".join(str(from_plain(one)) for one in job.warnings)


def url(user_id: int) -> str:
    return f"/handover/{user_id}"


@pytest.mark.catalogue("CORE-26")
def test_everything_goes_to_one_colleague(office: Company, people: Any, run_jobs: Any) -> None:
    browser = office.browser(people.boss)
    page = browser.get(url(people.anna)).text
    assert "Errands" in page
    assert ">130<" in page
    answer = browser.post(url(people.anna), data={"how": "for_good", "successor": str(people.rasa), "deactivate": "y"})
    assert answer.location.startswith("/jobs/")
    run_jobs(office)
    assert count(office, Client.manager_id) == {people.rasa: 130, people.jonas: 2}
    assert count(office, Errand.performer_id) == {people.rasa: 3}
    assert count(office, ClientShare.user_id) == {people.rasa: 2}, "a client is shared with Rasa only once"
    assert "130 × Clients → Rasa" in told(office)
    with office.database.reading(office.system) as session:
        assert session.scalar(select(User.active).where(User.id == people.anna)) is False
        entries = select(JournalEntry.operation_id).where(JournalEntry.kind == "clients.client")
        (operation,) = set(session.scalars(entries.where(JournalEntry.action == "changed")))
        errands = select(JournalEntry.operation_id).where(JournalEntry.kind == "errands.errand")
        assert operation in set(session.scalars(errands.where(JournalEntry.action == "changed"))), "one operation"
    assert "Nothing to hand over" in browser.get(url(people.anna)).text


@pytest.mark.catalogue("CORE-26")
def test_handing_over_is_undone_as_a_whole(office: Company, people: Any, run_jobs: Any) -> None:
    tables = (Client.manager_id, Errand.performer_id, ClientShare.user_id)
    before = [count(office, column) for column in tables]
    browser = office.browser(people.boss)
    browser.post(url(people.anna), data={"how": "for_good", "successor": str(people.rasa), "deactivate": "y"})
    run_jobs(office)
    assert [count(office, column) for column in tables] != before
    with office.database.reading(office.system) as session:
        errands = select(func.max(JournalEntry.operation_id)).where(JournalEntry.kind == "errands.errand")
        operation = session.scalar(errands)
    assert browser.post(f"/operations/{operation}/undo").status_code == 302
    run_jobs(office)
    assert [count(office, column) for column in tables] == before
    with office.database.reading(office.system) as session:
        assert session.scalar(select(User.active).where(User.id == people.anna)) is False, "no account comes back"


@pytest.mark.catalogue("CORE-26")
def test_kinds_may_go_to_different_colleagues(office: Company, people: Any, run_jobs: Any) -> None:
    data = {
        "how": "for_good",
        "successor": str(people.rasa),
        "part.errands.errand.performer_id": str(people.jonas),
    }
    office.browser(people.boss).post(url(people.anna), data=data)
    run_jobs(office)
    assert count(office, Client.manager_id) == {people.rasa: 130, people.jonas: 2}
    assert count(office, Errand.performer_id) == {people.jonas: 3}


@pytest.mark.catalogue("CORE-26")
def test_work_in_a_module_that_is_off_goes_too(office: Company, people: Any, run_jobs: Any) -> None:
    office.switch("errands", on=False)
    browser = office.browser(people.boss)
    assert "module switched off" in browser.get(url(people.anna)).text
    browser.post(url(people.anna), data={"how": "for_good", "successor": str(people.rasa)})
    run_jobs(office)
    assert count(office, Errand.performer_id) == {people.rasa: 3}


@pytest.mark.catalogue("CORE-26")
def test_work_in_a_module_that_was_uninstalled_goes_too(
    office: Company, people: Any, company_on: Any, run_jobs: Any
) -> None:
    from kartoteka.app import create_app
    from kartoteka.config import Config
    from kartoteka.installation import open_installation

    settings = Config(database=office.installation.config.database, secret=office.installation.config.secret)
    bare = open_installation(settings, entry_points=[])
    without = Company(create_app(installation=bare), bare)
    without.app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    browser = without.browser(people.boss)
    assert "module not installed" in browser.get(url(people.anna)).text
    browser.post(url(people.anna), data={"how": "for_good", "successor": str(people.rasa)})
    run_jobs(without)
    with office.database.reading(office.system) as session:
        owners = select(Errand.__table__.c.performer_id).distinct()
        assert session.scalars(owners).all() == [people.rasa]
    bare.database.dispose()


def test_an_absence_shares_and_changes_nothing_else(office: Company, people: Any, run_jobs: Any) -> None:
    until = utc_now().date() + timedelta(days=14)
    data = {"how": "for_a_time", "successor": str(people.rasa), "until": until.isoformat()}
    office.browser(people.boss).post(url(people.anna), data=data)
    run_jobs(office)
    assert count(office, Client.manager_id) == {people.anna: 130, people.jonas: 2}
    with office.database.reading(office.system) as session:
        shares = select(func.count()).where(ClientShare.user_id == people.rasa, ClientShare.until == until)
        assert session.scalar(shares) == 130
    with office.database.reading(office.actor(people.rasa)) as session:
        assert session.scalar(select(func.count(Client.id))) == 131


def test_an_absence_needs_its_last_day(office: Company, people: Any) -> None:
    browser = office.browser(people.boss)
    data = {"how": "for_a_time", "successor": str(people.rasa)}
    for until, problem in (("", "Choose the last day of the absence."), ("2001-01-01", "This day is past.")):
        answer = browser.post(url(people.anna), data={**data, "until": until})
        assert (answer.status_code, problem in answer.text) == (422, True)


@pytest.mark.catalogue("CORE-26")
def test_only_what_the_boss_sees_is_handed_over_and_the_rest_is_told(
    office: Company, people: Any, run_jobs: Any
) -> None:
    rights = ("users.hand_over", "clients.view")
    chief = office.add_user(permissions=rights, reach="own")
    with office.database.transaction(office.system) as session:
        share_client(session, people.clients[0], chief, "To look at")
    browser = office.browser(chief)
    page = browser.get(url(people.anna)).text
    assert "129 are not reached: you may not see them." in page
    assert "3 are not reached: you lack the right to see these records." in page
    browser.post(url(people.anna), data={"how": "for_good", "successor": str(people.rasa)})
    run_jobs(office)
    assert count(office, Client.manager_id) == {people.rasa: 1, people.anna: 129, people.jonas: 2}
    assert "129 × Clients stay with Anna" in told(office)


def test_a_right_or_a_successor_that_is_gone_meanwhile_stops_the_job(
    office: Company, people: Any, run_jobs: Any
) -> None:
    from kartoteka.builtin.users.service import deactivate_user

    office.browser(people.boss).post(url(people.anna), data={"how": "for_good", "successor": str(people.rasa)})
    with office.database.transaction(office.system) as session:
        deactivate_user(session, people.rasa)
    run_jobs(office)
    assert count(office, Client.manager_id) == {people.anna: 130, people.jonas: 2}
    with office.database.reading(office.system) as session:
        job = session.scalars(select(Job)).one()
        assert job.state == "failed"


@pytest.mark.parametrize("successor", ["", "0", "999", "me", "99999999999"])
def test_nobody_else_can_get_the_work(office: Company, people: Any, successor: str) -> None:
    browser = office.browser(people.boss)
    answer = browser.post(url(people.anna), data={"how": "for_good", "successor": successor})
    assert answer.status_code == 422
    own = browser.post(url(people.anna), data={"how": "for_good", "successor": str(people.anna)})
    assert own.status_code == 422
    part = {"part.clients.client.manager_id": str(people.anna)}
    single = browser.post(url(people.anna), data={"how": "for_good", "successor": str(people.rasa), **part})
    assert (single.status_code, "Choose a colleague who works here." in single.text) == (422, True)


def test_it_needs_its_right(office: Company, people: Any) -> None:
    assert office.browser(people.rasa).get(url(people.anna)).status_code == 403
    assert office.browser(people.boss).get(url(4711)).status_code == 404


@pytest.mark.catalogue("CORE-26")
def test_deactivating_somebody_with_work_offers_to_hand_it_over_first(office: Company, people: Any) -> None:
    browser = office.browser(people.boss)
    answer = browser.post(f"/users/{people.anna}/deactivate")
    assert answer.location == f"/handover/{people.anna}?leaving=1"
    page = browser.get(answer.location).text
    assert "Anna still has work" in page
    assert "Deactivate without handing over" in page
    browser.post(f"/users/{people.anna}/deactivate", data={"anyway": "1"})
    with office.database.reading(office.system) as session:
        assert session.scalar(select(User.active).where(User.id == people.anna)) is False
        assert find_parts(session, people.anna)
