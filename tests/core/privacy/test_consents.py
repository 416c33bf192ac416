"""Consents: what was said is kept with day, source and wording; a withdrawal stands beside it; given out and erased."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.starting import add_start_entries
from kartoteka.builtin.privacy.consents.models import PURPOSES, Consent
from kartoteka.builtin.privacy.consents.service import note_consent
from kartoteka.builtin.privacy.service import erase_client
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import Forbidden, InvalidInput, NotFound
from kartoteka.vocabulary.record import RecordRef
from tests.core.rest.conftest import make_program

pytestmark = pytest.mark.needs_module("crm_clients")


@pytest.fixture(params=chosen_kinds())
def made(company_on: Any, request: Any) -> Company:
    company = company_on(request.param, modules=["crm_clients"])
    with company.database.transaction(company.system) as session:
        add_start_entries(session, [PURPOSES])
    return company


@pytest.fixture
def keeper(made: Company) -> Any:
    return made.browser(made.add_user(ADMINISTRATOR, login="keeper", name="Keeper"))


def purpose(made: Company, code: str = "email") -> int:
    with made.database.reading(made.system) as session:
        wanted = select(DirectoryEntry.id).where(DirectoryEntry.directory == PURPOSES, DirectoryEntry.code == code)
        return session.scalars(wanted).one()


def add_contact(made: Company, client_id: int) -> int:
    from kartoteka_crm_clients.service import add_contact

    with made.database.transaction(made.system, "Contact") as session:
        return int(add_contact(session, client_id, {"first_name": "Birutė", "surname": "Žolynaitė"}).id)


def said(keeper: Any, client_id: int, **values: Any) -> Any:
    form = {"person": "", "what": "given", "said_on": "2026-03-01", "source": "Paper form", "wording": "", **values}
    return keeper.post(f"/privacy/clients/{client_id}/consents/new", data=form)


def lines(keeper: Any, client_id: int) -> list[str]:
    page = keeper.get(f"/privacy/clients/{client_id}/consents").text
    rows = re.findall(r'<tr id="consent-\d+".*?</tr>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


@pytest.mark.catalogue("X-07", part="consents given and withdrawn, with their history")
def test_a_withdrawal_stands_beside_the_consent_that_it_ends(made: Company, keeper: Any) -> None:
    client = made.add_client("UAB Ąžuolas").id
    contact = add_contact(made, client)
    email, phone = purpose(made), purpose(made, "phone")
    person = f"crm_clients.contact:{contact}"
    assert said(keeper, client, purpose_id=email, person=person, wording="I want your news").status_code == 302
    assert said(keeper, client, purpose_id=phone).status_code == 302
    answer = said(
        keeper, client, purpose_id=email, person=person, what="withdrawn", said_on="2026-05-02", source="Call"
    )
    assert answer.status_code == 302
    withdrawn, by_phone, before = lines(keeper, client)
    assert "withdrawn" in withdrawn
    assert "Birutė Žolynaitė" in withdrawn
    assert "Call" in withdrawn
    assert "Keeper" in withdrawn
    assert "given" in by_phone
    assert "The client" in by_phone
    assert "given before" in before
    assert "I want your news" in before
    assert f'href="/privacy/clients/{client}/consents"' in keeper.get(f"/clients/{client}").text


def test_the_last_word_is_that_of_the_latest_day(made: Company, keeper: Any) -> None:
    client, email = made.add_client("UAB Ąžuolas").id, purpose(made)
    said(keeper, client, purpose_id=email, what="withdrawn", said_on="2026-05-02")
    said(keeper, client, purpose_id=email, said_on="2026-03-01", source="Found on paper later")
    assert ["withdrawn before" in one or "given before" in one for one in lines(keeper, client)] == [False, True]


@pytest.mark.catalogue("X-07", part="consents are given out and erased")
def test_consents_are_in_the_file_and_go_with_the_person(made: Company, keeper: Any) -> None:
    client = made.add_client("UAB Ąžuolas").id
    said(keeper, client, purpose_id=purpose(made), source="Letter of Birutė", wording="Write to me")
    with zipfile.ZipFile(io.BytesIO(keeper.post(f"/privacy/clients/{client}/export").data)) as archive:
        (kept,) = json.loads(archive.read("data.json"))["records"]["core_consent"]
    assert (kept["source"], kept["wording"], kept["said_on"]) == ("Letter of Birutė", "Write to me", "2026-03-01")
    with made.database.transaction(made.actor(made.add_user(ADMINISTRATOR)), "Erased") as session:
        erase_client(session, client, "Asked for on 1 June")
    with made.database.reading(made.system) as session:
        (row,) = session.scalars(select(Consent)).all()
    assert (row.source, row.wording, row.given) == ("–", "", True)


@pytest.mark.parametrize(
    "wrong",
    [{"purpose_id": ""}, {"purpose_id": "999999"}, {"source": ""}, {"said_on": "2999-01-01"}, {"said_on": ""}],
)
def test_a_consent_without_purpose_day_or_proof_is_refused(made: Company, keeper: Any, wrong: dict[str, str]) -> None:
    client = made.add_client("UAB Ąžuolas").id
    answer = said(keeper, client, **{"purpose_id": purpose(made), **wrong})
    assert answer.status_code == 422
    assert lines(keeper, client) == []


def test_rights_hold_for_consents(made: Company, keeper: Any) -> None:
    client, other = made.add_client("UAB Ąžuolas").id, made.add_client("UAB Beržas").id
    contact = add_contact(made, other)
    values = {"purpose_id": purpose(made), "source": "x"}
    reader = made.add_user(permissions=["clients.view"], reach="all")
    assert made.browser(reader).get(f"/privacy/clients/{client}/consents").status_code == 200
    assert said(made.browser(reader), client, purpose_id=purpose(made)).status_code == 403
    stranger = made.browser(made.add_user(permissions=["clients.view", "clients.edit"], reach="own"))
    assert stranger.get(f"/privacy/clients/{client}/consents").status_code == 404
    assert said(stranger, client, purpose_id=purpose(made)).status_code == 404
    with made.database.transaction(made.actor(reader)) as session, pytest.raises(Forbidden):
        note_consent(session, client, values)
    with made.database.transaction(made.system) as session, pytest.raises(NotFound):
        note_consent(session, client, values, RecordRef("crm_clients.contact", contact))
    with made.database.transaction(made.system) as session, pytest.raises(InvalidInput):
        note_consent(session, client, {**values, "said_on": date(2999, 1, 1)})


def test_programs_read_and_note_consents(made: Company, keeper: Any) -> None:
    client = made.add_client("UAB Ąžuolas").id
    said(keeper, client, purpose_id=purpose(made))
    number = re.search(r'id="consent-(\d+)"', keeper.get(f"/privacy/clients/{client}/consents").text)
    assert number is not None
    program = make_program(made)
    (listed,) = program.get("/api/v1/privacy/consents").json["items"]
    assert (listed["given"], listed["said_on"], listed["source"]) == (True, "2026-03-01", "Paper form")
    withdrawal = {"client": client, "purpose_id": listed["purpose_id"], "given": False, "source": "Web form"}
    answer = program.post("/api/v1/privacy/consents", withdrawal)
    assert answer.status_code == 201, answer.text
    assert "withdrawn" in lines(keeper, client)[0]
    assert "Web form" in lines(keeper, client)[0]
    led = keeper.get(f"/privacy/consents/{number[1]}")
    assert led.location == f"/privacy/clients/{client}/consents#consent-{number[1]}"
