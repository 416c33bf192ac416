"""People at companies, and organisations that belong together: through pages, with row rights, merging and erasing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.api.web import today
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka_crm_clients.relations import service
from kartoteka_crm_clients.relations.fields import POSITIONS, RELATIONS
from kartoteka_crm_clients.relations.models import Position, Relation


@pytest.fixture
def entries(house: Any) -> dict[str, int]:
    """Return the ids of the words that both directories begin with, by code."""
    with house.company.database.transaction(house.company.system) as session:
        add_start_entries(session, [POSITIONS, RELATIONS])
        return {row.code: row.id for row in session.execute(select(DirectoryEntry.code, DirectoryEntry.id))}


def related(house: Any, client_id: int) -> str:
    """Return the text of the tab."""
    page = house.browser.get(f"/crm_clients/clients/{client_id}/related")
    assert page.status_code == 200
    return str(page.text)


def rows(house: Any, model: type[Any]) -> list[Any]:
    with house.company.database.reading(house.company.system) as session:
        return list(session.scalars(select(model).order_by(model.id)))


@pytest.mark.catalogue("CL-16")
def test_one_person_is_entered_once_and_seen_at_every_company(house: Any, entries: dict[str, int]) -> None:
    home, first, second = house.client("UAB Namai"), house.client("UAB Pirma"), house.client("UAB Antra")
    contact = house.contact(home, first_name="Jonas", surname="Jonaitis", mobile="8 612 34567")
    found = house.browser.get(f"/crm_clients/clients/{first}/positions/new?words=jonait")
    assert f"?contact={contact}" in found.text
    for company, code in ((first, "board_member"), (second, "owner")):
        answer = house.browser.post(
            f"/crm_clients/clients/{company}/positions/new?contact={contact}",
            data={"role_id": entries[code], "is_signatory": "y", "since": "2020-01-01", "until": "", "notes": "No 12"},
        )
        assert (answer.status_code, answer.location) == (302, f"/crm_clients/clients/{company}/related")
    for company, title in ((first, "Board member"), (second, "Owner")):
        tab = related(house, company)
        assert "Jonas Jonaitis" in tab
        assert title in tab
        assert "authorised signatory" in tab
        assert 'href="tel:+37061234567"' in tab
        assert 'Related <span class="k-tab-count">1</span>' in tab
        panel = house.browser.get(f"/panels/crm_clients/signatories?record=clients.client:{company}")
        assert "authorised signatory" in panel.text
    own_page = house.browser.get(f"/crm_clients/contacts/{contact}").text
    assert "UAB Pirma" in own_page
    assert "UAB Antra" in own_page
    assert len(rows(house, Position)) == 2


@pytest.mark.catalogue("CL-16")
def test_a_right_to_sign_that_has_ended_shows_as_ended(house: Any, entries: dict[str, int]) -> None:
    company, person = house.client(), house.client(kind="person", first_name="Rasa", surname="Rasienė")
    house.browser.post(
        f"/crm_clients/clients/{company}/positions/new?person={person}",
        data={"role_id": entries["director"], "is_signatory": "y", "since": "2020-01-01"},
    )
    position = rows(house, Position)[0]
    yesterday = today() - timedelta(days=2)
    change = {"role_id": entries["director"], "is_signatory": "y", "since": "2020-01-01", "version": "1"}
    answer = house.browser.post(
        f"/crm_clients/positions/{position.id}/edit", data={**change, "until": yesterday.isoformat()}
    )
    assert answer.status_code == 302
    tab = related(house, company)
    assert "right to sign ended" in tab
    assert "authorised signatory" not in tab
    assert "UAB Žuvėdra" in related(house, person), "the person's own card shows the company"


def test_the_last_day_still_counts_and_the_first_one_too(house: Any, entries: dict[str, int]) -> None:
    company, person = house.client(), house.client(kind="person", surname="Rasienė")
    day = today()
    with house.writing() as session:
        service.add_position(session, company, {"person_id": person, "is_signatory": True, "since": day, "until": day})
    assert "authorised signatory" in related(house, company)


@pytest.mark.catalogue("CL-15")
def test_both_sides_show_a_relation_in_their_own_words(house: Any, entries: dict[str, int]) -> None:
    parent, child = house.client("UAB Motina"), house.client("UAB Dukra", email="dukra@example.lt")
    offered = house.browser.get(f"/crm_clients/clients/{parent}/relations/new?words=dukra")
    assert f"?other={child}" in offered.text
    answer = house.browser.post(
        f"/crm_clients/clients/{parent}/relations/new?other={child}",
        data={"kind_id": entries["subsidiary"], "reverse_id": "", "notes": "100 %"},
    )
    assert answer.status_code == 302
    from_above, from_below = related(house, parent), related(house, child)
    assert "UAB Dukra" in from_above
    assert "Subsidiary" in from_above
    assert "dukra@example.lt" in from_above
    assert "UAB Motina" in from_below
    assert "Parent company" in from_below
    assert "Subsidiary" not in from_below
    for tab in (from_above, from_below):
        assert 'Related <span class="k-tab-count">1</span>' in tab


@pytest.mark.catalogue("CL-15")
def test_merging_moves_relations_and_leaves_none_to_itself(house: Any, entries: dict[str, int]) -> None:
    kept, double, other = house.client("UAB A"), house.client("UAB A2"), house.client("UAB B")
    with house.writing() as session:
        service.add_relation(session, kept, {"related_id": double, "kind_id": entries["partner"]})
        service.add_relation(session, kept, {"related_id": other, "kind_id": entries["branch"]})
        service.add_relation(session, other, {"related_id": double, "kind_id": entries["head_office"]})
    merging = house.company.add_user("administrator", login="merger")
    with house.company.database.transaction(house.company.actor(merging), "Merged") as session:
        merge_clients(session, kept, [double], {})
    left = rows(house, Relation)
    assert [(one.client_id, one.related_id) for one in left] == [(kept, other)]


def test_a_client_is_not_related_to_itself_nor_twice_the_same(house: Any, entries: dict[str, int]) -> None:
    one, two = house.client("UAB A"), house.client("UAB B")
    path = f"/crm_clients/clients/{one}/relations/new?other="
    data = {"kind_id": entries["subsidiary"], "reverse_id": "", "notes": ""}
    assert house.browser.post(f"{path}{one}", data=data).status_code == 422
    assert house.browser.post(f"{path}{two}", data=data).status_code == 302
    assert house.browser.post(f"{path}{two}", data=data).status_code == 422
    mirrored = {**data, "kind_id": entries["parent"]}
    again = house.browser.post(f"/crm_clients/clients/{two}/relations/new?other={one}", data=mirrored)
    assert again.status_code == 422


def test_who_does_not_see_the_other_side_learns_nothing_of_it(house: Any, entries: dict[str, int]) -> None:
    mine, theirs = house.client("UAB Mano"), house.client("UAB Paslaptis", owner=house.other_id)
    secret = house.contact(theirs, surname="Slaptasis")
    with house.company.database.transaction(house.company.system) as session:
        service.add_relation(session, mine, {"related_id": theirs, "kind_id": entries["partner"]})
        service.add_position(session, mine, {"contact_id": secret, "role_id": entries["director"]})
        there = service.add_relation(session, theirs, {"related_id": mine, "kind_id": entries["branch"]}).id
    tab = related(house, mine)
    assert "Paslaptis" not in tab
    assert "Slaptasis" not in tab
    assert "Somebody you may not see" in tab
    assert 'Related <span class="k-tab-count">1</span>' in tab
    for path in (f"relations/{there}", f"relations/{there}/edit", f"clients/{mine}/relations/new?other={theirs}"):
        assert house.browser.get(f"/crm_clients/{path}").status_code == 404, path
    assert house.browser.get(f"/crm_clients/clients/{mine}/positions/new?contact={secret}").status_code == 404
    assert "Slaptasis" not in house.browser.get(f"/crm_clients/clients/{mine}/positions/new?words=slapt").text


def test_what_is_removed_can_be_taken_back(house: Any, entries: dict[str, int]) -> None:
    one, two = house.client("UAB A"), house.client("UAB B")
    with house.writing() as session:
        relation = service.add_relation(session, one, {"related_id": two}).id
        position = service.add_position(session, one, {"contact_id": house_contact(session, two)}).id
    for kind, record_id in (("relations", relation), ("positions", position)):
        assert house.browser.post(f"/crm_clients/{kind}/{record_id}/archive").status_code == 302
    assert "Nobody and nothing related yet" in related(house, one)
    for kind, record_id in (("relations", relation), ("positions", position)):
        assert house.browser.post(f"/crm_clients/{kind}/{record_id}/restore").status_code == 302
    assert "UAB B" in related(house, one)


def house_contact(session: Any, client_id: int) -> int:
    from kartoteka_crm_clients.service import add_contact

    return int(add_contact(session, client_id, {"surname": "Jonaitis"}).id)


def test_wrong_values_are_named_by_their_field(house: Any, entries: dict[str, int]) -> None:
    company, person = house.client(), house.client(kind="person", surname="Rasienė")
    path = f"/crm_clients/clients/{company}/positions/new?person={person}"
    answer = house.browser.post(path, data={"since": "2024-05-01", "until": "2024-04-01"})
    assert answer.status_code == 422
    assert "before the first one" in answer.text
    assert house.browser.post(path, data={"role_id": entries["branch"]}).status_code == 422
    assert rows(house, Position) == []


def test_notes_about_a_person_are_erased_with_the_person(house: Any, entries: dict[str, int]) -> None:
    company, person = house.client(), house.client(kind="person", surname="Rasienė")
    with house.writing() as session:
        service.add_position(session, company, {"person_id": person, "notes": "Rasos brolis"})
    with house.company.database.transaction(house.company.system) as session:
        service.forget_notes_about(session, [person])
    assert rows(house, Position)[0].notes == ""
