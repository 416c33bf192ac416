"""Entering and changing clients through the services."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.duplicates import PossibleDuplicate
from kartoteka.builtin.clients.fields import EDIT_PERSONAL_CODE, SEE_PERSONAL_CODE, VIEW
from kartoteka.builtin.clients.guard import WrittenElsewhere
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import (
    archive_clients,
    change_client,
    create_client,
    restore_clients,
    set_manager,
)
from kartoteka.db.journal import changes_of
from kartoteka.db.session import find
from kartoteka.db.settling import EditConflict
from kartoteka.vocabulary.errors import Forbidden, InvalidInput, NotFound
from kartoteka.vocabulary.record import RecordRef

from .conftest import CLERK, HEAD, WINDOWS


def test_new_client_belongs_to_its_creator_and_has_a_number(office, add_client):
    actor = office.actor(office.add_user(permissions=CLERK))
    client = add_client(office, actor)
    assert client.number == "K00001"
    assert client.manager_id == actor.user_id
    assert client.name == "UAB „Langų namai“"
    assert client.name_sort == "uab langu namai"
    assert client.state == "active"
    assert add_client(office, actor, registration_code="").number == "K00002"


def test_manager_changes_only_with_the_right_and_is_in_the_log(office, add_client):
    clerk = office.actor(office.add_user(permissions=CLERK))
    head = office.actor(office.add_user(permissions=HEAD, reach="all"))
    client = add_client(office, clerk)
    with office.database.transaction(clerk) as session, pytest.raises(Forbidden):
        set_manager(session, [client.id], head.user_id)
    with office.database.transaction(clerk) as session, pytest.raises(Forbidden):
        change_client(session, client.id, {"manager": head.user_id})
    with office.database.transaction(head) as session:
        assert set_manager(session, [client.id], head.user_id, "Ask for Ona.") == 1
    with office.database.reading(head) as session:
        entry = changes_of(session, RecordRef("clients.client", client.id))[0]
        assert entry.changes["manager_id"] == (clerk.user_id, head.user_id)
        assert find(session, Client, client.id).notes == "Ask for Ona."
    with office.database.reading(clerk) as session, pytest.raises(NotFound):
        find(session, Client, client.id)


def test_a_company_needs_a_name_and_a_person_too(office):
    actor = office.actor(office.add_user(permissions=CLERK))
    for values, field in (({"kind": "company"}, "company_name"), ({"kind": "person"}, "surname")):
        with office.database.transaction(actor) as session, pytest.raises(InvalidInput) as caught:
            create_client(session, values)
        assert list(caught.value.errors) == [field]


def test_switching_kind_keeps_the_data_of_both(office, add_client):
    actor = office.actor(office.add_user(permissions=CLERK))
    client = add_client(office, actor, vat_code="LT100001234511")
    with office.database.transaction(actor) as session:
        values = {"kind": "person", "surname": "Žukas", "first_name": "Jonas", "birth_date": "1980-02-29"}
        person = change_client(session, client.id, values)
        assert person.name == "Žukas Jonas"
        assert "registration_code" not in person.unusual
    with office.database.transaction(actor) as session:
        again = change_client(session, client.id, {"kind": "company"})
        assert again.name == WINDOWS["company_name"]
        assert again.registration_code == WINDOWS["registration_code"]
        assert again.vat_code == "LT100001234511"
        assert again.birth_date == date(1980, 2, 29)


def test_odd_codes_are_kept_and_marked(office, add_client):
    actor = office.actor(office.add_user(permissions=CLERK))
    client = add_client(office, actor, registration_code="1000075", phone="8 5 2", bank_account="12345")
    assert sorted(client.unusual) == ["bank_account", "phone", "registration_code"]
    with office.database.transaction(actor) as session, pytest.raises(InvalidInput) as caught:
        create_client(session, {**WINDOWS, "email": "nobody", "website": "javascript:alert(1)"})
    assert sorted(caught.value.errors) == ["email", "website"]


@pytest.mark.parametrize("nothing", ["0", "-", "nėra", "", "   "])
def test_words_for_nothing_are_no_codes(office, add_client, nothing):
    actor = office.actor(office.add_user(permissions=CLERK))
    for _time in range(2):
        client = add_client(office, actor, registration_code=nothing, vat_code=nothing, phone=nothing)
        assert (client.registration_code, client.registration_code_norm, client.vat_code, client.phone) == ("",) * 4


def test_equal_codes_are_asked_about_and_may_be_accepted(office, add_client):
    actor = office.actor(office.add_user(permissions=CLERK))
    first = add_client(office, actor)
    with office.database.transaction(actor) as session, pytest.raises(PossibleDuplicate) as caught:
        create_client(session, {**WINDOWS, "registration_code": "LT 302 345 671"})
    assert [hit.client_id for hit in caught.value.hits] == [first.id]
    with office.database.transaction(actor) as session:
        assert create_client(session, WINDOWS, accept_duplicates=True).id != first.id


def test_a_code_out_of_sight_is_refused_without_naming_the_client(office, add_client):
    owner = office.actor(office.add_user(permissions=CLERK, name="Ona Kazlienė"))
    other = office.actor(office.add_user(permissions=CLERK))
    add_client(office, owner, company_name="UAB Slapta")
    with office.database.transaction(other) as session, pytest.raises(InvalidInput) as caught:
        create_client(session, WINDOWS, accept_duplicates=True)
    message = str(caught.value.errors["registration_code"])
    assert "Ona Kazlienė" in message
    assert "Slapta" not in str(caught.value)


def test_external_numbers_are_unique_in_their_source(office, add_client):
    actor = office.actor(office.add_user(permissions=CLERK))
    outside = {"external_source": "vilnius", "external_id": "7", "registration_code": ""}
    add_client(office, actor, **outside)
    with pytest.raises(InvalidInput) as caught:
        add_client(office, actor, **outside)
    assert list(caught.value.errors) == ["external_id"]
    add_client(office, actor, **{**outside, "external_source": "kaunas"})


def test_personal_code_needs_its_rights(office, add_client):
    clerk = office.actor(office.add_user(permissions=CLERK))
    trusted = office.actor(office.add_user(permissions=(*CLERK, SEE_PERSONAL_CODE, EDIT_PERSONAL_CODE), reach="all"))
    person = {"kind": "person", "surname": "Žukas", "personal_code": "38002290005"}
    with pytest.raises(Forbidden):
        add_client(office, clerk, **person)
    client = add_client(office, trusted, manager=None, **person)
    with office.database.transaction(trusted) as session:
        assert change_client(session, client.id, {"phone": "+370 612 34567"}).personal_code == "38002290005"


def test_clients_are_written_by_their_services_only(office, add_client):
    actor = office.actor(office.add_user(permissions=CLERK))
    client = add_client(office, actor)
    with office.database.transaction(actor) as session:
        find(session, Client, client.id).phone = "112"
        with pytest.raises(WrittenElsewhere):
            session.flush()
        session.rollback()


def test_archive_and_restore(office, add_client):
    from kartoteka.builtin.clients.fields import ARCHIVE

    actor = office.actor(office.add_user(permissions=(*CLERK, ARCHIVE)))
    client = add_client(office, actor)
    with office.database.transaction(actor) as session:
        assert archive_clients(session, [client.id]) == 1
        assert archive_clients(session, [client.id]) == 0
    with office.database.transaction(actor) as session:
        assert restore_clients(session, [client.id]) == 1
        assert session.scalar(select(Client.state)) == "active"
    onlooker = office.actor(office.add_user(permissions=(VIEW,), reach="all"))
    with office.database.transaction(onlooker) as session, pytest.raises(Forbidden):
        archive_clients(session, [client.id])


def test_two_editors_who_touch_different_fields_are_merged(office, add_client):
    actor = office.actor(office.add_user(permissions=CLERK))
    client = add_client(office, actor)
    form = {"phone": "", "activity": "", "notes": "", **WINDOWS}
    with office.database.transaction(actor) as session:
        change_client(session, client.id, {**form, "phone": "+37061234567"}, version=1)
    with office.database.transaction(actor) as session:
        merged = change_client(session, client.id, {**form, "notes": "Call first."}, version=1)
        assert (merged.phone, merged.notes) == ("+37061234567", "Call first.")


def test_two_editors_of_one_field_see_both_values(office, add_client):
    actor = office.actor(office.add_user(permissions=CLERK, name="Ona"))
    client = add_client(office, actor)
    with office.database.transaction(actor) as session:
        change_client(session, client.id, {"phone": "+37061111111", "activity": "Windows"}, version=1)
    form = {"phone": "+37062222222", "activity": ""}
    with office.database.transaction(actor) as session, pytest.raises(EditConflict) as caught:
        change_client(session, client.id, form, version=1)
    conflict = caught.value
    assert conflict.theirs == {"phone": "+37061111111"}
    assert conflict.mine == {"phone": "+37062222222"}
    assert conflict.merged == {"activity": "Windows"}
    assert conflict.by == "Ona"


def test_saving_what_is_there_already_changes_nothing(office, add_client):
    actor = office.actor(office.add_user(permissions=CLERK))
    client = add_client(office, actor)
    with office.database.transaction(actor) as session:
        assert change_client(session, client.id, WINDOWS, version=1).version == 1
        assert len(changes_of(session, RecordRef("clients.client", client.id))) == 1
