"""Adding, renaming, closing, ordering and hiding fields of the company; who sees them, and hostile use."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import change_client, create_client
from kartoteka.builtin.custom_fields.models import CustomFieldRow
from kartoteka.builtin.custom_fields.service import add_field, change_field, erase_values, move_field
from kartoteka.db.session import find, use_workplace
from kartoteka.extension.company_fields import fields_here
from kartoteka.installation import open_installation
from kartoteka.testing import run_jobs
from kartoteka.testing.statements import counted_statements
from kartoteka.vocabulary.errors import Forbidden, InvalidInput, NotFound, Refused

from .conftest import CLIENT, Office


def row_of(office: Office, name: str) -> CustomFieldRow:
    with office.working() as session:
        return session.scalars(select(CustomFieldRow).where(CustomFieldRow.name == name)).one()


def change(office: Office, name: str, **values: object) -> None:
    row = row_of(office, name)
    with office.working() as session:
        change_field(session, row.id, values)


def add(office: Office, **values: object) -> int:
    with office.working() as session:
        return create_client(session, {"company_name": "Ramp", **values}).id


@pytest.mark.catalogue("X-01")
def test_an_administrator_adds_renames_orders_and_closes_on_pages(bare):
    browser = bare.browser
    assert "Clients" in browser.get("/custom_fields/").text
    data = {"title": "Trucks", "type": "integer", "title_lt": "Vilkikai", "version": "", "personal": "y"}
    assert browser.post(f"/custom_fields/kinds/{CLIENT}", data=data).status_code == 302
    browser.post(
        f"/custom_fields/kinds/{CLIENT}", data={"title": "Fuel", "type": "choice", "choices": "Gas", "version": ""}
    )
    row = row_of(bare, "x_trucks")
    ramp = add(bare, x_trucks=3)
    page = browser.get(f"/custom_fields/fields/{row.id}").text
    assert "1 record has a value" in page
    changed = {"title": "Lorries", "title_lt": "Sunkvežimiai", "version": row.version, "required": "y"}
    assert browser.post(f"/custom_fields/fields/{row.id}", data=changed).status_code == 302
    assert "Lorries" in browser.get(f"/clients/{ramp}").text
    assert browser.post(f"/custom_fields/fields/{row.id}/move", data={"down": "1"}).status_code == 302
    page = browser.get(f"/custom_fields/kinds/{CLIENT}").text
    assert page.index("Fuel</a>") < page.index("Lorries</a>")
    version = row_of(bare, "x_trucks").version
    closed = {"title": "Lorries", "version": version, "closed": "y"}
    assert browser.post(f"/custom_fields/fields/{row.id}", data=closed).status_code == 302
    assert "Lorries" not in browser.get(f"/clients/{ramp}").text
    with bare.working() as session:
        assert find(session, Client, ramp).custom_values == {"x_trucks": 3}
    change(bare, "x_trucks", closed=False)
    assert "Lorries" in browser.get(f"/clients/{ramp}").text


@pytest.mark.catalogue("X-01")
def test_titles_are_read_in_the_reader_s_language(office):
    reader = office.company.add_user(permissions=("clients.view",), reach="all", language="lt")
    ramp = add(office, x_favourite_cake="Šakotis")
    assert "Mėgstamas pyragas" in office.company.browser(reader).get(f"/clients/{ramp}").text


@pytest.mark.catalogue("X-01")
def test_a_confidential_field_is_hidden_from_everybody_else_everywhere(office):
    change(office, "x_favourite_cake", confidential=True, searchable=False)
    with (
        office.company.database.transaction(office.company.system) as session,
        use_workplace(office.company.database, office.company.system),
    ):
        ramp = create_client(session, {"company_name": "Ramp", "x_favourite_cake": "Šakotis", "x_trucks": 1}).id
    page = office.browser.get(f"/clients/{ramp}").text
    assert "Šakotis" not in page
    assert "Trucks" in page
    assert "Favourite cake" not in office.browser.get(f"/clients/{ramp}/edit").text
    assert office.browser.get(f"/clients/{ramp}/field/x_favourite_cake").status_code == 404
    assert "Šakotis" not in office.browser.post("/clients/export", data={"format": "csv", "columns": "all"}).text
    assert "Ramp" not in re.sub("<input.*?>", "", office.browser.get("/clients/?q=sakotis").text)
    assert "x_favourite_cake" not in office.browser.get("/clients/filters").text
    with pytest.raises(Forbidden), office.working() as session:
        change_client(session, ramp, {"x_favourite_cake": "Tinginys"})
    seeing = ("clients.view", "access.see_confidential")
    other = office.company.browser(office.company.add_user(permissions=seeing, reach="all"))
    assert "Šakotis" in other.get(f"/clients/{ramp}").text


@pytest.mark.catalogue("X-01")
def test_another_process_sees_a_new_field_at_once(bare):
    other = open_installation(bare.company.installation.config)
    from kartoteka.builtin.modules.queries import state_version

    def seen() -> list[str]:
        with other.database.glance() as connection:
            other.refresh(state_version(connection))
        with use_workplace(other.database, bare.company.system):
            return [field.name for field in fields_here(CLIENT)]

    assert seen() == []
    bare.add(type="line", title="Cake")
    assert seen() == ["x_cake"]
    change(bare, "x_cake", title="Pie")
    assert seen() == ["x_cake"]
    other.database.dispose()


@pytest.mark.catalogue("X-01")
def test_files_fill_fields_by_their_titles(office):
    from tests.core.importing.conftest import Importer

    carrier = add(office, company_name="Carrier")
    text = "Name;Trucks;Fuel;Days of delivery;Carrier;Vilkikai\n"
    text += "Alpha;4;Electric;Monday, Friday;Carrier;x\nBeta;lots;;;;y\n"
    importer = Importer(office.company, office.user_id)
    number = importer.begin(text.encode())
    importer.go_on(number)
    guessed = importer.guessed(number)
    assert guessed["Trucks"] == "x_trucks"
    assert guessed["Days of delivery"] == "x_days_of_delivery"
    importer.check(number, key="name")
    importer.start(number)
    run_jobs(office.company)
    with office.working() as session:
        alpha = session.scalars(select(Client).where(Client.name == "Alpha")).one()
        assert session.scalars(select(Client).where(Client.name == "Beta")).all() == []
    wanted = {"x_trucks": 4, "x_fuel": "electric", "x_days_of_delivery": "monday|friday", "x_carrier": carrier}
    assert dict(alpha.custom_values) == wanted


def test_erasing_empties_what_is_about_a_person(office):
    ramp = add(office, x_favourite_cake="Šakotis", x_audited_on="2026-03-01", x_trucks=2)
    with office.working() as session:
        erase_values(session, [ramp])
    with office.working() as session:
        assert dict(find(session, Client, ramp).custom_values) == {"x_audited_on": "2026-03-01"}


def test_the_person_s_file_names_every_field(office):
    from kartoteka.builtin.privacy.exporting import pack

    ramp = add(office, x_favourite_cake="Šakotis")
    with office.working() as session:
        package = pack(session, ramp)
    assert any("Šakotis" in str(told) and "Favourite cake" in str(told) for told in package.told)


def test_what_must_be_filled_in_is_demanded(office):
    change(office, "x_trucks", required=True)
    with pytest.raises(InvalidInput) as caught:
        add(office, x_trucks="")
    assert list(caught.value.errors) == ["x_trucks"]
    answer = office.browser.post("/clients/new", data={"company_name": "B", "kind": "company", "x_trucks": ""})
    assert answer.status_code == 422


def test_choices_are_renamed_and_closed_without_loss(office):
    ramp = add(office, x_fuel="gas")
    change(office, "x_fuel", choices="Diesel\nGas = Natural gas\nHydrogen")
    assert "Natural gas" in office.browser.get(f"/clients/{ramp}").text
    change(office, "x_fuel", choices="Diesel")
    assert "Natural gas" in office.browser.get(f"/clients/{ramp}").text
    assert "Natural gas" in office.browser.get(f"/clients/{ramp}/edit").text
    assert "Natural gas" not in office.browser.get("/clients/new").text
    with office.working() as session:
        change_client(session, ramp, {"x_fuel": "gas", "x_trucks": 1})


def test_nobody_without_the_right_changes_anything(office):
    stranger = office.company.actor(office.company.add_user(permissions=("clients.view", "clients.edit")))
    row = row_of(office, "x_fuel")
    with office.company.database.transaction(stranger) as session:
        for attempt in (
            lambda: add_field(session, CLIENT, {"type": "line", "title": "A"}),
            lambda: change_field(session, row.id, {"title": "A"}),
            lambda: move_field(session, row.id, up=True),
        ):
            with pytest.raises((Forbidden, NotFound)):
                attempt()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"type": "line", "title": " "}, "title"),
        ({"type": "line", "title": "a" * 101}, "title"),
        ({"type": "virus", "title": "A"}, "type"),
        ({"type": "choice", "title": "A", "choices": ""}, "choices"),
        ({"type": "choice", "title": "A", "choices": "\n".join(map(str, range(201)))}, "choices"),
        ({"type": "money", "title": "A", "currency": "euro"}, "currency"),
        ({"type": "line", "title": "A", "titles": {"lt": "a" * 101}}, "title_lt"),
        ({"type": "line", "title": "A", "searchable": True, "confidential": True}, "searchable"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused_by_name(bare, values, field):
    with pytest.raises(InvalidInput) as caught:
        bare.add(**values)
    assert list(caught.value.errors) == [field]


def test_two_hundred_fields_with_absurd_names_work_and_no_more_are_taken(bare):
    names = [
        "Кількість вантажівок",
        "😀",
        "'; DROP TABLE core_client; --",
        "a" * 100,
        "<b>bold</b>",
        "%s %(name)s {0}",
        "x_",
    ]
    with bare.working() as session:
        for number in range(200):
            add_field(session, CLIENT, {"type": "line", "title": names[number] if number < 7 else f"Field {number}"})
        with pytest.raises(Refused):
            add_field(session, CLIENT, {"type": "line", "title": "One more"})
    with bare.working() as session:
        made = [field.name for field in fields_here(CLIENT)]
    assert len(set(made)) == 200
    assert all(re.fullmatch(r"x_[a-z0-9_]+", name) for name in made)
    ramp = add(bare, **{name: f"v{number}" for number, name in enumerate(made)})
    page = bare.browser.get(f"/clients/{ramp}").text
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert "<b>bold</b>" not in page
    for address in ("/clients/new", f"/clients/{ramp}/edit", "/clients/", "/clients/filters", "/clients/columns"):
        assert bare.browser.get(address).status_code == 200


def test_lists_and_cards_cost_no_further_statements(office):
    ramp = add(office, x_trucks=1)
    browser = office.browser

    def statements(address: str) -> int:
        browser.get(address)
        with counted_statements(office.company.database) as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    assert statements("/clients/?sort=x_trucks&x_trucks.from=1&x_fuel=none") <= 6
    assert statements(f"/clients/{ramp}") <= 12


def test_what_was_undone_is_seen_by_everybody(bare):
    from kartoteka.db.journal import changes_of
    from kartoteka.vocabulary.record import RecordRef

    bare.add(type="line", title="Cake")
    row = row_of(bare, "x_cake")
    change(bare, "x_cake", title="Pie")
    with bare.working() as session:
        newest = changes_of(session, RecordRef("custom_fields.field", row.id))[0]
    assert newest.changes == {"title": ("Cake", "Pie")}
    administrator = bare.company.browser(bare.company.add_user("administrator"))
    page = administrator.get(f"/operations/{newest.operation_id}").text
    assert "Pie" in page
    assert administrator.post(f"/operations/{newest.operation_id}/undo").status_code == 302
    with bare.working():
        assert [str(field.title) for field in fields_here(CLIENT)] == ["Cake"]
