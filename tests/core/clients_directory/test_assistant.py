"""The assistant for new clients: one step a page, saved at the end or after any step, without script (CL-43)."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.models import Client
from kartoteka.testing.company import Company
from tests.installed import installed

RIGHTS = ("clients.view", "clients.create", "crm_clients.view", "crm_clients.edit", "clients.change_manager")
URL = "/clients/assistant"
_INPUT = re.compile(r"<input\b[^>]*>")
_SELECT = re.compile(r'<select [^>]*?name="([^"]+)"[^>]*>(.*?)</select>', re.S)
_AREA = re.compile(r'<textarea [^>]*?name="([^"]+)"[^>]*>\s*(.*?)</textarea>', re.S)


def inputs(html: str) -> dict[str, str]:
    """Return what a browser without script would send with the assistant's form, but for the button."""
    form = html[html.index('id="client-form"') : html.index("</form>", html.index('id="client-form"'))]
    sent: dict[str, str] = {}
    for tag in _INPUT.findall(form):
        facts = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        if facts.get("type") in ("radio", "checkbox") and not re.search(r"\bchecked\b", tag):
            continue
        sent[unescape(facts["name"])] = unescape(facts.get("value", ""))
    for name, options in _SELECT.findall(form):
        chosen = re.search(r'<option value="([^"]*)" selected', options) or re.search(
            r'<option value="([^"]*)"', options
        )
        sent[unescape(name)] = unescape(chosen[1]) if chosen else ""
    return {**sent, **{unescape(name): unescape(text) for name, text in _AREA.findall(form)}}


class Walk:
    """Somebody who goes through the assistant without script."""

    def __init__(self, browser: Any) -> None:
        self.browser = browser
        self.answer = browser.get(URL)

    def step(self, do: str = "next", **typed: str) -> Any:
        """Type something and press a button."""
        data = {**inputs(self.answer.text), "do": do, **{name.replace("__", "-"): text for name, text in typed.items()}}
        self.answer = self.browser.post(URL, data=data)
        return self.answer

    @property
    def current(self) -> str:
        """The title of the step that is shown."""
        return re.search(r'aria-current="step">([^<]+)<', self.answer.text)[1]


@pytest.fixture
def shop(company: Callable[..., Company]) -> Company:
    made = company()
    made.switch(*installed("crm_clients"))
    return made


@pytest.fixture
def walk(shop: Company) -> Walk:
    return Walk(shop.browser(shop.add_user(permissions=RIGHTS, reach="all", name="Rasa")))


def all_of(company: Company, model: type[Any]) -> list[Any]:
    with company.database.reading(company.system) as session:
        return list(session.scalars(select(model).order_by(model.id)))


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CL-43")
def test_all_steps_make_one_client(shop: Company, walk: Walk) -> None:
    from kartoteka_crm_clients.models import Address, Contact

    assert walk.current == "Name and codes"
    walk.step(company_name="Žuvėdra, UAB", registration_code="302417553")
    assert walk.current == "Contact person"
    walk.step(**{"crm_clients-contact-surname": "Kazlauskas"})
    assert walk.current == "Address"
    walk.step(**{"crm_clients-address-city": "Vilnius", "crm_clients-address-street": "Gedimino pr. 1"})
    assert walk.current == "Manager and group"
    assert all_of(shop, Client) == [], "nothing is stored before the end"
    done = walk.step("save", importance="a")
    (client,) = all_of(shop, Client)
    assert done.location == f"/clients/{client.id}"
    assert (client.name, client.importance, client.country) == ("Žuvėdra, UAB", "a", "LT")
    assert [(one.client_id, one.surname) for one in all_of(shop, Contact)] == [(client.id, "Kazlauskas")]
    assert [(one.client_id, one.line) for one in all_of(shop, Address)] == [(client.id, "Gedimino pr. 1, Vilnius")]


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CL-43")
def test_saving_is_possible_after_the_first_step(shop: Company, walk: Walk) -> None:
    from kartoteka_crm_clients.models import Address, Contact

    assert walk.step("save", company_name="Ąžuolas").status_code == 302
    assert [one.name for one in all_of(shop, Client)] == ["Ąžuolas"]
    assert all_of(shop, Contact) == all_of(shop, Address) == []


def test_a_key_press_without_a_button_saves(shop: Company, walk: Walk) -> None:
    data = {**inputs(walk.answer.text), "company_name": "Beržas"}
    assert walk.browser.post(URL, data=data).status_code == 302
    assert [one.name for one in all_of(shop, Client)] == ["Beržas"]


def test_a_name_is_needed_first(shop: Company, walk: Walk) -> None:
    assert walk.step().status_code == 422
    assert walk.current == "Name and codes"
    assert "Enter the name of the company." in walk.answer.text


@pytest.mark.needs_module("crm_clients")
def test_what_was_typed_comes_back(walk: Walk) -> None:
    walk.step(company_name="Žuvėdra", phone="+370 612 34567")
    walk.step("back", **{"crm_clients-contact-surname": "Kazlauskas"})
    assert walk.current == "Name and codes"
    assert inputs(walk.answer.text)["phone"] == "+370 612 34567"
    walk.step()
    assert inputs(walk.answer.text)["crm_clients-contact-surname"] == "Kazlauskas"


@pytest.mark.needs_module("crm_clients")
def test_a_contact_that_makes_no_sense_is_told_in_its_step(shop: Company, walk: Walk) -> None:
    walk.step(company_name="Žuvėdra")
    walk.step(**{"crm_clients-contact-email": "x@y.lt"})
    assert (walk.answer.status_code, walk.current) == (422, "Contact person")
    walk.step("save")
    assert (walk.answer.status_code, walk.current) == (422, "Contact person")
    assert all_of(shop, Client) == []


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CL-43")
def test_a_likely_duplicate_is_looked_at_before_the_second_step(shop: Company, walk: Walk) -> None:
    shop.add_client("Žuvėdra", registration_code="302417553", country="LT")
    walk.step(company_name="Žuvėdra, UAB", registration_code="302417553")
    assert (walk.answer.status_code, walk.current) == (422, "Name and codes")
    assert "The same registration code" in walk.answer.text
    walk.step(accept_duplicates="y")
    assert walk.current == "Contact person"
    assert walk.step("save").status_code == 302
    assert len(all_of(shop, Client)) == 2


@pytest.mark.needs_module("crm_clients")
def test_steps_of_a_module_that_is_off_vanish(shop: Company) -> None:
    shop.switch("crm_clients", on=False)
    walk = Walk(shop.browser(shop.add_user(permissions=RIGHTS, reach="all")))
    walk.step(company_name="Žuvėdra")
    assert walk.current == "Manager and group"
    assert walk.step("save").status_code == 302


@pytest.mark.needs_module("crm_clients")
def test_steps_without_right_vanish_and_what_is_posted_for_them_is_not_read(shop: Company) -> None:
    from kartoteka_crm_clients.models import Contact

    rights = ("clients.view", "clients.create", "crm_clients.view")
    user = shop.add_user(permissions=rights, reach="all")
    other = shop.add_user()
    walk = Walk(shop.browser(user))
    walk.step("save", company_name="Žuvėdra", manager=str(other), **{"crm_clients-contact-surname": "Kazlauskas"})
    (client,) = all_of(shop, Client)
    assert (client.manager_id, all_of(shop, Contact)) == (user, [])


def test_a_person_is_entered_too(shop: Company, walk: Walk) -> None:
    assert walk.step("save", kind="person", surname="Kazlauskas", first_name="Jonas").status_code == 302
    assert [one.name for one in all_of(shop, Client)] == ["Kazlauskas Jonas"]


@pytest.mark.needs_module("crm_clients")
def test_what_a_module_refuses_takes_the_client_back(shop: Company, walk: Walk, monkeypatch: Any) -> None:
    from kartoteka.vocabulary.errors import Refused

    def refuse(session: Any, client_id: int, values: Any) -> None:
        raise Refused("Not on Sundays.")

    step = next(one for one in shop.installation.registry.client_steps if one.name == "address")
    monkeypatch.setitem(step.__dict__, "save", refuse)
    walk.step(company_name="Žuvėdra")
    walk.step()
    walk.step("save", **{"crm_clients-address-city": "Vilnius"})
    assert (walk.answer.status_code, walk.current) == (422, "Address")
    assert "Not on Sundays." in walk.answer.text
    assert all_of(shop, Client) == []
