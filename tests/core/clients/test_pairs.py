"""The page of duplicates: which pairs it lists, to whom, and what is done with them (CL-42)."""

from __future__ import annotations

import csv
import itertools
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz
from sqlalchemy import select

from kartoteka.builtin.clients.fields import DELETE, EDIT_PERSONAL_CODE, MERGE, SEE_PERSONAL_CODE
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.clients.models import Client, SimilarClients
from kartoteka.builtin.clients.naming import name_key
from kartoteka.builtin.clients.pairs.job import find_similar
from kartoteka.builtin.clients.pairs.queries import PAGE, Place, read_pairs
from kartoteka.builtin.clients.pairs.reasons import SIMILAR
from kartoteka.builtin.clients.pairs.service import keep_apart
from kartoteka.builtin.clients.pairs.similar import SimilarNames
from kartoteka.db.journal import insert_rows
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


def search(office: Company, job_id: int = 1) -> RunningJob:
    """Run the search for similar names, step by step."""
    job = RunningJob(id=job_id)
    while True:
        job.goes_on = False
        with office.database.transaction(office.system) as session:
            find_similar(session, job)
        if not job.goes_on:
            return job


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
    expected = [("UAB Statybos technologijos", "Statibos technologijos, AB", "A similar name")]
    assert listed(office, boss) == expected, "Барвінок and Барвинок are alike by 88 per cent only"
    with office.database.transaction(boss) as session:
        merge_clients(session, 1, [2])
    assert listed(office, boss) == []
    search(office, 2)
    with office.database.reading(office.system) as session:
        assert set(session.scalars(select(SimilarClients.search))) <= {2}


def test_a_search_that_lost_its_process_begins_anew(office, boss):
    for name in ("Statybos technologijos", "Statibos technologijos"):
        office.add_client(name, actor=boss)
    job = RunningJob(id=7, checkpoint={"step": 3})
    with office.database.transaction(office.system) as session:
        find_similar(session, job)
    assert job.goes_on
    search(office, 7)
    assert len(listed(office, boss)) == 1


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
    assert "A similar name" in browser.get("/clients/pairs").text


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
    assert len(counted) <= 6


def twins(count: int) -> list[str]:
    """Return names of made-up firms, every tenth of them a second time with a slip of the finger."""
    drawn = random.Random(8)
    syllables = ["bal", "ti", "ko", "sta", "ty", "ba", "vil", "nia", "us", "tra", "nsas", "gru", "pe", "li", "to", "ra"]
    words = ["".join(drawn.choices(syllables, k=drawn.randint(2, 5))) for _ in range(count)]
    names = [" ".join(drawn.sample(words, drawn.randint(1, 3))) for _ in range(count)]
    for name in names[::10]:
        place = drawn.randrange(len(name))
        names.append(name[:place] + drawn.choice("aeiou") + name[place + 1 :])
    return names


def recall(names: list[str]) -> float:
    """Return the share of all pairs of names with enough similarity that the search finds."""
    keys = sorted({key for name in names if (key := name_key(name))})
    wanted = {pair for pair in itertools.combinations(keys, 2) if fuzz.ratio(*pair, score_cutoff=SIMILAR) >= SIMILAR}
    searched = SimilarNames()
    searched.add(enumerate(keys))
    found = {(keys[one], keys[two]) for pairs in searched.pairs() for one, two, _score in pairs}
    assert found <= {tuple(sorted(pair)) for pair in wanted}
    return len(found) / len(wanted) if wanted else 1.0


def test_the_search_misses_hardly_a_pair_that_comparing_all_would_find():
    assert recall(twins(800)) >= 0.97


@pytest.mark.catalogue("CL-42", part="real names of firms")
def test_the_search_misses_hardly_a_pair_of_real_names(shared: Callable[[str], Path]):
    path = shared("data/03_registers/vilnius__zemesnuomossutartys")
    [file] = list(path.rglob("Sumos.tsv"))
    with file.open(encoding="utf-8-sig", newline="") as lines:
        names = {cell for row in csv.reader(lines, delimiter="\t") for cell in row[:3] if len(cell) > 5}
    assert recall(sorted(names)[:3000]) >= 0.97
