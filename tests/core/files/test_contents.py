"""Contents and their records: what undo, merging and the bin do to them, and when a content goes for good."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.bin.service import delete_clients, purge_clients
from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.files import reading, service
from kartoteka.builtin.files.models import File, FileVersion, LooseBlob
from kartoteka.builtin.files.queries import files_of_record
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.db.blobs import put_bytes
from kartoteka.db.clock import at_moment, utc_now
from kartoteka.db.journal import update_rows
from kartoteka.db.journal.undo import undo_operation
from kartoteka.extension.declarations.work import RunningJob
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.jobs import run_jobs
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.record import RecordRef
from tests.installed import installed

LATER = timedelta(days=2)


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=installed("crm_clients"))


def store(office: Company, content: bytes = b"content", name: str = "A.txt", **values: Any) -> int:
    with office.database.transaction(office.system, "Stored") as session:
        return service.store_file(session, io.BytesIO(content), name, **values).id


def save(office: Company, file_id: int, content: bytes) -> None:
    with office.database.transaction(office.system, "Saved") as session:
        assert service.save_version(session, file_id, io.BytesIO(content))


def clear(office: Company, days: float) -> None:
    """Do the nightly job, so many days from now."""
    with at_moment(utc_now() + timedelta(days=days)):
        with office.database.transaction(office.system) as session:
            enqueue(session, "files.clear", title="Clear")
        run_jobs(office)


def kept(office: Company) -> int:
    return sum(1 for _one in office.database.blobs.listed())


def last_operation(office: Company) -> int:
    from kartoteka.db.journal.models import Operation

    with office.database.reading(office.system) as session:
        return session.scalars(select(Operation.id).order_by(Operation.id.desc())).first()


def undo(office: Company) -> None:
    operation = last_operation(office)
    with office.database.transaction(office.system, "Undone") as session:
        undo_operation(session, operation)


def test_what_nobody_names_goes_after_a_month(office: Company) -> None:
    store(office)
    put_bytes(office.database.blobs, b"never named")
    assert kept(office) == 2

    clear(office, 2)
    assert kept(office) == 2
    with office.database.reading(office.system) as session:
        assert len(session.scalars(select(LooseBlob)).all()) == 1
    clear(office, 20)
    assert kept(office) == 2
    clear(office, 40)
    assert kept(office) == 1
    with office.database.reading(office.system) as session:
        assert session.scalars(select(LooseBlob)).all() == []


def test_what_is_named_again_stays(office: Company) -> None:
    put_bytes(office.database.blobs, b"content")
    clear(office, 2)
    store(office)
    clear(office, 40)
    assert kept(office) == 1
    clear(office, 80)
    assert kept(office) == 1


def test_a_fresh_content_is_left_alone(office: Company) -> None:
    put_bytes(office.database.blobs, b"its transaction still runs")
    clear(office, 0.5)
    with office.database.reading(office.system) as session:
        assert session.scalars(select(LooseBlob)).all() == []


def test_the_bin_is_emptied_after_a_month(office: Company) -> None:
    file_id = store(office)
    with office.database.transaction(office.system, "Binned") as session:
        service.set_state(session, file_id, "deleted")
    clear(office, 30)
    with office.database.reading(office.system) as session:
        assert session.scalars(select(File.id)).all() == [file_id]
    clear(office, 33)
    with office.database.reading(office.system) as session:
        assert session.scalars(select(File.id)).all() == []
        assert session.scalars(select(FileVersion.id)).all() == []
    assert kept(office) == 1


def test_a_version_is_undone_and_the_content_stays(office: Company) -> None:
    file_id = store(office, b"first")
    save(office, file_id, b"second")
    undo(office)

    with office.database.reading(office.system) as session:
        file = session.scalars(select(File)).one()
        assert file.latest == 1
        assert [one.number for one in session.scalars(select(FileVersion))] == [1]
    assert kept(office) == 2
    save(office, file_id, b"third")
    with office.database.reading(office.system) as session:
        assert session.scalars(select(File)).one().latest == 2


def test_a_new_document_is_undone(office: Company) -> None:
    store(office)
    undo(office)
    with office.database.reading(office.system) as session:
        assert session.scalars(select(File.id)).all() == []
        assert session.scalars(select(FileVersion.id)).all() == []


def test_documents_move_with_a_merged_client(office: Company) -> None:
    kept_client, merged = office.add_client("UAB Langai"), office.add_client("Langai UAB")
    file_id = store(office, client_id=merged.id)
    with office.database.transaction(office.system, "Merged") as session:
        merge_clients(session, kept_client.id, [merged.id], {})
    with office.database.reading(office.system) as session:
        assert session.scalars(select(File.client_id)).all() == [kept_client.id]
        assert session.scalars(select(FileVersion.client_id)).all() == [kept_client.id]
        found = files_of_record(session, RecordRef("clients.client", kept_client.id))
        assert [one.id for one in found] == [file_id]


def test_documents_hide_and_go_with_their_client(office: Company) -> None:
    client = office.add_client("UAB Langai")
    boss = office.add_user("administrator")
    file_id = store(office, client_id=client.id)
    save(office, file_id, b"second")
    with office.database.transaction(office.system, "Binned") as session:
        delete_clients(session, [client.id])
    assert office.browser(boss).get(f"/files/{file_id}").status_code == 404
    with office.database.transaction(office.system, "Purged") as session:
        purge_clients(session, [client.id])
    with office.database.reading(office.system) as session:
        assert session.scalars(select(File.id)).all() == []
        assert session.scalars(select(FileVersion.id)).all() == []


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CORE-15", part="a document belongs to a client and to several of its records")
def test_a_document_belongs_to_a_record_and_to_others(office: Company) -> None:
    from kartoteka_crm_clients.service import add_contact

    client = office.add_client("UAB Langai")
    with office.database.transaction(office.system, "Contacts") as session:
        people = [add_contact(session, client.id, {"surname": name, "role": "other"}).id for name in ("One", "Two")]
    refs = [RecordRef("crm_clients.contact", one) for one in people]
    file_id = store(office, about=refs[0])
    with office.database.transaction(office.system, "Linked") as session:
        service.link_file(session, file_id, [refs[1]])

    with office.database.reading(office.system) as session:
        file = session.scalars(select(File)).one()
        assert file.client_id == client.id
        for ref in refs:
            assert [one.id for one in files_of_record(session, ref)] == [file_id]
    boss = office.add_user("administrator")
    page = office.browser(boss).get(f"/files/{file_id}").text
    assert "One" in page
    assert "Two" in page


@pytest.mark.needs_module("crm_clients")
def test_a_document_needs_the_right_of_its_record(office: Company) -> None:
    from kartoteka_crm_clients.service import add_contact

    client = office.add_client("UAB Langai")
    with office.database.transaction(office.system, "Contact") as session:
        contact = add_contact(session, client.id, {"surname": "One", "role": "other"}).id
    file_id = store(office, about=RecordRef("crm_clients.contact", contact), name="Secret.txt")
    plain = ["clients.view", "files.view", "files.edit"]
    with_right = office.browser(office.add_user(permissions=[*plain, "crm_clients.view"], reach="all"))
    without = office.browser(office.add_user(permissions=plain, reach="all"))

    assert with_right.get(f"/files/{file_id}/download").data == b"content"
    for path in ("", "/download", "/edit"):
        assert without.get(f"/files/{file_id}{path}").status_code == 404
    assert "Secret" not in without.get(f"/clients/{client.id}/files").text
    assert "Secret" in with_right.get(f"/clients/{client.id}/files").text
    assert "Secret" not in without.get("/files/").text
    assert "UAB Langai" not in without.get("/clients/?q=secret").text.split("<tbody")[-1]

    office.switch("crm_clients", on=False)
    assert with_right.get(f"/files/{file_id}/download").status_code == 404


def test_documents_of_records_that_only_some_see(office: Company) -> None:
    """A notice may be for one department: its documents are in nobody's lists, but behind the notice."""
    from kartoteka.builtin.dashboard.service import post_notice

    with office.database.transaction(office.system, "Notice") as session:
        notice = post_notice(session, {"title": "Party", "valid_from": utc_now().date()}).id
    ref = RecordRef("dashboard.notice", notice)
    file_id = store(office, about=ref, name="Party.txt")
    people = {
        "reader": ["files.view"],
        "poster": ["files.view", "files.add", "files.edit", "dashboard.manage_notices"],
        "chief": ["files.view", "files.see_all"],
    }
    users = {name: office.add_user(permissions=rights) for name, rights in people.items()}
    seen = {name: office.browser(user).get(f"/files/{file_id}").status_code for name, user in users.items()}
    assert seen == {"reader": 404, "poster": 200, "chief": 200}
    listed = {name: "Party" in office.browser(user).get("/files/").text for name, user in users.items()}
    assert listed == {"reader": False, "poster": False, "chief": True}

    with office.database.transaction(office.actor(users["poster"]), "Saved") as session:
        service.save_version(session, file_id, io.BytesIO(b"changed"))
        assert [one.id for one in files_of_record(session, ref)] == [file_id]
    for name in ("reader", "chief"):
        with pytest.raises(NotFound), office.database.transaction(office.actor(users[name]), "Stored") as session:
            service.store_file(session, io.BytesIO(b"x"), "Log.txt", about=ref)


def test_a_lost_content_is_told(office: Company) -> None:
    boss = office.browser(office.add_user("administrator"))
    file_id = store(office)
    digest = next(iter(office.database.blobs.listed())).digest
    office.database.blobs.remove(digest)
    answer = boss.get(f"/files/{file_id}/download")
    assert answer.status_code == 404
    assert "backup" in answer.text


def test_words_are_read_again_when_they_are_old(office: Company) -> None:
    file_id = store(office, b"first")
    run_jobs(office)
    save(office, file_id, b"second")
    undo(office)
    with office.database.transaction(office.system) as session:
        enqueue(session, "files.read_words", {}, title="Night")
    run_jobs(office)
    with office.database.reading(office.system) as session:
        file = session.scalars(select(File)).one()
        assert (file.words, file.words_blob == file.blob) == ("first", True)


def test_words_that_were_read_are_kept_before_the_next_slow_document_is_read(
    office: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [store(office, f"words {number}".encode()) for number in range(3)]
    run_jobs(office)
    with office.database.transaction(office.system) as session:
        update_rows(session, "core_file", {one: {"words": "", "words_blob": None} for one in ids})
        enqueue(session, "files.read_words", {}, title="Night")
    real, last = reading._words_of, ids[-1]

    def dies(store: Any, row: Any) -> str:
        if row.id == last:
            raise RuntimeError("killed while it reads")
        return real(store, row)

    monkeypatch.setattr(reading, "_words_of", dies)
    monkeypatch.setattr(RunningJob, "time_is_up", True)
    run_jobs(office)
    with office.database.reading(office.system) as session:
        assert list(session.scalars(select(File.words).order_by(File.id))) == ["words 0", "words 1", ""]
