"""Pages that visitors see who have not signed in, in the pseudo-language: sign-in, forms, booking, the first steps."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from kartoteka.builtin.setup.token import setup_token
from kartoteka.testing.company import open_company
from kartoteka.web.i18n import LANGUAGE_IN_SESSION
from tests.hostile.house import House
from tests.hostile.inquiries import TOKEN
from tests.stories.test_pseudo_language import MARK, house, is_data, untranslated

__all__ = ["house"]
BOOK = f"/crm_inquiries/book/{TOKEN}"
FORM = f"/crm_inquiries/form/{TOKEN}"


def stranger(company: Any) -> FlaskClient:
    """Return the browser of somebody who has chosen the pseudo-language."""
    browser: FlaskClient = company.app.test_client()
    with browser.session_transaction() as session:
        session[LANGUAGE_IN_SESSION] = "xx"
    return browser


def said_in(answers: list[Any]) -> list[str]:
    pages = [one for one in answers if one.mimetype == "text/html" and one.location is None]
    assert [one.request.path for one in pages if "<h1" in one.text and "⟦" not in one.text] == []
    return [f"{one.request.path}: {line}" for one in pages for line in untranslated(one.text, is_data)]


@pytest.mark.catalogue("X-19", part="no untranslated text on any page")
def test_every_public_page_is_translated(house: House) -> None:
    browser = stranger(house.company)
    public = [rule for rule in house.rules() if house.requirement(rule).anybody and "GET" in (rule.methods or ())]
    answers = {address: browser.get(address) for rule in public for address in house.addresses(rule)}
    assert {"/login", "/offline", FORM, BOOK, f"{FORM}/thanks"} <= {
        address for address, answer in answers.items() if answer.status_code == 200
    }
    assert said_in(list(answers.values())) == []


def test_what_visitors_are_told_is_translated(house: House) -> None:
    browser = stranger(house.company)
    free = re.search(r'href="[^"?]*(\?[^"]*at=[^"]+)"', browser.get(BOOK).text)
    assert free, "no time to book is offered"
    answers = [browser.get(BOOK + free[1].replace("&amp;", "&")), browser.get("/nowhere"), browser.get(f"{BOOK}x")]
    answers += [browser.post(address, data={"email": "x"}) for address in (FORM, BOOK, "/login", "/login/code")]
    assert {answer.status_code for answer in answers} >= {200, 404, 422}
    assert said_in(answers) == []


def test_the_first_steps_are_translated() -> None:
    with open_company(company=MARK, pseudo_locale=True) as company:
        browser = stranger(company)
        answers = [browser.get("/setup/"), browser.post("/setup/", data={"token": "x"})]
        browser.post("/setup/", data={"token": setup_token(company.database.secret)})
        given = {"company": MARK, "country": "EE", "language": "en", "timezone": "Europe/Tallinn"}
        steps: dict[str, dict[str, Any]] = {
            "company": given,
            "modules": {"modules": ["crm_clients"]},
            "data": {"demo": "0"},
            "administrator": {},
        }
        for step, data in steps.items():
            answers += [browser.get(f"/setup/{step}"), browser.post(f"/setup/{step}", data=data)]
        assert [one.status_code for one in answers].count(200) == 5
        assert said_in(answers) == []
