"""How alike clients are: names in two alphabets, legal forms, slips, addresses, and all fields together (CL-42)."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from kartoteka.builtin.clients.pairs.addresses import compare_places, read_place
from kartoteka.builtin.clients.pairs.blocks import MOST_KEYS, block_keys
from kartoteka.builtin.clients.pairs.names import ALIKE, compare_names, read_name
from kartoteka.builtin.clients.pairs.reasons import SURE
from kartoteka.builtin.clients.pairs.scoring import LIKELY, compare
from kartoteka.builtin.clients.pairs.traits import Traits
from tests.bench.labelled import (
    Records,
    found_in,
    judged,
    read_febrl,
    read_nurseries,
    read_restaurants,
    read_ukrainian,
)

LEAST_F1 = 0.9


def alike(one: str, other: str, *, people: bool = False) -> bool:
    return compare_names(read_name(one, people), read_name(other, people)) >= ALIKE


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("UAB „Žuvėdra“", "Zuvedra, AB"),
        ("ТОВ «Барвінок»", "Барвинок ООО"),
        ("ТОВ «Барвінок»", "Barvinok LLC"),
        ("Statybos technologijos", "Statibos technologijos"),
        ("VšĮ Vaikų svajonė", "Vaikų svajonė, viešoji įstaiga"),
        ("OÜ Põhjala Teenused", "Pohjala Teenused"),
        ("Siemens Aktiengesellschaft", "Siemens AG"),
        ("H&M Hennes and Mauritz", "H and M Hennes & Mauritz"),
        ("Van der Bilt", "Vanderbilt"),
        ("Світанок Плюс", "Svitanok Plius"),
        ("StatybaUAB", "UAB Statyba"),
        ("First Int'l Bank", "1st International Bank"),
        ("Brigada Forty-Four", "Brigada 44"),
        ("Fazer Lietuva", "Fazer"),
        ("Northern Timber Corporation, joynt stock company", "Northern Timber, JSC"),
    ],
)
def test_companies_that_are_one(one, other):
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("UAB Vilniaus duona", "UAB Kauno duona"),
        ("Mokykla Nr. 5", "Mokykla Nr. 6"),
        ("UAB Baltic Trading", "UAB Baltic Services"),
        ("Deutsche Bank", "Deutsche Post"),
        ("UAB Langas", "UAB Durys"),
        ("Swedbank Lietuva draudimas", "Swedbank Latvija draudimas"),
        ("Second Bank", "Third Bank"),
    ],
)
def test_companies_that_are_two(one, other):
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("Шевченко Сергій Олександрович", "Shevchenko Serhii", True),
        ("Петренко Олександр", "Petrenko Alexander", True),
        ("Иванов Дмитрий", "Іванов Дмитро", True),
        ("Jonaitis Jonas", "Jonas Jonaitis", True),
        ("Smith William", "Smith Bill", True),
        ("Кузнєцов Микола Григорович", "Кузнецов Микола Григорович", True),
        ("Шевченко Тетяна Олексіївна", "Фесенко Тетяна Олексіївна", False),
        ("Jonaitis Jonas", "Jonaitis Petras", False),
        ("Jonaitis", "Jonaitis Jonas Petras", False),
    ],
)
def test_people(one, other, is_one):
    assert alike(one, other, people=True) is is_one


def test_addresses():
    street = read_place("Žirmūnų g. 12-5", "LT-09101", "Vilnius")
    for written in ("Zirmunu gatvė 12, bt. 5", "ŽIRMŪNŲ G 12"):
        assert compare_places(street, read_place(written, "09101", "Vilnius")) >= 0.9
    assert compare_places(street, read_place("Žirmūnų g. 48", "09101", "Vilnius")) < 0.6
    assert compare_places(street, read_place("Gedimino pr. 12", "09101", "Vilnius")) < 0.6
    assert read_place("", "") is None


def test_evidence_is_added_up_and_told():
    name = read_name("UAB Langas", is_person=False)
    one = Traits(1, name, {"registration_code": "302345671"}, frozenset({"37061234567"}))
    same_code = compare(one, Traits(2, read_name("UAB Durys", is_person=False), {"registration_code": "302345671"}))
    assert same_code.strength >= LIKELY
    assert same_code.likenesses[0].field == "registration_code"
    only_phone = compare(one, Traits(3, read_name("Petraitis", is_person=False), phones=frozenset({"37061234567"})))
    assert only_phone.strength < LIKELY, "two firms may share a phone"
    assert compare(one, Traits(4, name, phones=frozenset({"37061234567"}))).strength >= SURE
    other_code = compare(one, Traits(5, name, {"registration_code": "123456789"}))
    assert other_code.strength < LIKELY, "a firm of the same name with another code"
    empty = read_name("", is_person=False)
    assert compare(Traits(6, empty), Traits(7, empty)).strength < LIKELY


def test_keys_are_bounded_and_do_not_tell_what_they_are_made_of():
    name = read_name(" ".join(f"žodis{letter}" for letter in "abcdefghijklmnop"), is_person=False)
    phones = frozenset(f"3706{number:07}" for number in range(100))
    keys = block_keys(Traits(1, name, phones=phones))
    assert len(keys) == MOST_KEYS
    assert all(0 <= key < 2**63 for key in keys)


def made_up(count: int) -> Records:
    """Return people with their data, a third of them a second time with one to three slips, as FEBRL makes them."""
    drawn = random.Random(5)
    syllables = "ba ko mi ra tu ven sor lin dal pet gru zan fel nor kas".split()  # noqa: SIM905
    records = Records()
    for number in range(count):
        words = ["".join(drawn.choices(syllables, k=3)) for _ in range(3)]
        values = {
            "name": f"{words[0]} {words[1]}",
            "code": f"{drawn.randrange(10**10):010}",
            "born": date(1930, 1, 1) + timedelta(days=drawn.randrange(25_000)),
            "street": f"{drawn.randrange(1, 200)} {words[2]} street",
            "postcode": str(drawn.randrange(1000, 9999)),
        }
        records.add(str(number), traits(len(records.clients), values))
        if number % 3 == 0:
            for field in drawn.sample(["name", "code", "street", "postcode"], drawn.randint(1, 3)):
                values[field] = slipped(drawn, str(values[field]))
            records.add(str(number), traits(len(records.clients), values))
    return records


def slipped(drawn: random.Random, text: str) -> str:
    at = drawn.randrange(1, len(text))
    return text[:at] + drawn.choice("aeo17") + text[at + 1 :]


def traits(number: int, values: dict[str, object]) -> Traits:
    place = read_place(str(values["street"]), str(values["postcode"]))
    name = read_name(str(values["name"]), is_person=True)
    codes = {"personal_code": str(values["code"])}
    return Traits(number, name, codes, born=values["born"], places=(place,) if place else ())  # type: ignore[arg-type]


def test_twins_among_generated_people_are_found():
    quality = found_in("made up", made_up(1200))
    assert quality.f1 >= LEAST_F1
    assert quality.precision >= 0.97


@pytest.mark.catalogue("CL-42", part="labelled sets: F1 above 0.9")
def test_labelled_sets(shared: Callable[[str], Path]):
    folder = shared("data/06_duplicates")
    found = [
        found_in("FEBRL 1", read_febrl(next(folder.rglob("dataset1.csv")))),
        found_in("restaurants", read_restaurants(folder / "anhaidgroup__py_entitymatching")),
        found_in("csv_example", read_nurseries(folder / "dedupeio__dedupe-examples/csv_example")),
        judged("edrdr", read_ukrainian(next(folder.rglob("names_test.csv")))),
    ]
    assert {one.title: round(one.f1, 3) for one in found if one.f1 < LEAST_F1} == {}


@pytest.mark.catalogue("CL-42", part="names nine tenths alike")
def test_companies_whose_names_are_nearly_one_are_shown_whatever_their_codes() -> None:
    one, other = (
        Traits(number, read_name(name, is_person=False), codes={"registration_code": code})
        for number, name, code in ((1, 'UAB "VILSANTA"', "1001216"), (2, 'UAB "VILŠANSTA"', "1008314"))
    )
    verdict = compare(one, other)
    assert verdict.strength < LIKELY
    assert verdict.is_pair
    born = (date(1970, 1, 1), date(1985, 6, 17))
    people = [Traits(3 + at, read_name("Jonas Petraitis", is_person=True), born=born[at]) for at in (0, 1)]
    assert compare(*people).strength < LIKELY
    assert not compare(*people).is_pair, "people share names"


def test_initials_alone_make_no_pair() -> None:
    one, other = (Traits(number, read_name("Ž.A.", is_person=True)) for number in (1, 2))
    assert not compare(one, other).is_pair
