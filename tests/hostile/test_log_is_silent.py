"""The log never tells what people typed: no name, no address, no code, whatever goes wrong."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest

from kartoteka.builtin.clients import service
from kartoteka.testing.company import PASSWORD, Company
from tests.hostile.furnishing import furnish
from tests.installed import installed

CLIENT = {
    "kind": "person",
    "surname": "Paslaptingoji",
    "first_name": "Kunigunda",
    "personal_code": "49003111045",
    "birth_date": "1990-03-11",
    "phone": "+37061299999",
    "mobile": "+37061288888",
    "email": "kunigunda@paslaptis.lt",
    "bank_account": "LT121000011101001000",
    "notes": "Neskambinti vakarais",
    "relationship": "existing",
    "registered_on": "2026-01-05",
    "accept_duplicates": "y",
}
CONTACT = {"surname": "Nematomoji", "first_name": "Barbora", "email": "barbora@niekas.lt", "phone": "+37061277777"}
PLACE = {"kind": "legal", "city": "Slaptoniškės", "street": "Tyliosios g. 7"}
USER = {
    "name": "Tylusis Vartotojas",
    "login": "tylusis",
    "email": "tylusis@niekas.lt",
    "password": "tyli naktis septyni",
}
SEARCHES = ("Paslaptingoji", "61299999", "49003111045", "kunigunda@")
SECRETS = {
    *(word for sheet in (CLIENT, CONTACT, PLACE, USER) for word in sheet.values() if len(word) > 8),
    *("Kunigunda", "Barbora", "tylusis", "61299999", "1990-03-11", PASSWORD),
} - {"existing", "2026-01-05"}


@pytest.fixture
def heard(caplog: pytest.LogCaptureFixture) -> Callable[[], str]:
    """Everything that was logged: ours from DEBUG on, the libraries' from INFO on."""
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, logger="kartoteka")

    def text() -> str:
        formatter = logging.Formatter("%(name)s %(message)s %(args)s")
        return "\n".join(formatter.format(record) for record in caplog.records)

    return text


def told(log: str) -> list[str]:
    return [secret for secret in SECRETS if secret in log]


def test_a_day_of_work_leaves_no_personal_data_in_the_log(
    company_on: Callable[..., Company], heard: Callable[[], str]
) -> None:
    house = furnish(company_on(modules=installed("crm_clients", "crm_inquiries")))
    browser, client = house.browser(house.admin), house.ids["client"]
    card = browser.post("/clients/new", data=CLIENT).location
    for part in ("", "/edit", "/log", "/field/phone"):
        assert browser.get(f"{card}{part}").status_code == 200
    browser.post(f"{card}/edit", data={**CLIENT, "phone": "nonsense Kunigunda", "version": "1"})
    browser.post(f"{card}/edit", data={**CLIENT, "notes": "other", "version": "1"})
    browser.post(f"{card}/edit", data={**CLIENT, "notes": "Neskambinti vakarais!", "version": "1"})
    browser.post(f"/crm_clients/clients/{client}/contacts/new", data={**CONTACT, "role": "director"})
    browser.post(f"/crm_clients/clients/{client}/addresses/new", data=PLACE)
    browser.post("/users/new", data=USER)
    for search in SEARCHES:
        for address in ("/clients/", "/clients/suggest", "/clients/duplicates", f"/nowhere/{search}"):
            browser.get(address, query_string={"q": search, "surname": search, "phone": search})
    stranger = house.company.app.test_client()
    for password in ("wrong", USER["password"], "tylusis"):
        stranger.post("/login", data={"login": USER["login"], "password": password})
    stranger.get("/clients/?q=Paslaptingoji")
    browser.post("/actions/clients/archive", data={"id": [card.rpartition("/")[2]], "confirmed": "1"})
    browser.post("/reports/crm_clients/birthdays.csv")
    log = heard()
    assert "kartoteka" in log, "the log is heard"
    assert told(log) == []


def test_a_crash_leaves_no_personal_data_in_the_log(
    company_on: Callable[..., Company], heard: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    company = company_on(modules=installed("crm_clients", "crm_inquiries"))
    company.app.config["PROPAGATE_EXCEPTIONS"] = False
    company.app.testing = False
    browser = company.browser(company.add_user("administrator"))

    def crash(session: object, values: object, **options: object) -> None:
        raise RuntimeError(f"cannot save {values}")

    monkeypatch.setattr(service, "create_client", crash)
    answer = browser.post("/clients/new", data=CLIENT)
    assert answer.status_code == 500
    assert "Nothing was saved" in answer.text
    assert "Traceback" not in answer.text
    assert "RuntimeError" not in answer.text
    assert "RuntimeError" in heard()
    assert told(heard()) == []
