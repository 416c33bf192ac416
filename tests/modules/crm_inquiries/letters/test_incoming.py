"""Mail finds its client and its inquiry, out and in (IN-43, IN-44, X-12)."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.mail import InboxMail, Mail
from kartoteka.api.records import RecordRef
from kartoteka.builtin.notifications.models import Notification
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.calendar.service import save_hours
from kartoteka_crm_inquiries.calendar.working_time import Hours
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.letters.models import SharedLetter
from kartoteka_crm_inquiries.letters.rules import tags_in
from kartoteka_crm_inquiries.letters.service import let_mail_make_inquiries
from tests.modules.crm_inquiries.letters.conftest import PostHouse

CLIENT = "ona@zuvedra.lt"


def mail(post: PostHouse, mail_id: int) -> InboxMail:
    with post.company.database.reading(post.company.system) as session:
        return session.get_one(InboxMail, mail_id)


def inquiry(post: PostHouse, inquiry_id: int) -> Inquiry:
    with post.company.database.reading(post.company.system) as session:
        return session.get_one(Inquiry, inquiry_id)


def contact(post: PostHouse, client_id: int, address: str) -> int:
    from kartoteka_crm_clients.service import add_contact

    with post.system() as session:
        return add_contact(session, client_id, {"surname": "Onaitė", "email": address}).id


def write(post: PostHouse, ref: str, **form: Any) -> Mail:
    page = post.browser.get(f"/mail/new?ref={ref}")
    assert page.status_code == 200
    found = re.search(r'name="to"[^>]*value="([^"]*)"', page.text)
    sent = {
        "account_id": str(post.account_id),
        "to": unescape(found[1]) if found else "",
        "subject": "Our offer",
        "text": "Here it is.",
        **form,
    }
    answer = post.browser.post(f"/mail/new?ref={ref}", data=sent)
    assert answer.status_code == 302, answer.text
    with post.company.database.reading(post.company.system) as session:
        return session.scalars(select(Mail).order_by(Mail.id.desc()).limit(1)).one()


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("IN-43")
@pytest.mark.catalogue("X-12")
def test_a_sent_mail_stands_once_with_client_person_and_inquiry(post: PostHouse) -> None:
    client = post.client(email="office@zuvedra.lt", owner=post.user_id)
    person = contact(post, client, CLIENT)
    asked = post.inquiry(client, by=post.user_id, person=RecordRef("crm_clients.contact", person))
    number = inquiry(post, asked).number
    sent = write(post, f"crm_inquiries.inquiry:{asked}", to=CLIENT)
    assert sent.subject == f"Our offer [{number}]"
    assert (sent.client_id, sent.about) == (client, RecordRef("crm_inquiries.inquiry", asked))
    assert inquiry(post, asked).answered_at is not None
    pages = (
        f"/clients/{client}/timeline",
        f"/timeline/of/crm_inquiries.inquiry/{asked}",
        f"/crm_clients/contacts/{person}",
    )
    for page in pages:
        shown = post.browser.get(page)
        assert shown.status_code == 200, page
        assert shown.text.count("Here it is.") == 1, page


@pytest.mark.catalogue("IN-43")
def test_the_address_comes_from_the_clients_records(post: PostHouse) -> None:
    client = post.client(email="office@zuvedra.lt", owner=post.user_id)
    asked = post.inquiry(client, by=post.user_id)
    sent = write(post, f"crm_inquiries.inquiry:{asked}")
    assert sent.recipients[0]["address"] == "office@zuvedra.lt"
    first = inquiry(post, asked).answered_at
    write(post, f"crm_inquiries.inquiry:{asked}")
    assert inquiry(post, asked).answered_at == first


@pytest.mark.catalogue("IN-44")
def test_an_answer_finds_its_inquiry_by_thread_or_by_number(post: PostHouse) -> None:
    client = post.client(email=CLIENT, owner=post.user_id)
    first, second = (post.inquiry(client, by=post.user_id, manager_id=post.user_id) for _one in range(2))
    sent = write(post, f"crm_inquiries.inquiry:{first}")
    by_thread = mail(post, post.comes("Yes\n", sender=CLIENT, subject="Re: offer", **{"In-Reply-To": sent.message_id}))
    assert by_thread.about == RecordRef("crm_inquiries.inquiry", first)
    number = inquiry(post, second).number
    by_tag = mail(post, post.comes("No\n", sender="private@home.lt", subject=f"RE: question [{number}]"))
    assert (by_tag.about, by_tag.client_id) == (RecordRef("crm_inquiries.inquiry", second), client)
    with post.company.database.reading(post.company.system) as session:
        told = session.scalars(select(Notification).where(Notification.type == "crm_inquiries.answer_came")).all()
    assert [one.user_id for one in told] == [post.user_id, post.user_id]


@pytest.mark.needs_module("crm_clients")
@pytest.mark.catalogue("IN-44")
def test_mail_is_tied_by_sender_when_that_is_clear(post: PostHouse) -> None:
    client = post.client(owner=post.user_id)
    person = contact(post, client, CLIENT)
    alone = mail(post, post.comes(sender=CLIENT, subject="Hello"))
    assert (alone.client_id, alone.about) == (client, None)
    only = post.inquiry(client, by=post.user_id)
    assert mail(post, post.comes(sender=CLIENT, subject="Hello again")).about == RecordRef(
        "crm_inquiries.inquiry", only
    )
    with_person = post.inquiry(client, by=post.user_id, person=RecordRef("crm_clients.contact", person))
    found = mail(post, post.comes(sender=CLIENT.upper(), subject="Third"))
    assert found.about == RecordRef("crm_inquiries.inquiry", with_person)
    assert "Third" in post.browser.get(f"/crm_clients/contacts/{person}").text


@pytest.mark.catalogue("IN-44")
def test_what_a_mail_asks_is_answered_when_the_company_works(post: PostHouse) -> None:
    with post.writing() as session:
        save_hours(session, None, Hours.of_week(12 * 60, 18 * 60, [6]))
        let_mail_make_inquiries(session, on=True)
    post.client(email=CLIENT, owner=post.user_id)
    made = mail(post, post.comes(sender=CLIENT, subject="A roof")).about
    assert made is not None
    planned = inquiry(post, made.id).next_at
    assert planned is not None
    at = planned.astimezone(ZoneInfo("Europe/Vilnius"))
    assert (at.weekday(), at.hour) == (6, 12)


@pytest.mark.catalogue("IN-44")
def test_what_several_clients_may_have_written_is_left_for_sorting(post: PostHouse) -> None:
    one, two = (post.client(name, email=CLIENT, owner=post.user_id) for name in ("UAB Viena", "UAB Dvi"))
    post.inquiry(one, by=post.user_id)
    came = mail(post, post.comes(sender=CLIENT))
    assert (came.client_id, came.about) == (None, None)
    page = post.browser.get(f"/inbox/{came.id}").text
    assert "UAB Viena" in page
    assert "UAB Dvi" in page
    number = inquiry(post, post.inquiry(two, by=post.user_id)).number
    assert mail(post, post.comes(sender=CLIENT, subject=f"[{number}]")).client_id == two


@pytest.mark.catalogue("IN-44")
def test_a_number_of_somebody_elses_inquiry_is_not_believed(post: PostHouse) -> None:
    mine, other = post.client("UAB Mano", email=CLIENT, owner=post.user_id), post.client("UAB Kita", owner=post.user_id)
    number = inquiry(post, post.inquiry(other, by=post.user_id)).number
    came = mail(post, post.comes(sender=CLIENT, subject=f"Re: [{number}]"))
    assert (came.client_id, came.about) == (mine, None)


@pytest.mark.catalogue("IN-44")
def test_automatic_replies_and_bounces_trigger_nothing(post: PostHouse) -> None:
    client = post.client(email=CLIENT, owner=post.user_id)
    asked = post.inquiry(client, by=post.user_id, manager_id=post.user_id)
    assert post.browser.post("/crm_inquiries/letters/settings", data={"makes_inquiries": "y"}).status_code in (302, 403)
    before = inquiry(post, asked).moved_at
    away = post.comes("I am away\n", sender=CLIENT, subject="Out of office", **{"Auto-Submitted": "auto-replied"})
    assert mail(post, away).about is None
    assert inquiry(post, asked).moved_at == before
    with post.company.database.reading(post.company.system) as session:
        assert session.scalars(select(SharedLetter)).all() == []
        assert len(session.scalars(select(Inquiry)).all()) == 1


@pytest.mark.catalogue("IN-44")
def test_mail_of_a_client_makes_an_inquiry_when_the_company_wants_it(post: PostHouse) -> None:
    client = post.client(email=CLIENT, owner=post.user_id)
    assert mail(post, post.comes(sender=CLIENT, subject="Price?")).about is None
    assert post.browser.post("/crm_inquiries/letters/settings", data={"makes_inquiries": "y"}).status_code == 302
    came = mail(post, post.comes("What does it cost?\n", sender=CLIENT, subject="Price?"))
    assert came.about is not None
    made = inquiry(post, came.about.id)
    assert (made.client_id, made.subject, made.origin) == (client, "Price?", RecordRef("inbox.mail", came.id))
    with post.company.database.reading(post.company.system) as session:
        (planned,) = session.scalars(select(Activity).where(Activity.inquiry_id == made.id))
    assert planned.name == "Reply to the e-mail"
    assert mail(post, post.comes(sender="nobody@knows.lt", subject="Price?")).about is None


def test_numbers_in_subjects() -> None:
    assert tags_in("Re: [U2026-00012] old [U2026-00013]") == ["U2026-00013", "U2026-00012"]
    assert tags_in("[two words] [] [[x]") == []


@pytest.mark.catalogue("IN-44")
def test_an_inquiry_is_made_of_the_letter_of_somebody_unknown(post: PostHouse) -> None:
    came = mail(post, post.comes("Do you sell doors?\n", sender="Jonas Naujas <jonas@nauja.lt>", subject="Doors"))
    assert "Create an inquiry" in post.browser.get(f"/inbox/{came.id}").text
    path = f"/crm_inquiries/inquiries/new?mail={came.id}"
    page = post.browser.get(path).text
    assert 'value="Jonas Naujas"' in page
    assert 'value="jonas@nauja.lt"' in page
    assert "Do you sell doors?" in page
    fields = dict(re.findall(r'name="(next_[a-z_]+)"[^>]*value="([^"]*)"', page))
    when = utc_now() + timedelta(days=1)
    sent = {"client": "Jonas Naujas", "client_id": "new", "new_kind": "person", "new_email": "jonas@nauja.lt"}
    sent |= {"subject": "Doors", "next_name": "Call", "next_performer_id": str(post.user_id), "currency": "EUR"}
    sent |= {**fields, "next_starts_at_day": f"{when:%Y-%m-%d}", "next_starts_at_time": "10:00"}
    sent["next_starts_at"] = f"{when:%Y-%m-%dT10:00}"
    answer = post.browser.post(path, data=sent)
    assert answer.status_code == 302, answer.text
    kept = mail(post, came.id)
    assert kept.about is not None
    made = inquiry(post, kept.about.id)
    assert (made.origin, made.client_id) == (RecordRef("inbox.mail", came.id), kept.client_id)
    assert "Create an inquiry" not in post.browser.get(f"/inbox/{came.id}").text
