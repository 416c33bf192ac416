"""The morning's reminder of birthdays: to whom, of whom, on which day, and never twice (CL-48, CL-49)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from kartoteka.testing.clock import Clock
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.jobs import run_jobs
from kartoteka_crm_clients.service import add_contact as add_contact_to

BORN = date(1990, 3, 2)
CONTACTS, PERSONS = "crm_clients.birthday", "dashboard.birthday"


@pytest.fixture(params=chosen_kinds())
def office(request: Any, company_on: Callable[..., Any], clock: Clock) -> Any:
    """A company whose workers have looked at the clock for the first time."""
    clock.set("2026-02-20 12:00")
    made = company_on(request.param, modules=["crm_clients"])
    run_jobs(made)
    return made


def seller(office: Any, **values: Any) -> int:
    rights = ("clients.view", "crm_clients.view", "crm_clients.birthdays")
    return office.add_user(permissions=values.pop("permissions", rights), **values)


def add_contact(office: Any, client_id: int, surname: str, birthday: date) -> None:
    from kartoteka_crm_clients.service import add_contact

    with office.database.transaction(office.system) as session:
        add_contact(session, client_id, {"surname": surname, "birthday": birthday})


def told(office: Any, user_id: int) -> list[str]:
    """Return what a user is told, the newest first, as "who: what"."""
    office.tokens.pop(user_id, None)
    page = office.browser(user_id).get("/notifications/").text
    lines = re.findall(r'k-note-text">\s*<strong>(.*?)</strong><span>(.*?)</span>', page, re.DOTALL)
    return [f"{who}: {what}" for who, what in lines]


def remind(office: Any, clock: Clock, day: str) -> None:
    clock.set(f"{day} 08:01")
    run_jobs(office)


@pytest.mark.catalogue("CL-49")
@pytest.mark.catalogue("CL-48", part="the reminder in the morning")
def test_the_manager_is_told_in_the_morning_of_contacts_and_of_natural_persons(office: Any, clock: Clock) -> None:
    ona, petras = seller(office), seller(office)
    client = office.add_client("UAB Langai", manager_id=ona)
    add_contact(office, client.id, "Kazlauskas", BORN)
    office.add_client(kind="person", first_name="Rasa", surname="Rasaitė", birth_date=BORN, manager_id=ona)
    office.add_client(kind="person", first_name="Jonas", surname="Jonaitis", birth_date=BORN, manager_id=petras)
    office.add_client(kind="person", first_name="Nobody", surname="Cares", birth_date=BORN)
    remind(office, clock, "2026-03-01")
    clock.set("2026-03-02 07:59")
    run_jobs(office)
    assert told(office, ona) == []
    remind(office, clock, "2026-03-02")
    assert sorted(told(office, ona)) == [
        "Kazlauskas: Birthday today: turns 36. Client: UAB Langai",
        "Rasaitė Rasa: Birthday today: turns 36",
    ]
    assert told(office, petras) == ["Jonaitis Jonas: Birthday today: turns 36"]


def test_nobody_is_told_twice_however_often_the_job_runs(office: Any, clock: Clock) -> None:
    ona = seller(office)
    add_contact(office, office.add_client("UAB Langai", manager_id=ona).id, "Kazlauskas", BORN)
    from kartoteka.api.work import enqueue

    remind(office, clock, "2026-03-02")
    for _again in range(2):
        with office.database.transaction(office.system) as session:
            enqueue(session, "crm_clients.birthdays", {}, title="Again")
        run_jobs(office)
    assert len(told(office, ona)) == 1
    remind(office, clock, "2026-03-03")
    assert len(told(office, ona)) == 1


def test_two_hosts_at_the_same_moment_tell_once(office: Any, clock: Clock) -> None:
    ona = seller(office)
    add_contact(office, office.add_client("UAB Langai", manager_id=ona).id, "Kazlauskas", BORN)
    clock.set("2026-03-02 08:01")
    hosts = [threading.Thread(target=run_jobs, args=(office,)) for _host in range(2)]
    for host in hosts:
        host.start()
    for host in hosts:
        host.join()
    assert len(told(office, ona)) == 1


def test_who_wants_to_know_ahead_is_told_once_ahead_and_on_the_day(office: Any, clock: Clock) -> None:
    ona = seller(office)
    add_contact(office, office.add_client("UAB Langai", manager_id=ona).id, "Kazlauskas", BORN)
    wishes = {"wanted": [CONTACTS, PERSONS], f"days:{CONTACTS}": "3"}
    office.browser(ona).post("/notifications/types", data=wishes)
    seen = {}
    for day in ("2026-02-26", "2026-02-27", "2026-02-28", "2026-03-02", "2026-03-03"):
        remind(office, clock, day)
        seen[day] = len(told(office, ona))
    assert list(seen.values()) == [0, 1, 1, 2, 2]
    assert (
        told(office, ona)[1]
        == "Kazlauskas: Birthday on 2\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026: turns 36. Client: UAB Langai"
    )


@pytest.mark.parametrize(("year", "day"), [(2027, "02-28"), (2028, "02-29")])
def test_who_was_born_on_29_february_is_not_forgotten(office: Any, clock: Clock, year: int, day: str) -> None:
    clock.set(f"{year}-02-20 12:00")
    ona = seller(office)
    add_contact(office, office.add_client("UAB Langai", manager_id=ona).id, "Kazlauskas", date(1996, 2, 29))
    for one in ("02-27", "02-28", "02-29", "03-01"):
        if (year, one) != (2027, "02-29"):
            remind(office, clock, f"{year}-{one}")
            assert len(told(office, ona)) == (one >= day)


def test_who_may_not_see_birthdays_or_does_not_want_to_is_not_told(office: Any, clock: Clock) -> None:
    blind, quiet = seller(office, permissions=("clients.view", "crm_clients.view")), seller(office)
    for number, manager in enumerate((blind, quiet)):
        add_contact(office, office.add_client(f"UAB Langai {number}", manager_id=manager).id, "Kazlauskas", BORN)
    office.browser(quiet).post("/notifications/types", data={"wanted": [PERSONS]})
    remind(office, clock, "2026-03-02")
    assert told(office, blind) == told(office, quiet) == []


def test_while_the_module_is_off_nobody_is_told_of_contacts(office: Any, clock: Clock) -> None:
    ona = seller(office)
    add_contact(office, office.add_client("UAB Langai", manager_id=ona).id, "Kazlauskas", BORN)
    office.add_client(kind="person", first_name="Rasa", surname="Rasaitė", birth_date=BORN, manager_id=ona)
    office.switch("crm_clients", on=False)
    remind(office, clock, "2026-03-02")
    assert told(office, ona) == ["Rasaitė Rasa: Birthday today: turns 36"]


@pytest.mark.catalogue("CORE-08", part="contact persons of the clients that the user sees")
def test_the_widget_shows_contacts_of_clients_that_the_user_sees(office: Any, clock: Clock) -> None:
    clock.set("2026-02-27 10:00")
    ona, petras = seller(office), seller(office)
    add_contact(office, office.add_client("UAB Langai", manager_id=ona).id, "Kazlauskas", BORN)
    office.tokens.clear()
    assert "Kazlauskas" in office.browser(ona).get("/").text
    assert "Kazlauskas" not in office.browser(petras).get("/").text


@pytest.mark.catalogue("CL-48", part="nobody twice")
def test_a_natural_person_among_its_own_contacts_is_told_of_once(office: Any, clock: Clock) -> None:
    ona = seller(office)
    client = office.add_client(kind="person", surname="Jonaitis", first_name="Jonas", birth_date=BORN, manager_id=ona)
    with office.database.transaction(office.system) as session:
        for values in ({"first_name": "jonas", "surname": "JONAITIS"}, {"first_name": "Ona", "surname": "Jonaitė"}):
            add_contact_to(session, client.id, {**values, "birthday": BORN})
    remind(office, clock, "2026-03-02")
    assert sorted(one.partition(":")[0] for one in told(office, ona)) == ["Jonaitis Jonas", "Ona Jonaitė"]
