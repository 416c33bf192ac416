"""Mail becomes a document of a client: by hand, by the client's own address, and as a file that is added."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.clients.merging.service import merge_clients
from kartoteka.builtin.files.limits import save_limits
from kartoteka.builtin.files.models import File
from kartoteka.builtin.files.queries import open_content
from kartoteka.builtin.inbox.service import address_for
from tests.core.inbox.conftest import ImapServer, add_mailbox
from tests.core.inbox.letters import bounce, letter
from tests.core.inbox.test_keeping import keep, stored

NOWHERE = ImapServer(1, None)  # type: ignore[arg-type]


def documents(company: Any) -> list[File]:
    with company.database.reading(company.system) as session:
        return list(session.scalars(select(File).order_by(File.id)))


def own_address(company: Any, client_id: int) -> str:
    with company.database.reading(company.system) as session:
        return address_for(session, client_id)


def sent_to(address: str, **values: Any) -> bytes:
    return letter(**values).replace(b"To: info@firma.ee", f"To: {address}".encode())


@pytest.mark.catalogue("CORE-19", part="from the page of a mail")
def test_a_mail_is_saved_from_its_page_with_kind_title_and_client(office: Any) -> None:
    client = office.add_client("UAB Langai", email="ona@example.lt")
    other = office.add_client("UAB Durys")
    raw = letter(files={"planas.pdf": b"%PDF-1 x"})
    mail_id = keep(office, raw)
    browser = office.browser(office.add_user("administrator"))
    assert "Save to client" in browser.get(f"/inbox/{mail_id}").text
    page = browser.get(f"/inbox/{mail_id}/save").text
    assert f'value="{client.number}"' in page
    assert 'value="Užklausa"' in page
    answer = browser.post(f"/inbox/{mail_id}/save", data={"client_number": client.number, "kind": "offer", "title": ""})
    assert answer.status_code == 302
    chosen = {"client_number": other.number, "kind": "drawing", "title": "Plan", "part": "0"}
    assert browser.post(f"/inbox/{mail_id}/save", data=chosen).status_code == 302
    mail, plan = documents(office)
    assert (mail.client_id, mail.title, mail.kind, mail.filename) == (client.id, "Užklausa", "offer", "Užklausa.eml")
    assert (plan.client_id, plan.title, plan.kind, plan.filename) == (other.id, "Plan", "drawing", "planas.pdf")
    assert mail.registered_by is not None
    with office.database.reading(office.system) as session, open_content(session, mail) as content:
        assert content.read() == raw
    assert f"/files/{mail.id}" in browser.get(f"/inbox/{mail_id}").text
    assert "Užklausa" in browser.get(f"/clients/{client.id}/files").text


def test_nonsense_and_what_one_may_not_is_refused(office: Any) -> None:
    client = office.add_client("UAB Langai", email="ona@example.lt")
    mail_id = keep(office, letter())
    clerk = office.browser(office.add_user("administrator"))
    for values in (
        {"client_number": "K99999", "kind": "letter"},
        {"client_number": "", "kind": "letter"},
        {"client_number": client.number, "kind": "nonsense"},
        {"client_number": client.number, "kind": "letter", "part": "7"},
    ):
        assert clerk.post(f"/inbox/{mail_id}/save", data=values).status_code == 422
    assert clerk.get("/inbox/0/save").status_code == 404
    assert clerk.get("/inbox/999999999999/save").status_code == 404
    onlooker = office.browser(office.add_user(permissions=["inbox.view", "clients.view"], reach="all"))
    assert onlooker.post(f"/inbox/{mail_id}/save", data={"client_number": client.number}).status_code == 403
    assert documents(office) == []


@pytest.mark.catalogue("CORE-19", part="by mail to the client's own address")
def test_mail_to_the_clients_own_address_lands_in_its_documents(office: Any) -> None:
    client, other = office.add_client("UAB Langai"), office.add_client("UAB Durys")
    assert own_address(office, client.id) == "", "nobody fetches mail yet"
    account = add_mailbox(office, NOWHERE, username="office@firma.ee")
    address = own_address(office, client.id)
    assert address.startswith(f"office+doc-{client.id}-")
    assert address.endswith("@firma.ee")
    browser = office.browser(office.add_user("administrator"))
    assert address in browser.get(f"/clients/{client.id}/files").text
    raw = sent_to(address.upper(), subject="Offer of windows", sender="stranger@example.com")
    mail_id = keep(office, raw, account_id=account)
    keep(office, raw, account_id=account)
    (document,) = documents(office)
    assert (document.client_id, document.title, document.kind) == (client.id, "Offer of windows", "letter")
    assert stored(office, mail_id).client_id == client.id
    forged = address.replace(f"doc-{client.id}-", f"doc-{other.id}-")
    keep(office, sent_to(forged, message_id="<2@x>", subject="Forged"), account_id=account)
    keep(
        office, sent_to(f"office+doc-{other.number}@firma.ee", message_id="<3@x>", subject="Guess"), account_id=account
    )
    keep(office, sent_to("office+doc-99999999999-000000000000@firma.ee", message_id="<4@x>"), account_id=account)
    keep(office, bounce().replace(b"To: ", f"Cc: {address}\nTo: ".encode(), 1), account_id=account)
    assert len(documents(office)) == 1


def test_the_address_of_a_merged_client_leads_to_the_one_that_is_kept(office: Any) -> None:
    add_mailbox(office, NOWHERE, username="office@firma.ee")
    kept, gone = office.add_client("UAB Langai"), office.add_client("UAB Langai senas")
    address = own_address(office, gone.id)
    with office.database.transaction(office.system) as session:
        merge_clients(session, kept.id, [gone.id])
    keep(office, sent_to(address))
    assert [one.client_id for one in documents(office)] == [kept.id]


def test_a_mail_that_the_register_does_not_take_is_kept_all_the_same(office: Any) -> None:
    add_mailbox(office, NOWHERE, username="office@firma.ee")
    client = office.add_client("UAB Langai")
    with office.database.transaction(office.system) as session:
        save_limits(session, {"largest": 100, "refused": "eml"})
    mail_id = keep(office, sent_to(own_address(office, client.id)))
    assert documents(office) == []
    assert stored(office, mail_id).client_id == client.id


@pytest.mark.catalogue("CORE-19", part="a saved mail that is added as a file; title defaults to the subject")
def test_a_mail_that_is_added_as_a_file_is_called_by_its_subject(company_on: Callable[..., Any]) -> None:
    office = company_on("sqlite")
    browser = office.browser(office.add_user("administrator"))
    head = b"Subject: =?utf-8?q?U=C5=BEklausa_d=C4=97l_lang=C5=B3?=\nFrom: a@b.lt\n\nText\n"
    files = [("Mail.eml", head), ("Nameless.eml", b"From: a@b.lt\n\nText\n"), ("Odd.EML", b"\xff\xfe\x00 no mail")]
    files += [("Broken.eml", b"Subject: =?utf-8?b?////?= \xff\xc5\n\n"), ("Outlook.msg", b"\xd0\xcf\x11\xe0")]
    for name, content in files:
        data = {"registered_on": "2026-03-02", "kind": "letter", "file": (io.BytesIO(content), name)}
        assert browser.post("/files/new", data=data, content_type="multipart/form-data").status_code == 302
    titles = [one.title for one in documents(office)]
    assert titles[:3] == ["Užklausa dėl langų", "Nameless", "Odd"]
    assert titles[4] == "Outlook"
    page = browser.get(f"/files/{documents(office)[4].id}").text
    assert "not read" in page
    assert "not read" not in browser.get(f"/files/{documents(office)[0].id}").text
