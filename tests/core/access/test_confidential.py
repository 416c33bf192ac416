"""Confidential fields: who lacks the right meets their values nowhere; "read" shows them, "write" changes them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from kartoteka.api.clients import change_client
from kartoteka.builtin.access.confidential.queries import markable_fields
from kartoteka.builtin.access.confidential.service import mark_fields
from kartoteka.builtin.clients.fields import CLIENT_KIND
from kartoteka.builtin.clients.grouping import add_group
from kartoteka.builtin.rest.service import make_key
from kartoteka.db.clock import utc_now
from kartoteka.db.search import check_search
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.jobs import run_jobs
from kartoteka.testing.pages import crawl
from kartoteka.testing.plugin import ADMINISTRATOR, Company
from kartoteka.vocabulary.errors import Forbidden, InvalidInput
from kartoteka.vocabulary.record import RecordRef
from tests.installed import installed

SECRETS = {
    "registration_code": "300777123",
    "vat_code": "LT100007771234",
    "phone": "+370 612 77771",
    "mobile": "+370 612 77772",
    "fax": "+370 5 2777733",
    "email": "quince@secret.example",
    "website": "https://medlar.example",
    "bank_account": "LT121000011101001000",
    "activity": "Loganberries",
    "notes": "Pays late since persimmon",
    "income": Decimal("98321.57"),
}
WRITTEN = (
    "300777123",
    "LT100007771234",
    "612 77771",
    "61277771",
    "612 77772",
    "2777733",
    "quince",
    "medlar.example",
    "LT121000011101001000",
    "Loganberries",
    "persimmon",
    "Damson circle",
    "98321",
    "98,321",
)
KINDS_OF_DATABASE = chosen_kinds()
PERSONAL = {"clients.see_personal_code", "clients.edit_personal_code"}
ON_RIGHTS = {"access.manage", "users.manage", "access.see_confidential", "access.edit_confidential"}


@pytest.fixture
def made(company: Callable[..., Company]) -> Company:
    made = company()
    made.switch(*installed("crm_clients"))
    return made


def mark(made: Company, *names: str) -> None:
    with made.database.transaction(made.system) as session:
        mark_fields(session, CLIENT_KIND, names)


def markable(made: Company) -> set[str]:
    found = {kind.kind: fields for kind, fields in markable_fields(made.installation.registry)}
    return {field.name for field in found[CLIENT_KIND]}


def add_clerk(made: Company, *more: str) -> int:
    """Add somebody who may do everything but manage rights and see what is confidential."""
    known = {one.name for one in made.installation.registry.permissions}
    return made.add_user(permissions={*(known - ON_RIGHTS - PERSONAL), *more}, reach="all")


def add_clients(made: Company) -> tuple[int, int]:
    with made.database.transaction(made.system) as session:
        group_id = add_group(session, {"name": "Damson circle"}).id
    company = made.add_client("Orchard", **SECRETS, importance="a", client_kind="key", group=group_id)
    born = utc_now().date().replace(year=1970) + timedelta(days=1)
    person = made.add_client(kind="person", surname="Pomona", first_name="Vita", birth_date=born)
    with made.database.transaction(made.system, "Client changed") as session:
        change_client(session, company.id, {"notes": "Pays late since persimmon, twice"}, None)
    return company.id, person.id


def shown(text: str) -> list[str]:
    return [secret for secret in WRITTEN if secret in text]


def text_of(browser: FlaskClient, address: str) -> str:
    path, _sign, kind = address.partition("#")
    answer = browser.post(path, data={"format": kind, "columns": "all"}) if kind else browser.get(path)
    if answer.mimetype.endswith("sheet"):
        with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
            return "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))
    return answer.get_data(as_text=True)


def places(client_id: int, names: list[str]) -> list[str]:
    return [
        f"/clients/{client_id}",
        f"/clients/{client_id}/log",
        f"/clients/{client_id}/edit",
        "/clients/",
        "/clients/columns",
        "/clients/export#csv",
        "/clients/export#xlsx",
        "/clients/suggest?q=orchard",
        "/search/?q=orchard",
        "/search/palette?q=orchard",
        "/clients/pairs",
        "/operations/",
        f"/clients/{client_id}/timeline",
        *(f"/clients/{client_id}/field/{name}" for name in names),
    ]


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CORE-05")
def test_nobody_without_the_right_meets_a_confidential_value_anywhere(made: Company) -> None:
    names = sorted(markable(made))
    company_id, _person_id = add_clients(made)
    clerk, boss = made.browser(add_clerk(made)), made.browser(made.add_user(ADMINISTRATOR))
    clerk.post("/clients/columns", data={"order": names, "shown": names, "do": "save"})
    before = {address: shown(text_of(clerk, address)) for address in places(company_id, names)}
    # Without the marks the values are there, so that their absence means something.
    assert set(WRITTEN) - {"98,321", "98321", "61277771"} <= {secret for found in before.values() for secret in found}
    for address in ("/clients/", "/clients/export#csv", "/clients/export#xlsx", f"/clients/{company_id}/log"):
        assert "persimmon" in before[address], address
    mark(made, *names)
    run_jobs(made)
    for address in places(company_id, names):
        assert not shown(text_of(clerk, address)), address
    assert {"quince", "persimmon", "Damson circle"} <= set(shown(text_of(boss, f"/clients/{company_id}")))
    # The names of groups are no secret, only who is in which.
    from kartoteka_crm_clients.documents import build_client_sheet

    with made.database.reading(
        made.actor(made.add_user(role=None, permissions=["clients.view"], reach="all"))
    ) as session:
        assert not shown(str(build_client_sheet(session, RecordRef(CLIENT_KIND, company_id))))
    for page in crawl(clerk, "/", limit=120, alike=2, follow=lambda url: not url.startswith("/clients/groups")):
        assert not shown(page.text), page.url
        assert page.status < 500, page.url


@pytest.mark.catalogue("CORE-05")
def test_lists_neither_filter_nor_sort_by_what_is_confidential(made: Company) -> None:
    add_clients(made)
    made.add_client("Bakery", importance="b")
    clerk = made.browser(add_clerk(made))
    assert "Bakery" not in clerk.get("/clients/?importance=a").text
    mark(made, "importance", "email", "registration_code")
    assert "Bakery" in clerk.get("/clients/?importance=a").text
    assert "Bakery" in clerk.get("/clients/?email=quince").text
    page = clerk.get("/clients/?sort=importance").text
    assert "sort=-importance" not in page
    assert "Importance" not in page
    up, down = (clerk.get(f"/clients/?sort={sign}registration_code").text for sign in ("", "-"))
    assert (up.index("Bakery") < up.index("Orchard")) == (down.index("Bakery") < down.index("Orchard"))


@pytest.mark.catalogue("CORE-05")
@pytest.mark.parametrize("kind", KINDS_OF_DATABASE)
def test_quick_search_finds_by_it_for_those_with_the_right_only(company: Callable[..., Company], kind: str) -> None:
    made = company(database=kind, modules=installed("crm_clients"))
    add_clients(made)
    clerk, reader = made.browser(add_clerk(made)), made.browser(add_clerk(made, "access.see_confidential"))
    searches = ("/clients/", "/clients/suggest", "/search/", "/search/palette")
    assert "Orchard" in clerk.get("/clients/?q=quince").text
    mark(made, "email", "phone", "mobile")
    # From the click on: nobody without the right waits for a job to lose what he may not find.
    assert "Orchard" not in clerk.get("/clients/?q=quince").text
    assert "Orchard" in reader.get("/clients/?q=quince").text
    run_jobs(made)
    made.add_client("Fresh", email="sorrel@secret.example")
    for asked, name in (
        ("quince", "Orchard"),
        ("orc 77771", "Orchard"),
        ("+370 612 77772", "Orchard"),
        ("sorrel", "Fresh"),
    ):
        for place in searches:
            assert name not in clerk.get(place, query_string={"q": asked}).text, (place, asked)
            assert name in reader.get(place, query_string={"q": asked}).text, (place, asked)
    for browser in (clerk, reader):
        for asked in ("orchard", "orchrad"):
            assert "Orchard" in browser.get("/search/", query_string={"q": asked}).text
        assert "Orchard" in browser.get("/clients/?q=orchard").text
    assert "Orchard" not in clerk.get("/search/", query_string={"q": "qiunce"}).text
    assert "Orchard" in reader.get("/search/", query_string={"q": "qiunce"}).text
    with made.database.transaction(made.system) as session:
        assert check_search(session) == []
    mark(made)
    clerk.get("/")
    run_jobs(made)
    assert "Orchard" in clerk.get("/clients/?q=quince").text
    with made.database.transaction(made.system) as session:
        assert check_search(session) == []
        assert session.scalar(text("SELECT count(*) FROM core_search_text WHERE kind LIKE '%open'")) == 0


@pytest.mark.catalogue("CORE-05")
def test_the_right_to_read_shows_and_the_right_to_write_changes(made: Company) -> None:
    company_id, _person = add_clients(made)
    mark(made, "notes", "phone")
    reader = add_clerk(made, "access.see_confidential")
    writer = add_clerk(made, "access.see_confidential", "access.edit_confidential")
    page = made.browser(reader).get(f"/clients/{company_id}").text
    assert "persimmon" in page
    assert f"/clients/{company_id}/field/notes" not in page
    assert made.browser(reader).get(f"/clients/{company_id}/field/phone").status_code == 404
    assert 'name="phone"' not in made.browser(reader).get(f"/clients/{company_id}/edit").text
    assert made.browser(writer).get(f"/clients/{company_id}/field/phone").status_code == 200
    with made.database.transaction(made.actor(reader)) as session, pytest.raises(Forbidden):
        change_client(session, company_id, {"notes": "Pays at once"}, None)
    with made.database.transaction(made.actor(writer)) as session:
        change_client(session, company_id, {"notes": "Pays at once"}, None)


def test_whoever_has_no_right_saves_the_rest_and_overwrites_nothing(made: Company) -> None:
    company_id, _person = add_clients(made)
    mark(made, *markable(made))
    clerk, boss = made.browser(add_clerk(made)), made.browser(made.add_user(ADMINISTRATOR))
    data = {"kind": "company", "company_name": "Orchards", "country": "LT", "relationship": "existing"}
    data |= {"registered_on": "2026-01-05", "notes": "gone", "phone": "", "email": "other@example.com"}
    answer = clerk.post(f"/clients/{company_id}/edit", data=data)
    assert answer.status_code == 302, answer.text
    page = boss.get(f"/clients/{company_id}").text
    assert "Orchards" in page
    assert {"persimmon", "quince"} <= set(shown(page))
    new = clerk.post("/clients/new", data={**data, "company_name": "Hedge"})
    assert new.status_code == 302, new.text
    assert "other@example.com" not in boss.get(new.headers["Location"]).text


@pytest.mark.needs_module("crm_clients")
def test_birthdays_are_told_to_those_who_may_see_them(made: Company) -> None:
    add_clients(made)
    clerk = made.browser(add_clerk(made))
    report = f"/reports/crm_clients/birthdays?since={utc_now().date().isoformat()}&days=30"
    assert "Pomona" in clerk.get(report).text
    mark(made, "birth_date")
    assert "Pomona" not in clerk.get(report).text
    assert "Pomona" in made.browser(made.add_user(ADMINISTRATOR)).get(report).text


def test_the_page_marks_fields_and_the_log_says_so(made: Company) -> None:
    boss = made.browser(made.add_user(ADMINISTRATOR))
    page = boss.get("/access/confidential").text
    assert 'value="notes"' in page
    assert 'value="company_name"' not in page
    for reason in ("Records are recognised by it", "Who sees which records depends on it", "Other rules need it"):
        assert reason in page
    assert boss.post("/access/confidential", data={"kind": CLIENT_KIND, "field": ["notes"]}).status_code == 302
    assert "Confidential fields changed" in boss.get("/audit/").text
    assert boss.post("/access/confidential", data={"kind": "no.kind"}).status_code == 404
    assert made.browser(add_clerk(made)).get("/access/confidential").status_code == 403
    for wrong in ("company_name", "personal_code", "no such field"):
        with made.database.transaction(made.system) as session, pytest.raises(InvalidInput):
            mark_fields(session, CLIENT_KIND, [wrong])


def test_undoing_does_not_bring_back_what_one_may_not_write(made: Company) -> None:
    company_id, _person = add_clients(made)
    clerk = add_clerk(made)
    with made.database.transaction(made.actor(clerk), "Client changed") as session:
        change_client(session, company_id, {"notes": "Nothing"}, None)
    mark(made, "notes")
    browser = made.browser(clerk)
    assert "persimmon" not in browser.get("/operations/").text
    latest = max(
        int(part.split('"')[0])
        for part in browser.get("/operations/").text.split('"/operations/')[1:]
        if part[0].isdigit()
    )
    assert "persimmon" not in browser.get(f"/operations/{latest}").text
    answer = browser.post(f"/operations/{latest}/undo")
    assert answer.status_code in (302, 403, 404, 422)
    boss = made.browser(made.add_user(ADMINISTRATOR))
    assert "persimmon" not in boss.get(f"/clients/{company_id}").text.split('id="notes"')[1].split("</section>")[0]


@pytest.mark.catalogue("CORE-05")
def test_programs_with_a_key_neither_read_nor_write_what_their_user_may_not(made: Company) -> None:
    company_id, _person = add_clients(made)
    with made.database.transaction(made.system) as session:
        scopes = ("*:read", "*:create", "*:change")
        _key, token = make_key(session, title="Website", scopes=scopes, user_id=add_clerk(made))
    program, address = made.app.test_client(), f"/api/v1/clients/clients/{company_id}"
    headers = {"Authorization": f"Bearer {token}"}
    assert {"persimmon", "quince"} <= set(shown(program.get(address, headers=headers).text))
    mark(made, *markable(made))
    for asked in (address, "/api/v1/clients/clients", "/api/v1/clients/clients?email=quince@secret.example"):
        assert not shown(program.get(asked, headers=headers).text), asked
    program.patch(address, json={"notes": "gone", "email": "other@example.com"}, headers=headers)
    boss = made.browser(made.add_user(ADMINISTRATOR))
    assert {"persimmon", "quince"} <= set(shown(boss.get(f"/clients/{company_id}").text))
