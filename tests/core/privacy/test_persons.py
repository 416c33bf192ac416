"""One person among the records of a client that stays: given out as a file, and erased so that nothing is found."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from kartoteka.api.work import AttachedFile, MailDraft, send_mail, store_file, write_note
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.custom_fields.service import add_field
from kartoteka.builtin.notifications.models import Notification
from kartoteka.builtin.privacy import service
from kartoteka.db.audit import check_chain
from kartoteka.db.blobs import put
from kartoteka.db.search import check_search
from kartoteka.db.session import find, use_workplace
from kartoteka.extension.declarations.rest import SentFile
from kartoteka.testing import run_jobs
from kartoteka.testing.company import ADMINISTRATOR, Company
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.errors import Forbidden, InvalidInput, NotFound
from kartoteka.vocabulary.record import RecordRef
from kartoteka_crm_clients.models import Contact
from kartoteka_crm_clients.service import add_contact, change_contact

from .test_privacy import _where as where
from .test_privacy import blobs, dump

KIND = "crm_clients.contact"
SECRETS = ("Žolynait", "zolynait", "birute@", "98765", "likes cherries")
STAYS = ("Vaičiūnas", "office@azuolas.example", "+370 5 212 3456", "Oak for the roof")


@pytest.fixture(params=chosen_kinds())
def made(request: pytest.FixtureRequest, company_on: Callable[..., Company]) -> Company:
    return company_on(request.param, modules=["crm_clients"])


@pytest.fixture
def keeper(made: Company) -> Any:
    return made.browser(made.add_user(ADMINISTRATOR, login="keeper"))


def live(company: Company) -> tuple[int, int]:
    """Enter a company with two contacts and let everything happen to one of them that leaves traces."""
    client = company.add_client("UAB Ąžuolas", country="LT", email="office@azuolas.example", phone="+370 5 212 3456")
    of_client = RecordRef("clients.client", client.id)
    user = company.add_user(ADMINISTRATOR, login="seller")
    with company.database.transaction(company.actor(user), "Work with Birutė Žolynaitė") as session:
        values = {"first_name": "Birutė", "surname": "Žolynaitė", "email": "birute@zolynas.example"}
        values |= {"mobile": "+370 612 98765", "phone": "+370 5 212 3456", "notes": "likes cherries"}
        contact = add_contact(session, client.id, values)
        add_contact(
            session, client.id, {"first_name": "Jonas", "surname": "Vaičiūnas", "email": "office@azuolas.example"}
        )
        ref = RecordRef(KIND, contact.id)
        write_note(session, ref, "She likes cherries")
        write_note(session, of_client, "Oak for the roof, says Birutė Žolynaitė")
        draft = MailDraft(
            to=("Birutė Žolynaitė <birute@zolynas.example>",),
            subject="Dear Birutė Žolynaitė",
            text="Oak for the roof",
            client_id=client.id,
            attachments=(AttachedFile(name="offer.txt", content=b"oak"),),
        )
        send_mail(session, draft)
        store_file(session, io.BytesIO("Birutė Žolynaitė".encode()), "Žolynaitė.txt", about=ref)
        told = {"message": "%(name)s called", "domain": "core", "values": {"name": "Birutė Žolynaitė"}}
        session.add(Notification(user_id=user, module="clients", type="clients.x", message=told, about=ref))
    with company.database.transaction(company.actor(user), "Contact changed") as session:
        change_contact(session, contact.id, {"job_title": "Žolynaitė senior"})
    return client.id, contact.id


@pytest.mark.catalogue("X-07", part="one person")
def test_a_contact_is_erased_alone_and_the_company_stays(made: Company, keeper: Any) -> None:
    client_id, contact_id = live(made)
    before = dump(made)
    assert all(secret in before for secret in SECRETS if secret != "zolynait")
    page = f"/privacy/persons/{KIND}/{contact_id}"
    assert page in keeper.get(f"/crm_clients/contacts/{contact_id}").text
    assert "Birutė Žolynaitė" in keeper.get(page).text
    assert keeper.post(f"{page}/erase", data={"reason": "", "sure": "y"}).status_code == 422
    assert "Tick this" in keeper.post(f"{page}/erase", data={"reason": "Asked for it"}).text
    sent = {"reason": "Birutė Žolynaitė asked for it on 1 March", "sure": "y"}
    assert keeper.post(f"{page}/erase", data=sent).status_code == 302
    run_jobs(made)
    after = dump(made)
    left = {secret for secret in SECRETS if secret in after}
    assert not left, where(made, left)
    assert not [word for word in STAYS if word not in after]
    assert "Žolynait".encode() not in blobs(made)
    with made.database.transaction(made.system) as session:
        report = check_chain(session)
        assert report.is_whole, report.findings
        assert check_search(session) == []
        client, contact = session.get_one(Client, client_id), session.get_one(Contact, contact_id)
        assert (client.state, client.email, client.phone) == ("active", "office@azuolas.example", "+370 5 212 3456")
        assert (contact.state, contact.name, contact.email) == ("archived", "–", "")
    assert "asked for it on 1 March" in keeper.get(page).text
    assert f'href="{page}"' in keeper.get("/privacy/").text
    assert "on 1 March" not in keeper.get(f"/privacy/clients/{client_id}").text
    assert "UAB Ąžuolas" in keeper.get("/clients/?q=212 3456").text
    assert "UAB Ąžuolas" not in keeper.get("/search/?q=zolynaite").text


@pytest.mark.catalogue("X-07", part="one person's file")
def test_everything_about_a_contact_is_in_the_file_and_nothing_of_the_others(made: Company, keeper: Any) -> None:
    _client_id, contact_id = live(made)
    answer = keeper.post(f"/privacy/persons/{KIND}/{contact_id}/export")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        data = json.loads(archive.read("data.json"))
        page = archive.read("index.html").decode()
        contents = [archive.read(name).decode() for name in archive.namelist() if name.startswith("files/")]
    assert [one["surname"] for one in data["records"]["crm_clients_contact"]] == ["Žolynaitė"]
    assert {"core_note", "core_file"} <= set(data["records"])
    assert [one["action"] for one in data["changes"] if one["kind"] == KIND] == ["created", "changed"]
    assert "Birutė Žolynaitė" in contents
    assert "likes cherries" in page
    assert "Vaičiūnas" not in page + json.dumps(data, ensure_ascii=False)
    assert "Personal data of one person exported" in keeper.get("/audit/").text


def test_erasing_one_person_needs_rights_and_a_person(made: Company) -> None:
    client_id, contact_id = live(made)
    onlooker = made.add_user(permissions=["clients.view", "crm_clients.view"], reach="all")
    blind = made.add_user(permissions=["clients.view", "crm_clients.view", "privacy.export", "privacy.erase"])
    for path in ("", "/export", "/erase"):
        address = f"/privacy/persons/{KIND}/{contact_id}{path}"
        for user, status in ((onlooker, 403), (blind, 404)):
            browser = made.browser(user)
            answer = browser.post(address, data={"reason": "x", "sure": "y"}) if path else browser.get(address)
            assert answer.status_code == status, (path, user)
    keeper = made.browser(made.add_user(ADMINISTRATOR))
    for kind, record_id in (("clients.client", client_id), ("crm_clients.address", 1), (KIND, 999), ("x", 1)):
        assert keeper.get(f"/privacy/persons/{kind}/{record_id}").status_code == 404
    with made.database.transaction(made.actor(onlooker)) as session, pytest.raises(Forbidden):
        service.erase_person(session, KIND, contact_id, "x")
    with made.database.transaction(made.actor(blind)) as session, pytest.raises(NotFound):
        service.erase_person(session, KIND, contact_id, "x")
    with made.database.transaction(made.system) as session, pytest.raises(InvalidInput):
        service.erase_person(session, KIND, contact_id, " ")


@pytest.mark.catalogue("X-07", part="one person, in fields of the company")
def test_what_fields_of_the_company_say_about_the_person_goes(made: Company, keeper: Any) -> None:
    _client_id, contact_id = live(made)
    user = made.add_user(ADMINISTRATOR, login="fields")
    actor = made.actor(user)
    with use_workplace(made.database, actor), made.database.transaction(actor) as session:
        add_field(session, KIND, {"type": "line", "title": "Favourite cake"})
        add_field(session, KIND, {"type": "line", "title": "Desk", "personal": False})
        add_field(session, KIND, {"type": "file", "title": "Letter of authority"})
    with use_workplace(made.database, actor), made.database.transaction(actor) as session:
        letter = SentFile("Letter of Birute.txt", put(made.database.blobs, io.BytesIO(b"she may sign")))
        values = {"x_favourite_cake": "Tinginys", "x_desk": "By the window", "x_letter_of_authority": letter}
        number = change_contact(session, contact_id, values).x_letter_of_authority
    assert keeper.get(f"/files/{number}/download").data == b"she may sign"
    erased = keeper.post(f"/privacy/persons/{KIND}/{contact_id}/erase", data={"reason": "Asked for it", "sure": "y"})
    assert erased.status_code == 302, erased.text
    with made.database.reading(made.system) as session:
        assert find(session, Contact, contact_id).custom_values == {"x_desk": "By the window"}
    run_jobs(made)
    assert "Tinginys" not in dump(made)
    assert keeper.get(f"/files/{number}/download").data != b"she may sign"
