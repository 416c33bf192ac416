"""A field of the company stands wherever fields stand: form, card, list, export, import, API, print, search, merge."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import change_client, create_client
from kartoteka.builtin.rest.service import make_key
from kartoteka.db.journal import changes_of
from kartoteka.db.session import find
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.record import RecordRef

TYPED = {
    "x_favourite_cake": "Šakotis",
    "x_how_to_park": "Behind the house.\nRing twice.",
    "x_trucks": "12",
    "x_load_in_tons": "3,75",
    "x_yearly_budget": "12 500,5",
    "x_audited_on": "2026-03-01",
    "x_has_a_ramp": "true",
    "x_fuel": "electric",
    "x_days_of_delivery": ["monday", "friday"],
    "x_map": "https://example.org/map",
}
STORED = {
    **TYPED,
    "x_trucks": 12,
    "x_load_in_tons": "3.75",
    "x_yearly_budget": "12500.50",
    "x_has_a_ramp": True,
    "x_days_of_delivery": "monday|friday",
}


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def add(office: Any, name: str, **values: Any) -> int:
    with office.working() as session:
        return create_client(session, {"company_name": name, **values}).id


def stored(office: Any, client: int) -> dict[str, Any]:
    with office.working() as session:
        return dict(find(session, Client, client).custom_values)


@pytest.mark.catalogue("X-01")
def test_what_is_typed_into_the_form_stands_on_the_card(office):
    carrier = add(office, "UAB „Vežėjas“")
    page = office.browser.get("/clients/new").text
    assert "Custom fields" in page
    assert all(f'name="{name}"' in page for name in office.names.values())
    with office.working() as session:
        number = find(session, Client, carrier).number
    data = {"company_name": "Ramp", "kind": "company", "country": "LT", "relationship": "existing"}
    data |= {"registered_on": "2026-01-02", "version": "", **TYPED, "x_carrier": number}
    answer = office.browser.post("/clients/new", data=data)
    assert answer.status_code == 302, text_of(answer.text)[:3000]
    ramp = int(answer.location.rsplit("/", 1)[1])
    assert stored(office, ramp) == {**STORED, "x_carrier": carrier}
    card = text_of(office.browser.get(f"/clients/{ramp}").text)
    for shown in ("Favourite cake Šakotis", "Trucks 12", "3.75", "12,500.50", "1 Mar 2026", "Electric"):
        assert shown in card, shown
    assert "Monday, Friday" in card
    assert "Carrier UAB „Vežėjas“" in card
    assert "Yearly budget, EUR" in card
    edited = office.browser.get(f"/clients/{ramp}/edit").text
    assert 'value="12500.50"' in edited
    assert 'value="2026-03-01"' in edited
    assert f'value="{number}"' in edited
    assert office.browser.get(f"/clients/{ramp}/field/x_fuel").status_code == 200


@pytest.mark.catalogue("X-01")
def test_one_field_is_edited_in_place_and_undone(office):
    ramp = add(office, "Ramp", x_trucks=3, x_fuel="gas")
    with office.working() as session:
        version = find(session, Client, ramp).version
    answer = office.browser.post(f"/clients/{ramp}/field/x_trucks", data={"x_trucks": "5", "version": version})
    assert answer.status_code == 302
    assert stored(office, ramp) == {"x_trucks": 5, "x_fuel": "gas"}
    with office.working() as session:
        newest = changes_of(session, RecordRef("clients.client", ramp))[0]
    assert newest.changes == {"x_trucks": (3, 5)}
    assert "Trucks" in text_of(office.browser.get(f"/clients/{ramp}/log").text)
    from kartoteka.db.journal.undo import undo_operation

    with office.company.database.transaction(office.company.system) as session:
        undo_operation(session, newest.operation_id)
    assert stored(office, ramp) == {"x_trucks": 3, "x_fuel": "gas"}


@pytest.mark.catalogue("X-01")
def test_two_editors_of_different_fields_both_keep_their_work(office):
    ramp = add(office, "Ramp", x_trucks=3, x_fuel="gas")
    with office.working() as session:
        version = find(session, Client, ramp).version
    with office.working() as session:
        change_client(session, ramp, {"x_trucks": 4}, version)
    with office.working() as session:
        change_client(session, ramp, {"x_fuel": "diesel", "x_trucks": 3}, version)
    assert stored(office, ramp) == {"x_trucks": 4, "x_fuel": "diesel"}


@pytest.mark.catalogue("X-01")
def test_lists_show_sort_and_filter(office):
    names = {"A": {"x_trucks": 9}, "B": {"x_trucks": 10}, "C": {}, "D": {"x_trucks": -1}}
    for name, values in names.items():
        add(office, name, x_fuel="gas" if name == "A" else "", x_audited_on=f"2026-0{len(values) + 1}-01", **values)
    ramp = add(office, "E", x_days_of_delivery=["wednesday"], x_load_in_tons="2.5", x_has_a_ramp=True, x_trucks=50)

    def found(query: str) -> list[str]:
        page = office.browser.get(f"/clients/?{query}").text
        assert "could not be" not in page
        return re.findall(r'<a id="r\d+"[^>]*>([^<]+)</a>', page)

    assert found("sort=x_trucks") == ["C", "D", "A", "B", "E"]
    assert found("sort=-x_trucks") == ["E", "B", "A", "D", "C"]
    assert found("x_trucks.from=10") == ["B", "E"]
    assert found("x_fuel=gas") == ["A"]
    assert found("x_fuel=none") == ["B", "C", "D", "E"]
    assert found("x_days_of_delivery=wednesday") == ["E"]
    assert found("x_load_in_tons.from=2&x_load_in_tons.to=3") == ["E"]
    assert found("x_has_a_ramp=yes") == ["E"]
    assert found("x_audited_on.from=2026-02-01") == ["A", "B", "D"]
    assert found("x_audited_on.is=empty") == ["E"]
    with office.working() as session:
        change_client(session, ramp, {"x_carrier": ramp, "x_favourite_cake": "Tinginys"})
    assert found("x_favourite_cake=tingin") == ["E"]
    assert found("q=tinginys") == ["E"]
    keep = {"order": ["x_carrier", "x_trucks"], "shown": ["x_carrier", "x_trucks"], "do": "save"}
    office.browser.post("/clients/columns", data=keep)
    assert ">50<" in office.browser.get("/clients/?x_trucks.from=50").text


@pytest.mark.catalogue("X-01")
def test_sorted_pages_follow_each_other_without_gaps(office):
    from kartoteka.db.journal import insert_rows

    rows = [
        {"number": f"T{n:04}", "company_name": f"T{n:04}", "registered_on": date(2026, 1, 1), "x_trucks": n % 7}
        for n in range(120)
    ]
    with office.working() as session:
        insert_rows(session, "core_client", rows)
    seen: list[str] = []
    address = "/clients/?sort=x_trucks"
    while address:
        page = office.browser.get(address).text
        seen += re.findall(r'<a id="r(\d+)"', page)
        following = re.search(r'href="([^"]+)"[^>]*aria-label="Next page"', page)
        address = unescape(following.group(1)) if following else ""
    assert len(seen) == len(set(seen)) == 120


@pytest.mark.catalogue("X-01")
def test_exports_carry_every_field(office):
    other = add(office, "Carrier & Co")
    add(office, "Ramp", **{**TYPED, "x_carrier": other})
    answer = office.browser.post("/clients/export", data={"format": "csv", "columns": "all"})
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    row = next(one for one in rows if one["Name"] == "Ramp")
    assert row["Trucks"] == "12"
    assert row["Fuel"] == "Electric"
    assert row["Days of delivery"] == "Monday, Friday"
    assert row["Carrier"] == "Carrier & Co"
    assert row["Has a ramp"] == "Yes"
    assert "2026" in row["Audited on"]
    assert Decimal(row["Yearly budget, EUR"].replace(",", ".")) == Decimal("12500.5")
    assert office.browser.post("/clients/export", data={"format": "xlsx", "columns": "all"}).data[:2] == b"PK"


@pytest.mark.catalogue("X-01")
def test_programs_read_write_and_filter(office):
    with office.company.database.transaction(office.company.system) as session:
        _key, token = make_key(session, title="Shop", scopes=("*:read", "*:create", "*:change"), user_id=office.user_id)
    head = {"Authorization": f"Bearer {token}"}
    program = office.company.app.test_client()
    content = {"company_name": "Ramp", "x_trucks": 12, "x_load_in_tons": "3.75", "x_days_of_delivery": ["friday"]}
    content |= {"x_audited_on": "2026-03-01", "x_has_a_ramp": False, "x_fuel": "gas"}
    made = program.post("/api/v1/clients/clients", json=content, headers=head)
    assert made.status_code == 201, made.json
    assert {name: made.json[name] for name in content} == content
    changed = program.patch(
        f"/api/v1/clients/clients/{made.json['id']}", json={"x_trucks": None}, headers={**head, "If-Match": "*"}
    )
    assert changed.json["x_trucks"] is None
    assert changed.json["x_fuel"] == "gas"
    found = program.get("/api/v1/clients/clients?x_fuel=gas&x_audited_on=2026-03-01", headers=head)
    assert [one["id"] for one in found.json["items"]] == [made.json["id"]]
    wrong = program.post("/api/v1/clients/clients", json={"company_name": "B", "x_trucks": "many"}, headers=head)
    assert wrong.status_code == 422
    assert "x_trucks" in str(wrong.json)
    described = program.get("/api/v1/openapi.json", headers=head)
    assert '"x_days_of_delivery"' in described.text
    assert "Favourite cake" in described.text


@pytest.mark.catalogue("X-01")
def test_merging_asks_and_links_follow(office):
    kept, gone = add(office, "Kept", x_fuel="gas"), add(office, "Gone", x_fuel="diesel", x_trucks=7)
    linking = add(office, "Linking", x_carrier=gone)
    page = office.browser.get(f"/clients/merge?id={kept}&id={gone}&keep={kept}").text
    assert "Fuel" in page
    assert "Diesel" in page
    with office.working() as session:
        merge_clients(session, kept, [gone], {"x_fuel": str(gone)})
    assert stored(office, kept) == {"x_fuel": "diesel", "x_trucks": 7}
    assert stored(office, linking) == {"x_carrier": kept}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x_trucks", "many"),
        ("x_trucks", "1.5"),
        ("x_trucks", True),
        ("x_load_in_tons", "1e400"),
        ("x_yearly_budget", "NaN"),
        ("x_audited_on", "yesterday"),
        ("x_audited_on", "0001-01-01"),
        ("x_has_a_ramp", "perhaps"),
        ("x_fuel", "coal"),
        ("x_days_of_delivery", ["monday", "sunday"]),
        ("x_carrier", 10**12),
        ("x_carrier", "nobody of this name"),
        ("x_favourite_cake", "a" * 301),
        ("x_favourite_cake", {"a": 1}),
        ("x_nothing", "1"),
    ],
)
def test_a_wrong_value_names_its_field(office, name, value):
    with pytest.raises(InvalidInput) as caught, office.working() as session:
        create_client(session, {"company_name": "Ramp", name: value})
    assert list(caught.value.errors) == [name]
