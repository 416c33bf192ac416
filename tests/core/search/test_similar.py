"""Slips of the finger: what resembles a query, equal on both databases (X-14)."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.search.queries import search_all
from kartoteka.db.journal import insert_rows
from kartoteka.db.search import SearchText
from kartoteka.db.search_similar import find_similar
from kartoteka.testing.company import Company, open_company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.search import parse_query
from kartoteka.vocabulary.similar import clues, has_clue, likeness, slipped

KIND = "clients.client"
LETTERS = "abcdefghijklmnoprstuvz"
FIRST = ("Žalias", "Ąžuolo", "Baltijos", "Tartu", "Vilniaus", "Kauno", "Nemuno", "Šiaurės", "Gintaro", "Дніпро")
SECOND = ("langai", "durys", "statyba", "transportas", "baldai", "technika", "žuvis", "medis", "logistika", "мрія")
FORMS = ("UAB", "MB", "OÜ", "AB", "ТОВ")


def rows(count: int) -> list[dict[str, object]]:
    """Return clients with names of few words and phones that are all different; always the same ones."""
    dice = random.Random(11)
    return [
        {
            "kind": "company",
            "number": f"T{index:05}",
            "country": "LT",
            "registered_on": date(2026, 1, 1),
            "company_name": f"{dice.choice(FORMS)} {dice.choice(FIRST)} {dice.choice(SECOND)} {index % 40}",
            "phone": f"+3706{dice.randrange(10**7):07}",
            "registration_code": str(300_000_000 + index * 37),
        }
        for index in range(1, count + 1)
    ]


def slip(dice: random.Random, word: str) -> str:
    """Return a word with one letter or digit wrong, missing or too many, or two of them changed round."""
    at, letters = dice.randrange(len(word)), "0123456789" if word.isdigit() else LETTERS
    other = dice.choice(letters)
    rest = word[at + 1 :]
    return dice.choice(
        (
            word[:at] + other + rest,
            word[:at] + rest,
            word[:at] + other + word[at:],
            word[:at] + rest[:1] + word[at] + rest[1:],
        )
    )


def slipped_queries(count: int) -> list[str]:
    """Return queries of one or two words or a phone, one of them written with a slip."""
    dice, made = random.Random(5), rows(400)
    queries: list[str] = []
    while len(queries) < count:
        row = dice.choice(made)
        _form, first, second, _number = str(row["company_name"]).split()
        phone = str(row["phone"])[-8:]
        queries.append(
            dice.choice(
                (
                    slip(dice, first),
                    f"{slip(dice, first)} {second}",
                    f"{second} {slip(dice, first)}",
                    slip(dice, phone),
                    f"{first} {slip(dice, phone)}",
                    slip(dice, str(row["registration_code"])),
                )
            )
        )
    return queries


@pytest.fixture(scope="module")
def companies() -> Iterator[list[Company]]:
    """The same clients on each database."""
    made: list[Company] = []
    contexts = [open_company(kind) for kind in chosen_kinds()]
    for context in contexts:
        company = context.__enter__()
        with company.database.transaction(company.system, "Filled") as session:
            insert_rows(session, "core_client", rows(400))
        made.append(company)
    yield made
    for context in contexts:
        context.__exit__(None, None, None)


def test_two_hundred_queries_with_a_slip_answer_alike(companies: list[Company]) -> None:
    answers: list[dict[str, list[int]]] = []
    for company in companies:
        with company.database.reading(company.system) as session:
            texts = list(session.scalars(select(SearchText)))
            answer: dict[str, list[int]] = {}
            for query in slipped_queries(200):
                terms = parse_query(query)
                answer[query] = find_similar(session, terms, [KIND]).get(KIND, [])
                assert set(answer[query]) == resembling(texts, query), (query, company.database.url)
            answers.append(answer)
    assert all(answer == answers[0] for answer in answers)
    found = sum(1 for ids in answers[0].values() if ids)
    assert found > 190  # nearly every slip is seen through; those in the middle of very short words are not


def resembling(texts: list[SearchText], query: str) -> set[int]:
    """Return what resembles a query, found by comparing it with every record."""
    terms = parse_query(query)
    slips = slipped(terms)
    if not slips:
        return set()
    return {
        row.record_id
        for row in texts
        if all(any(has_clue(row.text, row.digits, clue) for clue in clues(term, slips=term in slips)) for term in terms)
        and likeness(row.text, row.digits, terms, slips) is not None
    }


def test_what_was_meant_comes_first(companies: list[Company]) -> None:
    for company in companies:
        with company.database.reading(company.system) as session:
            target = session.execute(select(Client.id, Client.phone, Client.name).where(Client.id == 77)).one()
            words = target.name.split()
            query = f"{words[1]}x {target.phone[-7:]}"
            assert find_similar(session, parse_query(query), [KIND])[KIND][0] == 77


@pytest.mark.parametrize(
    ("typed", "word", "resembles"),
    [
        ("tartuu", "tartu", True),
        ("tarru", "tartu", True),
        ("tratu", "tartu", True),
        ("tatu", "tartu", True),
        ("xartu", "tartu", True),
        ("vilniuas", "vilniaus", True),
        ("vilnaius", "vilniaus", True),
        ("kaunas", "tartu", False),
        ("taxxu", "tartu", False),
        ("tar", "tartu", True),
        ("xar", "tartu", False),
    ],
)
def test_one_slip_is_seen_through_and_no_second_one(typed: str, word: str, resembles: bool) -> None:
    terms = parse_query(typed)
    assert (likeness(f"  {word} ", "", terms, slipped(terms)) is not None) is resembles


@pytest.mark.catalogue("X-14", part="phones, names and codes with slips, over all kinds")
@pytest.mark.parametrize(
    "query", ["Tartuu 512 34 56", "Tartu 5123456", "Tratu 512 34 56", "Tartu 5123465", "5123 465 tartu"]
)
@pytest.mark.parametrize("kind", chosen_kinds())
def test_the_client_is_among_the_first_three(company_on: Callable[..., Company], kind: str, query: str) -> None:
    company = company_on(kind)
    for number in range(20):
        company.add_client(f"Tartu Ärikeskus {number}", country="EE", phone=f"56{number:05}")
    wanted = company.add_client("Tartu OÜ", country="EE", phone="5123456").id
    with company.database.reading(company.actor(company.add_user("administrator"))) as session:
        found = search_all(session, query)
    assert wanted in [hit.ref.id for hit in found.hits][:3]
    assert [hit.similar for hit in found.hits if hit.ref.id == wanted] == [query != "Tartu 5123456"]


def test_row_rights_hold_for_what_is_similar(company_on: Callable[..., Company]) -> None:
    company = company_on()
    company.add_client("Slaptas fondas")
    user = company.add_user(permissions=["clients.view"])
    own = company.add_client("Slaptas kioskas", manager_id=user).id
    with company.database.reading(company.actor(user)) as session:
        assert [hit.ref.id for hit in search_all(session, "Slaptax").hits] == [own]
    nobody = company.add_user(permissions=[])
    with company.database.reading(company.actor(nobody)) as session:
        assert search_all(session, "Slaptax").hits == []


def test_a_list_that_finds_nothing_names_what_is_similar(company_on: Callable[..., Company]) -> None:
    company = company_on()
    user = company.add_user(permissions=["clients.view"])
    company.add_client("Tartu OÜ", manager_id=user)
    company.add_client("Tartu Teine OÜ")
    html = company.browser(user).get("/clients/?q=tarttu").text
    assert "Total: 0" in html
    assert "written alike" in html
    assert "Tartu OÜ" in html
    assert "Teine" not in html
    assert "written alike" not in company.browser(user).get("/clients/?q=qwertyuiop").text
