"""The page of duplicates: which pairs it lists, to whom, and what is done with them (CL-42)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from kartoteka.builtin.clients.fields import DELETE, EDIT_PERSONAL_CODE, MERGE, SEE_PERSONAL_CODE
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.clients.models import Client, ComparedClient, SimilarClients
from kartoteka.builtin.clients.pairs.job import look, store
from kartoteka.builtin.clients.pairs.queries import PAGE, Place, read_pairs
from kartoteka.builtin.clients.pairs.service import keep_apart
from kartoteka.builtin.clients.service import change_client
from kartoteka.db.journal import insert_rows
from kartoteka.db.session import use_workplace
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.testing.company import Company
from kartoteka.testing.jobs import run_jobs
from kartoteka.testing.statements import counted_statements
from kartoteka.vocabulary.errors import NotFound

from .conftest import HEAD

MERGER = (*HEAD, MERGE, DELETE)


@pytest.fixture
def boss(office: Company) -> Any:
    """Somebody who sees and merges all clients."""
    return office.actor(office.add_user(permissions=MERGER, reach="all"))


def listed(office: Company, actor: Any) -> list[tuple[str, str, str]]:
    """Return all pairs that the actor is shown: both names and the reasons."""
    found: list[tuple[str, str, str]] = []
    place: Place | None = Place()
    with office.database.reading(actor) as session:
        while place is not None:
            page = read_pairs(session, place)
            found += [(one.first["name"], one.second["name"], ", ".join(map(str, one.reasons))) for one in page.pairs]
            place = Place.parse(str(page.next)) if page.next else None
    return found


def search(office: Company) -> RunningJob:
    """Run the search for duplicates, step by step."""
    job = RunningJob(id=1)
    while True:
        step(office, job)
        if not job.goes_on:
            return job


def step(office: Company, job: RunningJob) -> None:
    """Do one step of the search."""
    job.goes_on = False
    with use_workplace(office.database, office.system):
        look(job)
    with office.database.transaction(office.system) as session:
        store(session, job)


@pytest.mark.catalogue("CL-42", part="equal codes, e-mail, phone and name make a pair, empty ones never")
def test_equal_values_make_a_pair_and_empty_ones_never(office, boss):
    common = {"actor": boss, "country": "LT"}
    office.add_client("Alfa", **common, phone="8 612 34567", email="-", registration_code="0")
    office.add_client("Beta", **common, mobile="+370 612 34567", email="n/a", registration_code="0")
    office.add_client("Gama", **common, email="Info@Gama.lt", vat_code="-")
    office.add_client("Delta", **common, email="info@gama.lt")
    office.add_client("UAB „Žuvėdra“", **common)
    office.add_client("Zuvedra, AB", **common)
    office.add_client("Lone", **common)
    with office.database.transaction(office.system) as session:
        for number in ("X1", "X2"):
            values: dict[str, Any] = {"registration_code": "302345671", "vat_code": "LT100001738313"}
            values["registered_on"] = date(2026, 1, 1)
            insert_rows(session, Client, [{"number": number, "company_name": number, "country": "LT", **values}])
    assert listed(office, boss) == [
        ("X1", "X2", "The same registration code, The same VAT code"),
        ("Gama", "Delta", "The same e-mail address"),
        ("Alfa", "Beta", "The same phone number"),
        ("UAB „Žuvėdra“", "Zuvedra, AB", "The same name"),
    ]


def test_only_pairs_of_which_both_are_seen_and_living(office, boss):
    own = office.actor(office.add_user(permissions=MERGER))
    mine = office.add_client("Alfa", actor=own).id
    office.add_client("UAB Alfa", actor=boss)
    assert listed(office, own) == []
    assert len(listed(office, boss)) == 1
    third = office.add_client("Alfa, AB", actor=own).id
    assert listed(office, own) == [("Alfa", "Alfa, AB", "The same name")]
    with office.database.transaction(boss) as session:
        merge_clients(session, mine, [third])
    assert listed(office, own) == []
    with office.database.transaction(own) as session, pytest.raises(NotFound):
        keep_apart(session, mine, mine + 1)


def test_personal_codes_make_pairs_for_those_only_who_may_see_them(office, boss):
    seer = office.actor(
        office.add_user(permissions=(*MERGER, SEE_PERSONAL_CODE, EDIT_PERSONAL_CODE), reach="all", login="seer")
    )
    for surname in ("Onaitytė", "Petrienė"):
        values = {"kind": "person", "surname": surname, "country": "LT", "personal_code": "485-01010017"}
        office.add_client(actor=seer, **values)
    assert listed(office, boss) == []
    assert listed(office, seer) == [("Onaitytė", "Petrienė", "The same personal code")]
    data = {"kind": "person", "surname": "Naujoji", "country": "LT", "personal_code": "48501010017"}
    data |= {"relationship": "existing", "registered_on": "2026-01-01"}
    answer = office.browser(seer.user_id).post("/clients/new", data=data)
    assert answer.status_code == 422
    assert "The same personal code" in answer.text
    assert "48501010017" not in office.browser(seer.user_id).get("/clients/pairs").text
    edited = {"surname": "Onaitienė", "kind": "person", "country": "LT", "relationship": "existing"}
    edited |= {"registered_on": "2026-01-01", "version": "1"}
    assert "personal code" not in office.browser(boss.user_id).post("/clients/1/edit", data=edited).text


@pytest.mark.catalogue("CL-42", part="similar names, legal forms apart")
def test_similar_names_are_found_by_a_search(office, boss):
    for name in ("UAB Statybos technologijos", "Statibos technologijos, AB", "Statyba", "ТОВ Барвінок", "Барвинок"):
        office.add_client(name, actor=boss)
    assert listed(office, boss) == []
    assert search(office).message is not None
    alike = "Similar in several fields"
    statyba = ("UAB Statybos technologijos", "Statibos technologijos, AB", alike)
    assert listed(office, boss) == [("ТОВ Барвінок", "Барвинок", alike), statyba]
    with office.database.transaction(boss) as session:
        merge_clients(session, 1, [2])
    assert listed(office, boss) == [("ТОВ Барвінок", "Барвинок", alike)]
    search(office)
    assert stored(office) == [(4, 5)]


def test_a_search_goes_on_in_another_process_and_after_one_that_was_stopped(office, boss):
    for name in ("Statybos technologijos", "Statibos technologijos"):
        office.add_client(name, actor=boss)
    stopped = RunningJob(id=1)
    while "phase" not in stopped.checkpoint:
        step(office, stopped)
    step(office, RunningJob(id=1, checkpoint=dict(stopped.checkpoint)))
    assert stored(office) == [(1, 2)]
    with office.database.transaction(office.system) as session:
        session.execute(update(ComparedClient.__table__).values(pending=True))
    search(office)
    assert stored(office) == [(1, 2)]


def test_only_what_changed_is_compared_anew(office, boss):
    for name in ("Statybos technologijos", "Statibos technologijos", "Kirpykla"):
        office.add_client(name, actor=boss)
    assert search(office).checkpoint["changed"] == 3
    assert search(office).checkpoint["changed"] == 0
    assert stored(office) == [(1, 2)]
    office.add_client("Kirpikla", actor=boss)
    with office.database.transaction(boss) as session:
        change_client(session, 2, {"company_name": "Baldai"}, version=1)
    assert search(office).checkpoint["changed"] == 2
    assert stored(office) == [(3, 4)]


def stored(office: Company) -> list[tuple[int, int]]:
    """Return the pairs that the searches have left."""
    with office.database.reading(office.system) as session:
        rows = session.execute(select(SimilarClients.first_id, SimilarClients.second_id))
        return sorted((row.first_id, row.second_id) for row in rows)


@pytest.mark.catalogue("CL-42", part="not a duplicate hides the pair and can be taken back; two or more are merged")
def test_pages_hide_pairs_show_them_again_and_merge(office, boss):
    ids = [office.add_client(name, actor=boss).id for name in ("Alfa", "UAB Alfa", "Alfa, AB")]
    browser = office.browser(boss.user_id)
    page = browser.get("/clients/pairs").text
    assert page.count("The same name") == 3
    hidden = browser.post("/clients/pairs/apart", data={"pair": f"{ids[0]}-{ids[1]}"}, follow_redirects=True).text
    assert hidden.count("The same name") == 2
    assert "UAB Alfa" in browser.get("/clients/pairs?hidden=1").text
    browser.post("/clients/pairs/together", data={"distinct": "1"})
    assert browser.get("/clients/pairs").text.count("The same name") == 3
    chosen = browser.post("/actions/clients/merge", data={"kind": "clients.client", "id": [*ids, ids[0]]})
    page = browser.get(chosen.location).text
    versions = {f"version-{number}": 1 for number in ids}
    assert browser.post("/clients/merge", data={"id": ids, **versions}).location == f"/clients/{ids[0]}"
    assert "No duplicates here" in browser.get("/clients/pairs").text


def test_the_search_runs_in_the_background(office, boss):
    for name in ("Statybos technologijos", "Statibos technologijos"):
        office.add_client(name, actor=boss)
    browser = office.browser(boss.user_id)
    assert browser.post("/clients/pairs/search").location.startswith("/jobs/")
    run_jobs(office)
    assert "Similar in several fields" in browser.get("/clients/pairs").text


def test_nonsense_is_answered_with_a_page(office, boss):
    browser = office.browser(boss.user_id)
    for written in ("x", "phone.number.1", "name.name_key.99999999999", "similar..x", "personal_code.x.1", "%00"):
        assert browser.get(f"/clients/pairs?from={written}").status_code == 200
    for pair in ("", "x-y", "1-", "999999-888888"):
        assert browser.post("/clients/pairs/apart", data={"pair": pair}).status_code == 404
    assert browser.post("/clients/pairs/together", data={"distinct": "5"}).status_code == 404
    stranger = office.browser(office.add_user(permissions=HEAD, reach="all"))
    assert stranger.get("/clients/pairs").status_code == 403


def test_many_pairs_come_in_pages_of_a_bounded_number_of_statements(office, boss):
    rows = [
        {
            "number": f"N{number:04}",
            "company_name": f"Firm {number}",
            "registration_code": str(300000000 + number // 2),
            "country": "LT",
            "phone": "+37061234567" if number < 40 else "",
            "registered_on": date(2026, 1, 1),
        }
        for number in range(400)
    ]
    with office.database.transaction(office.system) as session:
        insert_rows(session, Client, rows)
    found = listed(office, boss)
    assert len(found) == 200 + 38, "a pair is listed once; of many equal ones each is paired with the first"
    assert len({pair[:2] for pair in found}) == len(found)
    with office.database.reading(boss) as session, counted_statements(office.database) as counted:
        page = read_pairs(session, Place())
    assert len(page.pairs) == PAGE
    assert len(counted) <= 7


@pytest.mark.catalogue("CL-42", part="filters, how sure and why, several pairs told apart at once")
def test_pairs_are_filtered_explained_and_told_apart_together(office, boss):
    other = office.actor(office.add_user(permissions=MERGER, reach="all", login="other"))
    office.add_client("Alfa", actor=boss, country="LT", phone="8 612 34567")
    office.add_client("UAB Alfa", actor=boss, country="LT", mobile="+370 612 34567")
    office.add_client("Statybos technologijos", actor=other)
    office.add_client("Statibos technologijos", actor=other)
    search(office)
    browser = office.browser(boss.user_id)
    page = browser.get("/clients/pairs").text
    assert "Name 100% · Phone 100%" in page
    assert "Statibos" in page
    assert "Statibos" not in browser.get("/clients/pairs?sort=equal").text
    assert "UAB Alfa" not in browser.get("/clients/pairs?sort=alike").text
    mine = browser.get(f"/clients/pairs?manager={boss.user_id}").text
    assert "UAB Alfa" in mine
    assert "Statibos" not in mine
    data = {"listed": ["1-2", "3-4"], "id": ["1", "2", "3", "4"]}
    told = browser.post("/clients/pairs/apart", data=data, follow_redirects=True).text
    assert "2 pairs are not shown any more." in told
    assert "No duplicates here" in told
    [address] = re.findall(r'action="([^"]*undo[^"]*)"', told)[:1]
    browser.post(address)
    assert "Statibos" in browser.get("/clients/pairs").text
    assert browser.post("/clients/pairs/apart", data={"listed": ["1-2"], "id": ["1", "3"]}).status_code == 404
