"""People write to clients from their records, look after the outbox, and set up accounts and templates."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.builtin.mail.models import Mail, MailAccount, MailStage, MailText
from kartoteka.builtin.mail.service import send_mail
from kartoteka.db.journal import update_rows
from kartoteka.testing import run_jobs
from kartoteka.vocabulary.mail import MailDraft
from tests.core.mail.conftest import add_account

WRITER = ("clients.view", "mail.view", "mail.send")


@pytest.fixture
def office(company: Any, smtp: Any) -> Any:
    made = company()
    add_account(made, smtp)
    return made


def mails(office: Any) -> list[Mail]:
    with office.database.reading(office.system) as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


@pytest.mark.catalogue("CORE-23")
def test_a_mail_goes_to_the_client_from_its_card(office: Any, smtp: Any, login_as: Any) -> None:
    browser = login_as(permissions=WRITER, name="Rasa", reach="all")
    client = office.add_client("UAB Durys", email="durys@example.lt")
    card = browser.get(f"/clients/{client.id}").text
    assert "/actions/mail/write" in card
    leads = browser.get(f"/actions/mail/write?kind=clients.client&id={client.id}")
    assert leads.location.startswith(f"/mail/new?ref=clients.client%3A{client.id}")
    page = browser.get(leads.location).text
    assert "durys@example.lt" in page
    assert "UAB Durys" in page
    sent = browser.post(
        leads.location,
        data={
            "to": '"UAB Durys" <durys@example.lt>',
            "subject": "Kaina",
            "text": "Laba diena",
            "account_id": "1",
            "files": [(io.BytesIO(b"%PDF"), "kaina.pdf")],
        },
        content_type="multipart/form-data",
    )
    assert sent.status_code == 302
    run_jobs(office)
    (message,) = smtp.messages
    assert str(message["To"]) == "UAB Durys <durys@example.lt>"
    assert [one.get_filename() for one in message.iter_attachments()] == ["kaina.pdf"]
    (mail,) = mails(office)
    assert (mail.client_id, mail.stage, str(mail.about)) == (client.id, MailStage.SENT, f"clients.client:{client.id}")
    shown = browser.get(f"/mail/{mail.id}").text
    assert "Laba diena" in shown
    assert "kaina.pdf" in shown
    file = re.search(rf"/mail/{mail.id}/files/\d+", shown)
    assert file is not None
    assert browser.get(file[0]).data == b"%PDF"


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("CORE-23", part="from a contact, with the words of another module")
def test_a_contact_gets_its_own_address_and_a_greeting(
    company: Any, login_as: Any, mailbox: Any, run_jobs: Any
) -> None:
    from kartoteka_crm_clients.service import add_contact

    office = company(modules=["crm_clients"])
    client = office.add_client("UAB Durys", email="durys@example.lt")
    with office.database.transaction(office.system) as session:
        contact = add_contact(session, client.id, {"first_name": "Ona", "surname": "Žukė", "email": "ona@example.lt"})
    browser = login_as("administrator")
    address = f"/mail/new?ref=crm_clients.contact:{contact.id}&template=crm_clients.birthday"
    page = browser.get(address).text
    assert 'value="Ona Žukė &lt;ona@example.lt&gt;"' in page
    assert "durys@example.lt" in page
    assert "Dear Ona Žukė," in page
    data = {"to": "Ona Žukė <ona@example.lt>", "subject": "Happy birthday!", "text": "Dear Ona Žukė"}
    assert browser.post(address, data=data).status_code == 302
    run_jobs()
    assert mailbox.subjects == ["Happy birthday!"]
    (mail,) = mails(office)
    assert (mail.client_id, str(mail.about)) == (client.id, f"crm_clients.contact:{contact.id}")
    stream = browser.get(f"/clients/{client.id}/timeline").text
    assert "E-mail to Ona Žukė" in stream


def test_the_addresses_of_a_client_one_may_not_see_stay_hidden(office: Any, login_as: Any) -> None:
    browser = login_as(permissions=WRITER)
    client = office.add_client("UAB Slapta", email="slapta@example.lt")
    assert browser.get(f"/mail/new?ref=clients.client:{client.id}").status_code == 404
    for nonsense in ("x", "clients.client:0", "clients.client:99999999999999999999", "no.such:1"):
        assert browser.get("/mail/new", query_string={"ref": nonsense}).status_code == 404


@pytest.mark.catalogue("X-21")
def test_a_template_a_signature_and_a_later_moment(office: Any, smtp: Any, login_as: Any, clock: Any) -> None:
    clock.set("2026-03-02 15:00")
    admin = login_as("administrator", name="Rasa")
    added = admin.post(
        "/mail/templates/new",
        data={"title": "Priminimas", "subject": "Dėl {client_name}", "body": "Gerb. {client_name}, rašo {my_name}."},
    )
    assert added.status_code == 302
    assert admin.post("/mail/signature", data={"signature": "Rasa, vadybininkė"}).status_code == 302
    client = office.add_client("UAB Durys", email="durys@example.lt")
    with office.database.reading(office.system) as session:
        key = session.scalars(select(MailText.template)).one()
    address = f"/mail/new?ref=clients.client:{client.id}&template={key}"
    page = admin.get(address).text
    assert "Gerb. UAB Durys, rašo Rasa." in page
    assert "Rasa, vadybininkė" in page
    data = {"to": "durys@example.lt", "subject": "Dėl UAB Durys", "text": "Sveiki", "account_id": "1"}
    assert admin.post(address, data={**data, "send_on": "2026-03-03", "send_at": "8:99"}).status_code == 422
    assert admin.post(address, data={**data, "send_at": "08:00"}).status_code == 422
    assert admin.post(address, data={**data, "send_on": "2026-03-03", "send_at": "08:00"}).status_code == 302
    run_jobs(office)
    assert smtp.messages == []
    clock.set("2026-03-03 08:00")
    run_jobs(office)
    assert [str(one["Subject"]) for one in smtp.messages] == ["Dėl UAB Durys"]


def test_what_failed_is_sent_again_from_its_page(office: Any, smtp: Any, login_as: Any) -> None:
    browser = login_as(permissions=WRITER)
    smtp.refused["ona@example.lt"] = "550 5.1.1 <b>unknown</b>"
    with office.database.transaction(office.actor(browser.user_id)) as session:
        mail_id = send_mail(session, MailDraft(to=("ona@example.lt",), subject="Labas", text="."))
    run_jobs(office)
    page = browser.get(f"/mail/{mail_id}").text
    assert "&lt;b&gt;unknown" in page
    assert "Labas" in browser.get("/mail/?stage=failed").text
    assert "Labas" not in browser.get("/mail/?stage=sent").text
    assert "Labas" in browser.get("/mail/?q=ona@exam").text
    smtp.refused.clear()
    assert browser.post(f"/mail/{mail_id}/resend").status_code == 302
    run_jobs(office)
    assert mails(office)[0].stage == MailStage.SENT
    assert browser.post(f"/mail/{mail_id}/cancel").status_code in (302, 409, 422)
    assert mails(office)[0].stage == MailStage.SENT


def test_nobody_reads_the_mail_of_others(office: Any, login_as: Any) -> None:
    writer, other = login_as(permissions=WRITER), login_as(permissions=WRITER)
    with office.database.transaction(office.actor(writer.user_id)) as session:
        mail_id = send_mail(session, MailDraft(to=("ona@example.lt",), subject="Slaptas", text="."))
    assert writer.get(f"/mail/{mail_id}").status_code == 200
    assert other.get(f"/mail/{mail_id}").status_code == 404
    assert "Slaptas" not in other.get("/mail/").text
    for what in ("cancel", "resend", "send", "settle"):
        assert other.post(f"/mail/{mail_id}/{what}").status_code == 404


def test_mail_is_seen_with_its_client_and_hidden_with_it(office: Any, login_as: Any) -> None:
    writer, colleague = login_as(permissions=WRITER), login_as(permissions=WRITER)
    client = office.add_client("UAB Durys", manager_id=colleague.user_id)
    with office.database.transaction(office.actor(writer.user_id)) as session:
        mail_id = send_mail(session, MailDraft(to=("ona@example.lt",), subject="x", text=".", client_id=client.id))
    assert [one.get(f"/mail/{mail_id}").status_code for one in (writer, colleague)] == [200, 200]
    with office.database.transaction(office.system) as session:
        update_rows(session, "core_client", {client.id: {"state": "deleted"}})
    assert [one.get(f"/mail/{mail_id}").status_code for one in (writer, colleague)] == [404, 404]


def test_an_account_is_set_up_tried_and_signs(office: Any, smtp: Any, login_as: Any) -> None:
    admin = login_as("administrator")
    data = {"address": "info@langai.lt", "host": "127.0.0.1", "port": str(smtp.port), "security": "none"}
    made = admin.post("/mail/accounts/new", data={**data, "password": "slaptas", "active": "y"})
    assert made.status_code == 302
    page = admin.get(made.location).text
    assert "slaptas" not in page
    assert admin.post(f"{made.location}/test").status_code == 302
    assert admin.post(f"{made.location}/key").status_code == 302
    assert "_domainkey.langai.lt" in admin.get(made.location).text
    assert admin.post("/mail/accounts/new", data={**data, "host": "a b"}).status_code == 422
    assert admin.post("/mail/accounts/new", data={**data, "port": "99999999"}).status_code == 422
    with office.database.reading(office.system) as session:
        kept = session.scalars(select(MailAccount).where(MailAccount.address == "info@langai.lt")).one()
    assert "slaptas" not in (kept.password or "")


def test_ones_own_account_uses_the_companys_server_only(office: Any, smtp: Any, login_as: Any) -> None:
    browser = login_as(permissions=(*WRITER, "mail.own_account"), name="Rasa")
    data = {"server_id": "1", "address": "rasa@langai.lt", "sender_name": "Rasa", "active": "y", "host": "10.0.0.1"}
    assert browser.post("/mail/own", data=data).status_code == 302
    assert browser.post("/mail/own", data={**data, "server_id": "77"}).status_code == 422
    with office.database.transaction(office.actor(browser.user_id)) as session:
        send_mail(session, MailDraft(to=("ona@example.lt",), subject="Labas", text="."))
    run_jobs(office)
    assert str(smtp.messages[0]["From"]) == "Rasa <rasa@langai.lt>"
    other = login_as(permissions=WRITER)
    assert "rasa@langai.lt" not in other.get("/mail/new").text


def test_words_of_a_module_are_written_anew_for_one_language(office: Any, login_as: Any) -> None:
    admin = login_as("administrator")
    page = admin.get("/mail/templates/mail.letter/lt")
    assert page.status_code == 200
    wrong = admin.post("/mail/templates/mail.letter/lt", data={"subject": "x", "body": "{no_such} {client_name}"})
    assert wrong.status_code == 422
    assert "{no_such}" in wrong.text
    seen = admin.post(
        "/mail/templates/mail.letter/lt", data={"subject": "A", "body": "Gerb. {client_name}", "do": "preview"}
    )
    assert "Gerb. UAB Durys" in seen.text
    html = {"subject": "A", "body": "<p onclick='x'>Gerb. {client_name}<script>1</script></p>", "is_html": "y"}
    assert admin.post("/mail/templates/mail.letter/lt", data=html).status_code == 302
    shown = admin.get("/mail/templates/mail.letter/lt").text
    frame = re.search(r'<iframe class="k-frame" src="([^"]+)"', shown)
    assert frame is not None
    inside = admin.get(frame[1])
    assert "Gerb. UAB Durys" in inside.text
    assert "script" not in inside.text
    assert "onclick" not in inside.text
    assert "sandbox" in inside.headers["Content-Security-Policy"]
    assert admin.post("/mail/templates/mail.letter/lt/drop").status_code == 302
    assert admin.get("/mail/templates/mail.letter/xx").status_code == 404
    assert admin.get("/mail/templates/no.such/lt").status_code == 404
