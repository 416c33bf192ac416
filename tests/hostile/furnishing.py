"""A company with one record of every kind in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from html import escape
from importlib import import_module
from io import BytesIO
from typing import Any

from kartoteka.builtin.access.service import add_role
from kartoteka.builtin.clients.copying.service import save_template
from kartoteka.builtin.clients.grouping import add_group
from kartoteka.builtin.clients.service import change_client, create_client
from kartoteka.builtin.clients.sharing import share_client
from kartoteka.builtin.clients.tags.service import add_tags, find_or_add_tag
from kartoteka.builtin.custom_fields.service import add_field
from kartoteka.builtin.dashboard.service import post_notice
from kartoteka.builtin.dav.service import add_feed
from kartoteka.builtin.directories.service import add_entry
from kartoteka.builtin.files.models import FileLink
from kartoteka.builtin.files.service import store_file
from kartoteka.builtin.importing.files import take_in
from kartoteka.builtin.importing.service import begin_import
from kartoteka.builtin.importing.tables import guess_form
from kartoteka.builtin.inbox.accounts import save_mailbox
from kartoteka.builtin.inbox.service import Arrival, assign_client, keep_bytes
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.mail.accounts import save_account as save_mail_account
from kartoteka.builtin.mail.service import send_mail
from kartoteka.builtin.notifications.service import notify, remind
from kartoteka.builtin.privacy.consents.service import note_consent
from kartoteka.builtin.rest.models import WebhookDelivery
from kartoteka.builtin.rest.service import make_key
from kartoteka.builtin.rest.webhooks.managing import add_webhook
from kartoteka.builtin.timeline.service import write_note
from kartoteka.builtin.users.app_passwords.service import add_app_password
from kartoteka.builtin.users.factors.models import Passkey
from kartoteka.builtin.users.service import save_department
from kartoteka.db.blobs import put_bytes
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import insert_rows, operation_of
from kartoteka.db.session import Session
from kartoteka.extension.active import active_set
from kartoteka.testing.company import Company
from kartoteka.vocabulary.mail import AttachedFile, MailDraft
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordRef
from tests.hostile.house import House

MODULES = ("crm_clients", "crm_inquiries")


def furnish(company: Company, **names: str) -> House:
    """Put one record of every kind into a company, in the rooms of those modules too that are on.

    ``names`` replace what the records are called: client, contact, city, department, role, group, user, admin; and
    what stands in the ``file`` to import.
    """
    said = {"client": "UAB Langų namai", "contact": "Žukauskas", "city": "Šiauliai", "department": "Sales"}
    said |= {"role": "Guests", "group": "Builders", "user": "Ona Ostapenko", "admin": "Rasa Rasaitė"}
    said |= {"file": "ID,Name\n1,UAB Durys\n", **names}
    admin = company.add_user("administrator", name=said["admin"], login=said["admin"].split()[0])
    user = company.add_user(permissions=(), name=said["user"], login=said["user"].split()[0])
    house = House(company, admin, {"user": user})
    ids = house.ids
    actor = company.actor(admin)
    with company.database.transaction(actor, said["city"]) as session:
        for furnish_with in (_client, _company, _telling, _mails, _papers, *_of_modules(session)):
            furnish_with(session, ids, said, admin)
    return house


def _of_modules(session: Session) -> list[Any]:
    """Return what furnishes the rooms of the modules that are on; the others need not be installed."""
    there = active_set(session)
    return [import_module(f"tests.hostile.furnish_{name}").furnish for name in MODULES if name in there]


def _client(session: Session, ids: dict[str, int], said: dict[str, str], admin: int) -> None:
    """Enter a client with all that belongs to it."""
    typed = {"company_name": said["client"], "country": "LT", "phone": "+37061234567", "manager_id": admin}
    ids["client"] = create_client(session, typed).id
    ids["other"] = create_client(session, {"company_name": said["contact"], "country": "LT", "manager_id": admin}).id


def _company(session: Session, ids: dict[str, int], said: dict[str, str], admin: int) -> None:
    """Enter departments, roles, groups, jobs and an import."""
    ids["department"] = save_department(session, None, name=said["department"]).id
    ids["role"] = add_role(session, title=said["role"], reach="own", rights={"clients.view": True}).id
    ids["group"] = add_group(session, {"name": said["group"]}).id
    ids["share"] = share_client(session, ids["client"], ids["user"], said["role"]).id
    ids["company"] = insert_rows(session, "core_directory_company", [{"name": said["client"], "city": said["city"]}])[0]
    ids["job"] = enqueue(session, "jobs.clean_up", title=said["client"])
    ids["operation"] = operation_of(session)
    folder = take_in(session.database, BytesIO(said["file"].encode()))
    form = guess_form(folder, {"id", "name"})
    ids["import"] = begin_import(session, "clients.clients", said["client"], folder, form).id


def _telling(session: Session, ids: dict[str, int], said: dict[str, str], admin: int) -> None:
    """Keep a file, a directory entry, notices, notes, a consent and reminders."""
    file = BytesIO(said["city"].encode())
    ids["file"] = store_file(session, file, f"{said['city']}.txt", client_id=ids["client"], note=said["contact"]).id
    ids["version"] = 1
    link = FileLink(file_id=ids["file"], record=RecordRef("clients.client", ids["other"]), client_id=ids["client"])
    session.add(link)
    session.flush()
    ids["file_link"] = link.id
    ids["entry"] = add_entry(session, "directories.regions", {"name": said["city"], "country": "LT"}).id
    ids["notice"] = post_notice(session, {"title": said["city"], "valid_from": utc_now().date()}).id
    purpose = add_entry(session, "privacy.purposes", {"name": said["city"]}).id
    ids["consent"] = note_consent(session, ids["client"], {"purpose_id": purpose, "source": said["contact"]}).id
    notify(session, [admin], "dashboard.birthday", Message(said["contact"]), RecordRef("clients.client", 1))
    ids["note"] = write_note(session, RecordRef("clients.client", ids["client"]), said["contact"]).note.id
    told_at = utc_now() + timedelta(days=1)
    remind(
        session,
        [admin],
        "timeline.reminder",
        Message(said["city"]),
        told_at,
        key="x",
        ref=RecordRef("clients.client", 1),
    )
    ids["reminder"], ids["push"] = 1, 1
    ids["notification"] = 1


def _mails(session: Session, ids: dict[str, int], said: dict[str, str], admin: int) -> None:
    """Keep mail accounts, mailboxes and letters."""
    account = {"address": "office@langai.lt", "host": "127.0.0.1", "port": 9, "security": "none"}
    _prove_identity(session, ids, said)
    ids["mail_account"] = save_mail_account(session, None, account).id
    file = AttachedFile(name=said["client"], content=said["city"].encode())
    mail = MailDraft(to=("ona@langai.lt",), subject=said["client"], text=said["city"], attachments=(file,))
    ids["mail"] = send_mail(session, replace(mail, client_id=ids["client"]))
    mailbox = {"host": "127.0.0.1", "port": 1, "security": "none", "username": said["user"], "password": "x"}
    ids["mailbox"] = save_mailbox(session, None, {**mailbox, "active": True}).id
    ids["incoming"] = _keep_letter(session, ids, said)


def _papers(session: Session, ids: dict[str, int], said: dict[str, str], admin: int) -> None:
    """Make keys, web hooks, fields, tags and templates."""
    ids["key"] = make_key(session, title=said["city"], scopes=["*:read"])[0].id
    hook = {"title": said["city"], "url": "https://93.184.216.34/", "kinds": ["clients.client"]}
    ids["webhook"] = add_webhook(session, **hook)[0].id
    sent = WebhookDelivery(webhook_id=ids["webhook"], message_id="msg_1", event="x", payload={"data": {}}, state="sent")
    session.add(sent)
    session.flush()
    ids["message"] = sent.id
    ids["custom_field"] = add_field(session, "clients.client", {"type": "line", "title": said["city"]}).id
    ids["tag"] = find_or_add_tag(session, said["group"]).id
    add_tags(session, [ids["client"]], [ids["tag"]])
    ids["client_template"] = save_template(session, ids["client"], said["group"]).id
    change_client(session, ids["client"], {"activity": said["city"], "group_id": ids["group"]})


def _prove_identity(session: Session, ids: dict[str, int], said: dict[str, str]) -> None:
    """Give the user an app password and a passkey; the administrator goes on signing in with the password alone."""
    user_id = ids["user"]
    ids["app_password"] = add_app_password(session, user_id, said["city"])[0].id
    ids["calendar_feed"] = add_feed(session, user_id, said["city"])[0].id
    key = Passkey(
        user_id=user_id, name=said["city"], credential_id="AAAA", public_key="AAAA", transports=[], created_at=utc_now()
    )
    session.add(key)
    session.flush()
    ids["passkey"] = key.id


def _keep_letter(session: Session, ids: dict[str, int], said: dict[str, str]) -> int:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "ona@langai.lt", "office@langai.lt", said["city"]
    letter.set_content(said["contact"])
    letter.add_alternative(f"<p>{escape(said['contact'])}</p>", subtype="html")
    letter.add_attachment(
        said["city"].encode(), maintype="application", subtype="pdf", filename=f"{said['client']}.pdf"
    )
    raw = letter.as_bytes()
    kept = keep_bytes(session, raw, Arrival(ids["mailbox"], blob=put_bytes(session.database.blobs, raw)))
    assign_client(session, kept, ids["client"])
    return kept
