"""One registry for existing and potential clients, from the first call to the archive."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from kartoteka.testing.company import Company
from tests.installed import installed

FORM = {"kind": "company", "country": "LT", "registered_on": "2026-01-05"}


@pytest.fixture
def desk(company: Callable[..., Company]) -> Company:
    return company(modules=installed("crm_clients"))


@pytest.fixture
def clerk(desk: Company) -> FlaskClient:
    return desk.browser(desk.add_user("clients.sales_manager", name="Ona Kazlienė"))


def enter(browser: FlaskClient, **values: str) -> str:
    """Enter a client and return the address of its card."""
    answer = browser.post("/clients/new", data={**FORM, "relationship": "existing", **values})
    assert answer.status_code == 302, answer.text
    return str(answer.location)


@pytest.mark.catalogue("CL-01", part="one registry, importance, a potential client becomes an existing one by hand")
def test_a_potential_client_becomes_an_existing_one(clerk: FlaskClient) -> None:
    enter(clerk, company_name="UAB Senas", importance="b")
    card = enter(clerk, company_name="UAB Naujas", relationship="potential", importance="a")
    everybody = clerk.get("/clients/").text
    assert "UAB Senas" in everybody
    assert "UAB Naujas" in everybody
    assert "UAB Naujas" in clerk.get("/clients/?relationship=potential&importance=a").text
    page = clerk.get(card).text
    assert "Potential client" in page
    assert "A: most important" in page

    saved = clerk.post(f"{card}/field/relationship", data={"relationship": "existing", "version": "1"})
    assert saved.status_code == 302
    assert "UAB Naujas" not in clerk.get("/clients/?relationship=potential").text
    assert "UAB Naujas" in clerk.get("/clients/?relationship=existing").text
    log = re.sub(r"<[^>]+>|\s+", " ", clerk.get(f"{card}/log").text)
    assert re.search(r"Relationship\W+Potential client\W+Existing client", log)


@pytest.mark.catalogue("CL-50", part="the one who enters a client is its manager")
@pytest.mark.catalogue("CL-17", part="the log begins with the entry of the client")
def test_who_enters_a_client_is_its_manager(desk: Company, clerk: FlaskClient) -> None:
    card = enter(clerk, company_name="UAB Langas")
    assert "Ona Kazlienė" in clerk.get(card).text
    log = clerk.get(f"{card}/log").text
    assert "Client added" in log
    assert "Ona Kazlienė" in log
    assert "UAB Langas" in clerk.get("/clients/?manager=me").text


@pytest.mark.catalogue("CORE-02", part="what one user saves the others see with their next click")
def test_what_one_saves_the_others_see(desk: Company, clerk: FlaskClient) -> None:
    colleague = desk.browser(desk.add_user("administrator"))
    assert "UAB Langas" not in colleague.get("/clients/").text
    card = enter(clerk, company_name="UAB Langas", relationship="potential")
    assert "UAB Langas" in colleague.get("/clients/").text
    assert colleague.post(f"{card}/field/notes", data={"notes": "Ring Teet", "version": "1"}).status_code == 302
    assert "Ring Teet" in clerk.get(card).text


@pytest.mark.catalogue("X-17", part="the list that ? shows; what a page adds to it is named on the page")
def test_the_list_of_shortcuts_names_every_key_that_works(clerk: FlaskClient) -> None:
    page = clerk.get("/clients/").text
    listed = re.search(r'<dialog[^>]+id="k-shortcuts".*?</dialog>', page, re.DOTALL)
    assert listed
    keys = set(re.findall(r"<kbd>([^<]+)</kbd>", listed[0]))
    assert {"?", "/", "Ctrl", "Enter", "Esc"} <= keys
    everywhere = re.findall(r'data-k-keys="([^"]+)"', listed[0])
    assert everywhere
    for bound in everywhere:
        shown = "".join(f"<kbd>{key.upper()}</kbd> " for key in bound.split()).strip()
        assert shown in listed[0], bound
    # The script lists the keys of the page itself, by what stands on their buttons; tests/browser looks at the list.
    assert re.search(r'<section id="k-keys-page".*?<dl class="k-keys">', listed[0], re.DOTALL)
    own = re.findall(
        r'<(a|button)\b([^>]*) data-k-keys="([^"]+)"([^>]*)>(.*?)</\1>', page.replace(listed[0], ""), re.DOTALL
    )
    assert {bound for _tag, _before, bound, _after, _text in own} == {"f", "o", "v"}
    assert page.replace(listed[0], "").count("data-k-keys=") == len(own)
    for _tag, before, bound, after, inside in own:
        named = re.search(r'aria-label="[^"]+"', before + after) or re.sub(r"<[^>]+>", "", inside).strip()
        assert named, bound
    bindings = [*everywhere, *(bound for _tag, _before, bound, _after, _text in own)]
    assert len(bindings) == len(set(bindings)), "each key does one thing"
