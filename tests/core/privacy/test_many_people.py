"""A client with hundreds of contacts is given out and erased like one with three: no statement grows with them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from kartoteka.api.work import store_file
from kartoteka.builtin.importing.models import Import
from kartoteka.builtin.privacy import service
from kartoteka.builtin.privacy.holdings import Holdings
from kartoteka.builtin.privacy.sweeping import Sweep
from kartoteka.builtin.privacy.words import Words
from kartoteka.builtin.timeline.service import write_note
from kartoteka.db.audit import audit, check_chain
from kartoteka.testing import run_jobs
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.record import RecordRef
from kartoteka_crm_clients.service import add_contact

from .test_traces import everything

PEOPLE = 400
TRACED = (0, 133, 266, PEOPLE - 1)


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=["crm_clients"])


def surname(number: int) -> str:
    """Return a surname that no other number has; surnames are of letters alone."""
    return "Žvirblėnas" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}")


def enter(company: Company) -> int:
    client_id = company.add_client("UAB Didelė", country="LT").id
    with company.database.transaction(company.system, "Many people") as session:
        for number in range(PEOPLE):
            values = {"first_name": "Jonas", "surname": surname(number), "email": f"p{number:03}@didele.example"}
            add_contact(session, client_id, {**values, "phone": f"+3706{number:07}"})
    return client_id


def leave_traces(company: Company, numbers: Sequence[int]) -> None:
    """Let the words of some people stand where no column says whose they are."""
    with company.database.transaction(company.system, "Traces") as session:
        for number in numbers:
            session.add(Import(target="clients.clients", filename=f"{surname(number)}.csv"))
            store_file(session, io.BytesIO(b"x"), "x.txt", note=f"Jonas {surname(number)}, p{number:03}@didele.example")
            audit(session, "report.sent", subject="x", details={"to": f"p{number:03}@didele.example"})


def note_of_another(company: Company, people: Sequence[str]) -> None:
    other = company.add_client("UAB Kita", country="LT").id
    with company.database.transaction(company.actor(company.add_user(ADMINISTRATOR, login="ona"))) as session:
        write_note(session, RecordRef("clients.client", other), " ".join((people[0], people[200], people[-1])))


def left(text: str, numbers: Sequence[int]) -> list[str]:
    words = [word for number in numbers for word in (surname(number), f"p{number:03}@didele.example")]
    return [word for word in words if word in text]


@pytest.mark.catalogue("X-07", part="a client with 400 contacts is given out and erased")
def test_hundreds_of_contacts_are_given_out_and_erased(made: Company) -> None:
    client_id = enter(made)
    leave_traces(made, TRACED)
    keeper = made.add_user(ADMINISTRATOR, login="keeper")
    answer: Any = made.browser(keeper).post(f"/privacy/clients/{client_id}/export")
    given = zipfile.ZipFile(io.BytesIO(answer.data)).read("data.json").decode()
    assert all(f"p{number:03}@didele.example" in given for number in range(PEOPLE))

    with made.database.transaction(made.actor(keeper), "Erased") as session:
        service.erase_client(session, client_id, "Asked for")
    run_jobs(made)
    assert left(everything(made), range(PEOPLE)) == []
    with made.database.transaction(made.system) as session:
        assert check_chain(session).is_whole


def test_a_row_of_another_client_is_told_of_once_however_many_it_names(company_on: Callable[..., Company]) -> None:
    made = company_on("sqlite", modules=["crm_clients"])
    people = [f"Jonas {surname(number)}" for number in range(PEOPLE)]
    client_id = made.add_client("UAB Didelė", country="LT").id
    note_of_another(made, people)
    with made.database.transaction(made.system) as session:
        holdings = Holdings(session, client_id)
        holdings.words = Words(names=tuple(people))
        sweep = Sweep(holdings)
        sweep.run()
    assert sweep.mentions
    assert set(sweep.mentions.values()) == {1}, sweep.mentions
