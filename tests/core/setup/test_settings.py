"""The company's settings: above those of the environment, seen by every process, paid for by no request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kartoteka.app import create_app
from kartoteka.builtin.settings.service import MANAGE, save_settings
from kartoteka.installation import open_installation
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements
from kartoteka.vocabulary.errors import Forbidden

NEW = {"company": "UAB Nauja", "country": "EE", "language": "lt", "timezone": "Europe/Tallinn"}


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, company="From the environment")


def test_what_the_company_sets_wins_over_the_environment_at_once_in_every_process(made: Company) -> None:
    boss = made.browser(made.add_user(permissions=[MANAGE]))
    other = Company(create_app(installation=open_installation(made.installation.config)), made.installation)
    visitor = other.browser()
    assert "From the environment" in visitor.get("/login").text
    assert boss.post("/settings/", data=NEW).status_code == 302
    assert "UAB Nauja" in boss.get("/settings/").text
    assert '<html lang="lt"' in boss.get("/settings/").text
    assert "UAB Nauja" in visitor.get("/login").text
    assert made.database.search.region == "EE"


def test_no_request_pays_for_them(made: Company) -> None:
    boss = made.browser(made.add_user(ADMINISTRATOR))
    boss.get("/users/me")
    with counted_statements(made.database) as before:
        boss.get("/users/me")
    boss.post("/settings/", data=NEW)
    boss.get("/users/me")
    with counted_statements(made.database) as after:
        boss.get("/users/me")
    assert len(after) == len(before)
    assert not [one for one in after if "core_setting" in one]


def test_unusual_codes_are_taken_and_said_to_be_unusual(made: Company) -> None:
    boss = made.browser(made.add_user(ADMINISTRATOR))
    assert boss.post("/settings/", data={**NEW, "language": "en", "registration_code": "12345"}).status_code == 302
    page = boss.get("/settings/").text
    assert 'value="12345"' in page
    assert "k-warning" in page


@pytest.mark.parametrize("wrong", [{"company": ""}, {"country": "QQ"}, {"language": "tlh"}, {"timezone": "Nowhere"}])
def test_nonsense_is_refused(made: Company, wrong: dict[str, str]) -> None:
    boss = made.browser(made.add_user(ADMINISTRATOR))
    assert boss.post("/settings/", data={**NEW, **wrong}).status_code == 422
    assert "From the environment" in boss.get("/settings/").text


def test_without_the_right_nothing_is_changed(made: Company) -> None:
    clerk = made.add_user()
    assert made.browser(clerk).post("/settings/", data=NEW).status_code == 403
    with made.database.transaction(made.actor(clerk)) as session, pytest.raises(Forbidden):
        save_settings(session, NEW)
