"""Privacy: everything about a client in one file, and erasing so that nothing of the person is found again (X-07)."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, inspect, select, text

from kartoteka.api.work import AttachedFile, MailDraft, send_mail, store_file, write_note
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.importing.forgetting import forget_person
from kartoteka.builtin.importing.models import Import
from kartoteka.builtin.notifications.models import Notification
from kartoteka.builtin.privacy import service
from kartoteka.builtin.privacy.models import Erasure
from kartoteka.builtin.privacy.words import Words, words_of
from kartoteka.db.audit import check_chain
from kartoteka.db.search import check_search
from kartoteka.testing import run_jobs
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import Forbidden, InvalidInput, NotFound
from kartoteka.vocabulary.record import RecordRef

pytestmark = pytest.mark.needs_module("crm_clients")

PERSON = {
    "kind": "person",
    "first_name": "Žydrūnė",
    "surname": "Pelkauskaitė",
    "personal_code": "48001010008",
    "phone": "+370 612 98765",
    "email": "zydrune@pelkauskas.example",
    "notes": "Calls before noon",
    "country": "LT",
}
SECRETS = (
    "Pelkauskait",
    "pelkauskait",
    "48001010008",
    "98765",
    "zydrune@",
    "before noon",
    "Birutė Žolynaitė",
    "žolyn",
    "zolyn",
)
"""What must not be found again, as it is written and as the search folds it."""


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=["crm_clients"])


@pytest.fixture
def keeper(made: Company) -> Any:
    return made.browser(made.add_user(ADMINISTRATOR, login="keeper"))


def live(company: Company) -> int:
    """Enter a person and let everything happen to her that leaves traces; return her id."""
    from kartoteka_crm_clients.service import add_address, add_contact

    client = company.add_client(**PERSON)
    ref = RecordRef("clients.client", client.id)
    user = company.add_user(ADMINISTRATOR, login="seller")
    actor = company.actor(user)
    with company.database.transaction(actor, "Work with Žydrūnė Pelkauskaitė") as session:
        contact = add_contact(
            session,
            client.id,
            {"first_name": "Birutė", "surname": "Žolynaitė", "email": "birute@zolynas.example"},
        )
        add_address(session, client.id, {"street": "Pelkauskaitės g. 5", "city": "Kaunas"})
        write_note(session, ref, "Žydrūnė Pelkauskaitė wants oak")
        draft = MailDraft(
            to=("Žydrūnė Pelkauskaitė <zydrune@pelkauskas.example>",),
            subject="Dear Žydrūnė Pelkauskaitė",
            text="Oak it is",
            client_id=client.id,
            attachments=(AttachedFile(name="Pelkauskaitė.txt", content=b"for zydrune@pelkauskas.example"),),
        )
        send_mail(session, draft)
        unassigned = MailDraft(to=("zydrune@pelkauskas.example",), subject="For Pelkauskaitė", text="Pelkauskaitė")
        send_mail(session, unassigned)
        store_file(session, io.BytesIO("Žydrūnė Pelkauskaitė".encode()), "Pelkauskaitė.txt", about=ref)
        told = {"message": "%(name)s called", "domain": "core", "values": {"name": "Žydrūnė Pelkauskaitė"}}
        session.add(Notification(user_id=user, module="clients", type="clients.x", message=told, about=ref))
        contact.notes = "Birutė Žolynaitė: sister"
    return client.id


def dump(company: Company) -> str:
    """Return every value of every table, and on SQLite the bytes of the files too."""
    database = company.database
    found: list[str] = []
    with database.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{name}"')):
                found.extend(_written(value) for value in row)
    if database.is_sqlite:
        for path in Path(str(database.url.database)).parent.glob(f"{Path(str(database.url.database)).name}*"):
            found.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(found)


def _written(value: Any) -> str:
    if isinstance(value, float):
        return ""  # a duration, whose digits hold any short number sooner or later
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    try:
        return json.dumps(json.loads(value), ensure_ascii=False) if isinstance(value, str) else str(value)
    except ValueError:
        return str(value)


def blobs(company: Company) -> bytes:
    folder = company.database.files / "files"
    return b"\n".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def erase(company: Company, client_id: int, reason: str = "Asked for on 1 March") -> Erasure:
    with company.database.transaction(
        company.actor(company.add_user(ADMINISTRATOR)), "Personal data erased"
    ) as session:
        return service.erase_client(session, client_id, reason)


@pytest.mark.catalogue("X-07", part="erase")
def test_nothing_of_an_erased_person_is_found_again(made: Company, keeper: Any) -> None:
    client_id = live(made)
    before = dump(made)
    assert all(secret in before for secret in ("Pelkauskaitė", "48001010008", "zydrune@", "before noon", "Žolynaitė"))
    page = f"/privacy/clients/{client_id}"
    assert "Contact persons" in keeper.get(page).text
    assert keeper.post(f"{page}/erase", data={"reason": "", "sure": "y"}).status_code == 422
    assert "Tick this" in keeper.post(f"{page}/erase", data={"reason": "Asked for it"}).text
    sent = {"reason": "Žydrūnė Pelkauskaitė asked for it on 1 March", "sure": "y"}
    assert keeper.post(f"{page}/erase", data=sent).status_code == 302
    run_jobs(made)
    after = dump(made)
    left = {secret for secret in SECRETS if secret in after}
    assert not left, _where(made, left)
    assert b"Pelkauskait" not in blobs(made)
    assert b"zydrune@" not in blobs(made)
    with made.database.transaction(made.system) as session:
        report = check_chain(session)
        assert report.is_whole, report.findings
        assert check_search(session) == []
        client = session.get_one(Client, client_id)
        assert (client.state, client.number, client.name) == ("archived", "K00001", "–")
    assert "asked for it on 1 March" in keeper.get(page).text
    assert "K00001" in keeper.get("/privacy/").text
    assert "Pelkauskait" not in keeper.get(f"/clients/{client_id}/log").text


def _where(company: Company, left: set[str]) -> list[str]:
    places = []
    with company.database.engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            for row in connection.execute(text(f'SELECT * FROM "{name}"')).mappings():
                places.extend(
                    f"{name}.{column}: {_written(value)[:80]}"
                    for column, value in row.items()
                    if any(secret in _written(value) for secret in left)
                )
    return places


@pytest.mark.catalogue("X-07", part="keep")
def test_what_the_law_keeps_stays_as_it_is(made: Company) -> None:
    client_id = live(made)
    tables = Client.__table__.metadata.tables
    row = {
        "type": "crm_clients.invoice",
        "title": "Invoice of Žydrūnė Pelkauskaitė",
        "day": date(2026, 1, 5),
        "language": "lt",
        "state": "made",
        "void_reason": "",
        "client_id": client_id,
        "content": {"sum": "120.00"},
        "version": 1,
    }
    with made.database.engine.begin() as connection:
        from kartoteka.db.clock import utc_now

        row["created_at"] = utc_now()
        for until in (date(2099, 1, 1), date(2020, 1, 1), None):
            connection.execute(insert(tables["core_document"]).values({**row, "keep_until": until}))
    erasure = erase(made, client_id)
    assert erasure.kept == {"core_document": 1}
    with made.database.engine.connect() as connection:
        titles = connection.scalars(
            select(tables["core_document"].c.title).order_by(tables["core_document"].c.id)
        ).all()
        contents = connection.scalars(select(tables["core_document"].c.content)).all()
    assert titles == ["Invoice of Žydrūnė Pelkauskaitė", "–", "–"]
    assert {"sum": "120.00"} in contents


NOT_GIVEN_OUT = {"core_client_similar", "core_client_distinct", "core_search_text", "core_journal"}
"""Who may be the same client, texts made of other rows for the search, and the changes, which stand by themselves."""


def rows_of(company: Company, client_id: int) -> dict[str, int]:
    """Return how many rows each table has that points to the client, as the database tells its columns."""
    found = {"core_client": 1}
    with company.database.engine.connect() as connection:
        looked_up = inspect(connection)
        for name in sorted(set(looked_up.get_table_names()) - NOT_GIVEN_OUT - {"core_client"}):
            keys = [one for one in looked_up.get_foreign_keys(name) if one["referred_table"] == "core_client"]
            columns = {column for one in keys for column in one["constrained_columns"]}
            columns |= {one["name"] for one in looked_up.get_columns(name)} & {"client_id"}
            if columns:
                where = " OR ".join(f"{column} = {client_id}" for column in sorted(columns))
                if number := connection.scalar(text(f"SELECT count(*) FROM {name} WHERE {where}")):
                    found[name] = number
    return found


@pytest.mark.catalogue("X-07", part="export")
def test_everything_is_in_the_file(made: Company, keeper: Any) -> None:
    client_id = live(made)
    answer = keeper.post(f"/privacy/clients/{client_id}/export")
    assert answer.status_code == 200
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("index.html").decode()
        names = archive.namelist()
        contents = [archive.read(name).decode() for name in names if name.startswith("files/")]
    assert data["records"]["core_client"][0]["personal_code"] == "48001010008"
    assert data["records"]["crm_clients_contact"][0]["surname"] == "Žolynaitė"
    assert [one["subject"] for one in data["records"]["core_mail"]] == ["Dear Žydrūnė Pelkauskaitė"]
    there = rows_of(made, client_id)
    assert there.keys() >= {"core_client", "core_note", "core_file", "crm_clients_address", "crm_clients_contact"}
    assert {name: len(data["records"].get(name, ())) for name in there} == there, "each table with a row of the client"
    assert data["records"]["core_mail_file"]
    assert any(one["kind"] == "crm_clients.contact" for one in data["changes"])
    assert any("client.exported" in str(one) for one in data["more"]["Audit log"])
    assert "Birutė" in page
    assert "Contact persons" in page
    assert "Žydrūnė Pelkauskaitė" in contents
    assert not any(".." in name or name.startswith("/") for name in names)
    assert "Personal data exported" in keeper.get("/audit/").text


def test_a_module_that_is_off_or_gone_gives_out_and_loses_its_rows_too(company_on: Callable[..., Company]) -> None:
    made = company_on("sqlite", modules=["crm_clients"])
    client_id = live(made)
    made.switch("crm_clients", on=False)
    user = made.browser(made.add_user(ADMINISTRATOR))
    assert "module off" in user.get(f"/privacy/clients/{client_id}").text
    erase(made, client_id)
    assert "olynait" not in "".join(_where(made, {"olynait"}))


def test_clients_merged_into_one_go_with_it(made: Company, keeper: Any) -> None:
    first = live(made)
    second = made.add_client(**{**PERSON, "email": "other@pelkauskas.example", "personal_code": ""}).id
    from kartoteka.builtin.clients.merging.service import merge_clients

    with made.database.transaction(made.actor(made.add_user(ADMINISTRATOR)), "Merge") as session:
        merge_clients(session, second, [first])
    erase(made, second)
    run_jobs(made)
    assert not [secret for secret in (*SECRETS, "other@pelk") if secret in dump(made)]


def test_namesakes_are_left_alone_and_told_of(made: Company) -> None:
    client_id = live(made)
    other = made.add_client("UAB Ąžuolas", country="LT", notes="Recommended by Žydrūnė Pelkauskaitė")
    erasure = erase(made, client_id)
    assert erasure.mentions["core_client"] == 1
    with made.database.reading(made.system) as session:
        assert "Pelkauskaitė" in session.get_one(Client, other.id).notes


def test_files_of_imports_with_the_person_go(made: Company) -> None:
    client_id = live(made)
    folder = made.database.files / "imports" / ("a" * 32)
    folder.mkdir(parents=True)
    (folder / "uploaded").write_text("Vardas;Paštas\nŽydrūnė;zydrune@pelkauskas.example\n", "utf-8")
    kept = made.database.files / "imports" / ("b" * 32)
    kept.mkdir(parents=True)
    (kept / "uploaded").write_text("Vardas;Paštas\nOna;ona@example.com\n", "utf-8")
    with made.database.transaction(made.system) as session:
        session.add_all(
            Import(target="clients.clients", filename="list.csv", folder=path.name) for path in (folder, kept)
        )
    erase(made, client_id)
    run_jobs(made)
    assert not folder.exists()
    assert kept.exists()


@pytest.mark.parametrize("encoding", ["utf-8", "cp1257", "utf-16"])
@pytest.mark.parametrize(
    ("line", "goes"),
    [
        ("Žydrūnė;Pelkauskaitė;Kaunas", True),
        ("PELKAUSKAITĖ;;ŽYDRŪNĖ", True),
        ("pelkauskaite,zydrune", True),
        ("Žydrūnė;Kazlauskaitė\nOna;Pelkauskaitė", False),
        ("Žydrūnėlė;Pelkauskaitė", False),
    ],
)
def test_a_name_in_two_columns_is_found(company_on: Any, encoding: str, line: str, goes: bool) -> None:
    made = company_on("sqlite")
    folder = made.database.files / "imports" / ("a" * 32)
    folder.mkdir(parents=True)
    (folder / "uploaded").write_text(f"Vardas;Pavardė\nJonas;Čepas\n{line}\nPetras;Čepas\n", encoding)
    with made.database.transaction(made.system) as session:
        session.add(Import(target="clients.clients", filename="list.csv", folder=folder.name))
        session.flush()
        assert forget_person(session, words_of([PERSON]).all) == int(goes)


def test_privacy_needs_its_rights(made: Company) -> None:
    client_id = live(made)
    onlooker = made.add_user(permissions=["clients.view"], reach="all")
    blind = made.add_user(permissions=["clients.view", "privacy.export", "privacy.erase"])
    browser, other = made.browser(onlooker), made.browser(blind)
    for path in ("", "/export", "/erase"):
        ask = browser.get if not path else browser.post
        assert ask(f"/privacy/clients/{client_id}{path}").status_code == 403
    assert other.get(f"/privacy/clients/{client_id}").status_code == 404
    assert other.post(f"/privacy/clients/{client_id}/export").status_code == 404
    assert other.post(f"/privacy/clients/{client_id}/erase", data={"reason": "x", "sure": "y"}).status_code == 404
    with made.database.transaction(made.actor(onlooker)) as session, pytest.raises(Forbidden):
        service.erase_client(session, client_id, "x")
    with made.database.transaction(made.actor(blind)) as session, pytest.raises(NotFound):
        service.erase_client(session, client_id, "x")
    with made.database.transaction(made.system) as session, pytest.raises(InvalidInput):
        service.erase_client(session, client_id, " ")


def test_words_are_full_names_addresses_and_numbers() -> None:
    found = words_of(
        [
            {
                "first_name": "Ona",
                "surname": "Rasa",
                "email": "a@b.lt, c@d.lt",
                "phone": "8 612",
                "mobile": "+370 61234567",
            }
        ]
    )
    assert found.names == ("Ona Rasa", "Rasa Ona")
    assert found.addresses == ("+370 61234567", "a@b.lt", "c@d.lt")
    assert words_of([{"first_name": "Ona", "surname": ""}]).all == ()
    words = Words(("Žana Ž",))
    assert words.without("to žana ž and Zana Z") == "to – and –"
    assert words.without(json.dumps({"a": "Žana Ž!"})) == json.dumps({"a": "–!"})
