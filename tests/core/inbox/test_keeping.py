"""Mail is kept once, joins its thread and its client, and is offered to modules."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from kartoteka.builtin.inbox import queries, service
from kartoteka.builtin.inbox.models import InboxMail, MailThread
from kartoteka.builtin.inbox.service import Arrival, keep_bytes
from kartoteka.builtin.mail.models import Mail
from kartoteka.builtin.mail.service import send_mail
from kartoteka.builtin.privacy.service import erase_client
from kartoteka.db.blobs import put_bytes
from kartoteka.db.clock import utc_now
from kartoteka.vocabulary.errors import Forbidden, NotFound
from kartoteka.vocabulary.mail import MailDraft
from tests.core.inbox.letters import bounce, letter


def keep(company: Any, raw: bytes, **place: Any) -> int:
    """Store a mail as fetching does."""
    blob = put_bytes(company.database.blobs, raw)
    with company.database.transaction(company.system) as session:
        return keep_bytes(session, raw, Arrival(blob=blob, **place))


def stored(company: Any, mail_id: int) -> InboxMail:
    with company.database.reading(company.system) as session:
        return session.scalars(select(InboxMail).where(InboxMail.id == mail_id)).one()


def sent(company: Any, client_id: int | None = None) -> str:
    """Put a mail into the outbox, say it was sent, and return its Message-ID without brackets."""
    with company.database.transaction(company.system) as session:
        mail_id = send_mail(session, MailDraft(to=("ona@example.lt",), subject="Offer", text="x", client_id=client_id))
        session.execute(Mail.__table__.update().where(Mail.__table__.c.id == mail_id).values(stage="sent"))
        return session.scalar(select(Mail.message_id).where(Mail.id == mail_id)).strip("<>")


def test_a_mail_is_kept_byte_by_byte_and_once(office: Any) -> None:
    raw = letter("Sveiki, ąžuole!\n", files={"planas.pdf": b"%PDF-1 x"})
    mail_id = keep(office, raw)
    assert keep(office, raw) == mail_id
    with office.database.reading(office.system) as session:
        assert queries.original(session, mail_id)[1] == raw
        assert queries.open_attachment(session, mail_id, 0).data == b"%PDF-1 x"
        with pytest.raises(NotFound):
            queries.open_attachment(session, mail_id, 1)
        found = queries.find_mail(session, mail_id)
    assert (found.subject, found.text, found.sender.address) == ("Užklausa", "Sveiki, ąžuole!", "ona@example.lt")
    assert found.attachments[0].name == "planas.pdf"


def test_of_mails_of_the_same_second_the_last_that_came_is_the_latest(office: Any, monkeypatch: Any) -> None:
    moment = utc_now().replace(microsecond=0)
    came = [
        keep(office, letter(one, message_id=one, References="<1@x>"), received_at=moment)
        for one in ("<1@x>", "<2@x>", "<3@x>", "<4@x>")
    ]
    monkeypatch.setattr(queries, "MOST_IN_THREAD", 3)
    with office.database.reading(office.system) as session:
        mail = stored(office, came[0])
        assert [one.id for one in queries.texts_of_thread(session, mail)] == came[1:]
        assert [one.id for one in queries.thread_of_mail(session, mail)] == came, "one more tells that there are more"


def test_mails_form_threads_in_whatever_order_they_come(office: Any) -> None:
    third = keep(office, letter("3", message_id="<3@x>", References="<1@x> <2@x>"))
    first = keep(office, letter("1", message_id="<1@x>"))
    second = keep(office, letter("2", message_id="<2@x>", In_Reply_To="<1@x>"))
    other = keep(office, letter("other", message_id="<9@x>"))
    threads = {one: stored(office, one).thread_id for one in (first, second, third, other)}
    assert threads[first] == threads[second] == threads[third] != threads[other]
    bridge = keep(office, letter("both", message_id="<10@x>", References="<3@x> <9@x>"))
    assert stored(office, other).thread_id == stored(office, bridge).thread_id == stored(office, first).thread_id
    with office.database.reading(office.system) as session:
        assert session.scalar(select(func.count()).select_from(MailThread)) == 1
        assert len(queries.thread_of_mail(session, stored(office, first))) == 5


def test_a_mail_finds_its_client_by_the_address(office: Any) -> None:
    client = office.add_client("UAB Langai", email="Ona@Example.lt")
    assert stored(office, keep(office, letter())).client_id == client.id
    office.add_client("UAB Durys", email="ona@example.lt")
    assert stored(office, keep(office, letter("Another\n", message_id="<2@x>"))).client_id is None
    with office.database.reading(office.system) as session:
        assert len(service.clients_with(session, "ona@example.lt")) == 2


def test_an_answer_finds_the_client_of_the_mail_it_answers(office: Any) -> None:
    client = office.add_client("UAB Langai")
    answered = sent(office, client.id)
    mail_id = keep(office, letter("Yes\n", sender="somebody@else.lt", In_Reply_To=f"<{answered}>"))
    assert stored(office, mail_id).client_id == client.id
    with office.database.reading(office.system) as session:
        thread = queries.thread_of_mail(session, stored(office, mail_id))
    assert [one.sent for one in thread] == [True, False]


def test_a_bounce_marks_the_mail_that_came_back(office: Any) -> None:
    ours, delayed = sent(office), sent(office)
    kept = stored(office, keep(office, bounce(f"<{ours}>")))
    keep(office, bounce(f"<{delayed}>", action="delayed", status="4.4.1"))
    with office.database.reading(office.system) as session:
        stages = {row.message_id: row.stage for row in session.execute(select(Mail.message_id, Mail.stage))}
        reason = session.scalar(select(Mail.error).where(Mail.message_id == f"<{ours}>"))
    assert (stages[f"<{ours}>"], stages[f"<{delayed}>"]) == ("bounced", "sent")
    assert "user unknown" in str(reason)
    assert kept.kind == "bounce"
    assert kept.bounced[0]["address"] == "jonas@example.lt"


def test_a_copy_in_another_mailbox_is_marked(office: Any) -> None:
    from tests.core.inbox.conftest import ImapServer, add_mailbox

    nowhere = ImapServer(1, None)  # type: ignore[arg-type]
    boxes = [add_mailbox(office, nowhere, title=name) for name in ("Office", "Sales")]
    first = keep(office, letter(), account_id=boxes[0], uid_validity=1, uid=1)
    second = keep(office, letter(X_Envelope="sales"), account_id=boxes[1], uid_validity=1, uid=1)
    assert (stored(office, first).is_copy, stored(office, second).is_copy) == (False, True)
    assert keep(office, letter(), account_id=boxes[0], uid_validity=1, uid=1) == first


def test_sorting_takes_the_thread_along_and_asks_for_the_right(office: Any) -> None:
    client = office.add_client("UAB Langai")
    mail_id = keep(office, letter(message_id="<1@x>"))
    answer = keep(office, letter("2\n", message_id="<2@x>", In_Reply_To="<1@x>"))
    sorter = office.add_user(login="sorter", permissions=["inbox.view", "inbox.sort", "clients.view"], reach="all")
    reader = office.add_user(login="reader", permissions=["inbox.view", "clients.view"], reach="all")
    with office.database.transaction(office.actor(reader)) as session, pytest.raises(NotFound):
        service.assign_client(session, mail_id, client.id)
    with office.database.transaction(office.actor(sorter)) as session:
        service.assign_client(session, mail_id, client.id)
    assert stored(office, answer).client_id == client.id
    with office.database.transaction(office.actor(reader)) as session:
        assert queries.find_mail(session, mail_id).client_ids == (client.id,)
        with pytest.raises(Forbidden):
            service.assign_client(session, mail_id, None)


@pytest.mark.catalogue("X-07", part="mail that came in")
def test_erasing_a_client_erases_its_mail_with_the_original(office: Any) -> None:
    client = office.add_client("UAB Pelkauskai", email="zydrune@pelkauskas.example")
    raw = letter("Slapta žinutė\n", sender="Žydrūnė <zydrune@pelkauskas.example>", files={"slapta.pdf": b"x"})
    mail_id = keep(office, raw)
    admin = office.add_user("administrator")
    with office.database.transaction(office.actor(admin), "Erased") as session:
        erase_client(session, client.id, "Asked for by the person on 22 November")
    mail = stored(office, mail_id)
    assert (mail.subject, mail.text, mail.reply, mail.sender, mail.sender_name, mail.blob) == ("", "", "", "", "", None)
    assert (mail.recipients, mail.attachments, mail.client_id) == ([], [], client.id)
    with office.database.reading(office.system) as session, pytest.raises(NotFound):
        queries.original(session, mail_id)
    page = office.browser(admin).get(f"/inbox/{mail_id}")
    assert page.status_code == 200
    assert "zydrune" not in page.text.lower()
