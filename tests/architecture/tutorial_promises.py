"""What the pages of the tutorial promise, page by page, and the mistakes they warn of."""

from __future__ import annotations

import importlib
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.users.models import User
from kartoteka.db.session import ReadOnlySession
from kartoteka.testing import ModuleContract, run_jobs
from kartoteka.testing.contract.subject import Subject
from kartoteka.vocabulary.errors import Forbidden
from tests.architecture.reader import MODULE, Reader, Told
from tests.core.importing.conftest import Importer, numbers

PAGE_5 = "instance of page 5"
HOME = f"/{MODULE}"
SIZES = {
    "name": "Kitchen, left",
    "width_mm": "1200",
    "height_mm": "1400",
    "measured_on": "2026-03-02",
    "notes": "Key with Mrs Kask",
}
WRONG_ENDPOINT = ('"site_measurements.show_client_openings"', '"site_measurements.show_openings"')
Check = Callable[[Reader, Told], None]
CHECKS: dict[str, Check] = {}


def check(number: int) -> Callable[[Check], Check]:
    def keep(function: Check) -> Check:
        CHECKS[f"{number:02}"] = function
        return function

    return keep


@check(1)
def is_a_module(reader: Reader, told: Told) -> None:
    with reader.company() as company:
        assert_sound(company)
        assert "Site measurements" in boss(company).get("/modules/").text
    with reader.mistaken("plugin.py", 'name="site_measurements"', 'name="measurements"'):
        told.expect(set_aside(reader))
    with reader.mistaken("plugin.py", "@hookimpl\n", ""):
        told.expect(set_aside(reader))


@check(2)
def has_a_table(reader: Reader, told: Told) -> None:
    with reader.company() as company:
        assert_sound(company)
    assert f"{MODULE}" in reader.command("db", "status")
    with reader.mistaken("models.py", "    __row_scope__ = OwnedByClient()\n", ""):
        told.expect(set_aside(reader))
    with reader.mistaken("plugin.py", '/ "migrations"', '/ "migration"'):
        told.expect(set_aside(reader))
    table, wrong = '"site_measurements_opening"', '"openings"'
    with reader.mistaken("models.py", table, wrong), reader.mistaken("plugin.py", table, wrong):
        told.expect(set_aside(reader))


@check(3)
def has_rights_and_a_kind(reader: Reader, told: Told) -> None:
    with reader.company() as company:
        assert_sound(company)
        browser = boss(company)
        assert "Fitter" in browser.get("/access/roles").text
        page = browser.get(f"/access/roles/new?template={MODULE}.fitter").text
        assert "See site measurements" in page
        assert "Measure" in page
    with reader.mistaken("plugin.py", '"notes"), permission=VIEW', '"notes"), permission="site_measurements.veiw"'):
        told.expect(set_aside(reader))
    with reader.mistaken("fields.py", ', column="measured_by_id"', ""):
        told.expect(set_aside(reader))


@check(4)
def has_a_service(reader: Reader, told: Told) -> None:
    with reader.company() as company:
        assert_sound(company)
        service = importlib.import_module(f"kartoteka_{MODULE}.service")
        user = company.actor(boss_id(company))
        values = {"name": "Kitchen, left", "width_mm": 1200, "height_mm": 1400}
        with company.database.transaction(user, "Test") as session:
            service.add_opening(session, 1, values)
        with pytest.raises(ReadOnlySession) as told_read_only, company.database.reading(user) as session:
            service.add_opening(session, 1, values)
        told.expect(str(told_read_only.value))
        company.switch(MODULE, on=False)
        with (
            pytest.raises(Forbidden) as refused,
            company.database.transaction(company.actor(user.user_id), "Test") as session,
        ):
            service.add_opening(session, 1, values)
        told.expect(str(refused.value))
        company.switch(MODULE)


@check(5)
def has_a_tab_and_a_form(reader: Reader, told: Told) -> None:
    tab, new = f"{HOME}/clients/2/openings", f"{HOME}/clients/2/openings/new"
    with reader.company() as company:
        assert_sound(company)
        browser = boss(company)
        assert "Nothing measured yet" in browser.get(tab).text
        page = browser.post(new, data={**SIZES, "width_mm": "12"})
        assert page.status_code == 422
        assert "Mrs Kask" in page.text
        page = browser.post(new, data=SIZES, follow_redirects=True)
        assert "The opening is saved." in page.text
        assert "<strong>Kitchen, left</strong> 1200 × 1400 mm" in browser.get(tab).text
        assert ">Kitchen, left<" in browser.get(f"{HOME}/openings/2", follow_redirects=True).text
        changed = {**SIZES, "name": "Kitchen, right", "version": "1"}
        assert "Kitchen, right" in browser.post(f"{HOME}/openings/2/edit", data=changed, follow_redirects=True).text
        assert re.search(r"Openings\s*<span class=.k-tab-count.>1<", browser.get("/clients/2").text)
        assert f"{HOME}/openings/2" in browser.get("/search/?q=kitchen").text
        assert "Kitchen, right" in browser.get("/clients/2/log").text
    with reader.mistaken(
        "views.py",
        '@blueprint.get("/openings/<int:record_id>")\n@require(VIEW)\n',
        '@blueprint.get("/openings/<int:record_id>")\n',
    ):
        told.expect(set_aside(reader))
    with reader.mistaken("views.py", '"site_measurements/openings.html"', '"site_measurements/opening.html"'):
        with reader.company() as company:
            assert boss(company).get(tab).status_code == 500
        told.expect(told.log.text)
    with reader.mistaken("plugin.py", *WRONG_ENDPOINT):
        told.expect(set_aside(reader))
    shutil.copytree(reader.instance, reader.root / PAGE_5)


@check(6)
def has_a_panel_and_an_action(reader: Reader, told: Told) -> None:
    with reader.company() as company:
        assert_sound(company)
        browser = boss(company)
        card = browser.get("/clients/2").text
        assert "Kitchen, right</a> 1200 × 1400 mm" in card
        assert f"/actions/{MODULE}/confirm_sizes" in card
        page = browser.post(
            f"/actions/{MODULE}/confirm_sizes", data={"confirmed": "1", "id": [2, 3]}, follow_redirects=True
        )
        assert "The size of one opening is confirmed." in page.text
        assert "Confirmed</span>" in browser.get("/clients/2").text
        page = browser.post(f"{HOME}/openings/2/edit", data={**SIZES, "version": "3"})
        assert (page.status_code, "These sizes are confirmed." in page.text) == (422, True)
    (migration,) = reader.place_of("migrations").glob("0002_*.py")
    (default,) = re.findall(r"server_default=[^,)]+, ", migration.read_text("utf-8"))
    with company_of_page_5(reader), reader.mistaken(f"migrations/{migration.name}", default, ""):
        told.expect(reader.command("db", "upgrade"))
        told.expect(reader.command("demo"))
    with reader.mistaken("plugin.py", '("site_measurements.confirm_sizes",)', '("site_measurements.confirm_size",)'):
        told.expect(set_aside(reader))


@check(7)
def has_a_report(reader: Reader, told: Told) -> None:
    url = f"/reports/{MODULE}/measured"
    with reader.company() as company:
        assert_sound(company)
        browser = boss(company)
        page = browser.get(f"{url}?since=2026-03-01&until=2026-03-31").text
        assert ("Kitchen, right" in page, "1.68" in page) == (True, True)
        assert b"1200" in browser.post(f"{url}.csv?since=2026-03-01&until=2026-03-31").data
        told.expect(browser.get(f"{url}?since=2026-03-02&until=2026-03-01").text)
    with reader.mistaken("reports.py", '"measured_on", "area"', '"measured_on", "client"'):
        told.expect(set_aside(reader))


@check(8)
def has_an_import(reader: Reader, told: Told) -> None:
    content = (reader.project / "openings.csv").read_bytes()
    with reader.company() as company:
        assert_sound(company)
        importer = Importer(company, boss_id(company))
        for created, unchanged in ((1, 0), (0, 1)):
            number = importer.begin(content, "openings.csv", target=f"{MODULE}.openings")
            importer.go_on(number)
            assert set(importer.guessed(number).values()) == {"client", "name", "width_mm", "height_mm", "measured_on"}
            assert numbers(importer.check(number)) == (created, 0, unchanged, 0, 2, 0)
            told_here = importer.browser.get(f"/importing/{number}").text
            assert "There is no client with this number." in told_here
            if created:
                told.expect(told_here)
                assert numbers(importer.start(number)) == (1, 0, 0, 0, 2, 0)
        assert "Bedroom" in importer.browser.get("/clients/1").text
    with reader.mistaken("importing.py", '("client", "name")),)', '("clients", "name")),)'):
        told.expect(set_aside(reader))
    with reader.mistaken("importing.py", "        if not is_same:\n", "        if is_same:\n            continue\n"):
        with reader.company() as company:
            importer = Importer(company, boss_id(company))
            number = importer.begin(content, "openings.csv", target=f"{MODULE}.openings")
            importer.go_on(number)
            importer.map(number)
            run_jobs(company)
        told.expect(told.log.text)


@check(9)
def has_a_job(reader: Reader, told: Told) -> None:
    with reader.company() as company:
        assert_sound(company)
        browser = boss(company)
        browser.post(f"{HOME}/clients/3/openings/new", data={**SIZES, "measured_on": "2020-03-02"})
        run_jobs(company)
        url = re.search(r"/jobs/\d+", reader.screen)
        assert url is not None
        assert "One draft is outdated." in browser.get(url[0]).text
    with reader.mistaken("jobs.py", 'job="site_measurements.retire_drafts"', 'job="retire_drafts"'):
        told.expect(set_aside(reader))
    with reader.mistaken("jobs.py", '"30 3 * * *"', '"3:30"'):
        told.expect(set_aside(reader))


@check(10)
def has_a_widget(reader: Reader, told: Told) -> None:
    with reader.company() as company:
        assert_sound(company)
        page = boss(company).get("/").text
        assert "Sizes to confirm" in page
        assert "Bedroom" in page
    with reader.mistaken("widgets.py", '"site_measurements/waiting.html"', '"waiting.html"'):
        told.expect(set_aside(reader))
    with reader.mistaken("widgets.py", "refresh=120", "refresh=12"):
        told.expect(set_aside(reader))


@check(11)
def keeps_the_contract(reader: Reader, told: Told) -> None:
    done = reader.run_tests()
    assert done.returncode == 0, done.stdout
    (passed,) = re.findall(r"(\d+) passed", done.stdout)
    assert int(passed) > 30
    assert "skipped" not in done.stdout
    with reader.mistaken(
        "queries.py", "from kartoteka.api.db import Session", "from kartoteka.db.session import Session"
    ):
        told.expect(broken_promise(reader, "it_imports_only_the_public_door"))
    told.expect(broken_promise(reader, "texts_are_translated", languages=("lt",)))


# --- Small tools -----------------------------------------------------------------------------------------------------


def boss(company: Any) -> Any:
    """Return a browser of rasa, the administrator."""
    return company.browser(boss_id(company))


def boss_id(company: Any) -> int:
    """Return the id of rasa."""
    with company.database.reading(company.system) as session:
        return session.scalars(select(User.id).where(User.login == "rasa")).one()


def assert_sound(company: Any) -> None:
    """Nothing was set aside, and the module is on."""
    assert [str(one) for one in company.installation.registry.broken] == []
    assert MODULE in company.installation.registry.installed


def set_aside(reader: Reader) -> str:
    """Return why the module is set aside now."""
    with reader.installation() as installation:
        (broken,) = installation.registry.broken
        return str(broken)


@contextmanager
def company_of_page_5(reader: Reader) -> Iterator[None]:
    """Go back to the company as it was before its second migration, with rows in the table."""
    now = reader.instance
    reader.instance = reader.root / PAGE_5
    try:
        yield
    finally:
        reader.instance = now


def broken_promise(reader: Reader, test: str, **settings: Any) -> str:
    """Return what the contract says against the module as it is now."""
    with reader.company() as company:
        subject = Subject(company, company.installation.registry.module(MODULE))
        subject.actor = company.actor(boss_id(company))
        contract = type("TestContract", (ModuleContract,), {"module": MODULE, **settings})()
        with pytest.raises(pytest.fail.Exception) as told:
            getattr(contract, f"test_{test}")(subject)
        return str(told.value)
