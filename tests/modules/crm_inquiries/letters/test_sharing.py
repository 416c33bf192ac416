"""A mailbox that several people work on: take, answer, hand over, see who writes (IN-45)."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from kartoteka.api.errors import Refused
from kartoteka.api.mail import Mail
from kartoteka.api.records import RecordRef
from kartoteka.testing.clock import Clock
from kartoteka.testing.statements import counted_statements
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.letters import service
from kartoteka_crm_inquiries.letters.models import SharedLetter
from tests.modules.crm_inquiries.conftest import RIGHTS
from tests.modules.crm_inquiries.letters.conftest import PostHouse

SENDER = "Ona Onaitė <ona@zuvedra.lt>"
LETTERS = "/crm_inquiries/letters/"


def letter(post: PostHouse, letter_id: int) -> SharedLetter:
    with post.company.database.reading(post.company.system) as session:
        return session.get_one(SharedLetter, letter_id)


def came(post: PostHouse, text: str = "Do you have doors?\n", **values: str) -> int:
    mail_id = post.comes(text, sender=SENDER, subject="Doors", **values)
    with post.company.database.reading(post.company.system) as session:
        return session.scalars(select(SharedLetter.id).where(SharedLetter.mail_id == mail_id)).one()


def mails(post: PostHouse) -> list[Mail]:
    with post.company.database.reading(post.company.system) as session:
        return list(session.scalars(select(Mail).where(Mail.user_id.is_not(None)).order_by(Mail.id)))


@pytest.mark.catalogue("IN-45")
def test_one_takes_a_letter_and_the_second_is_refused_with_the_name(post: PostHouse) -> None:
    one = came(post)
    page = post.browser.get(LETTERS).text
    assert "Doors" in page
    assert "New" in page
    assert post.browser.post(f"{LETTERS}{one}/take").status_code == 302
    assert (letter(post, one).assignee_id, letter(post, one).status) == (post.user_id, "work")
    said = post.stranger.post(f"{LETTERS}{one}/take", follow_redirects=True).text
    assert "Rasa Rasaitė has already taken this e-mail." in said
    assert letter(post, one).assignee_id == post.user_id
    assert "Rasa Rasaitė" in post.stranger.get(LETTERS).text


@pytest.mark.catalogue("IN-45")
def test_two_who_take_at_the_same_instant(post: PostHouse) -> None:
    one, both = came(post), Barrier(2)
    actors = [post.company.actor(user) for user in (post.user_id, post.other_id)]

    def take(actor: object) -> str:
        both.wait(30)
        try:
            with post.company.database.transaction(actor) as session:
                service.take_letter(session, one)
        except Refused as refused:
            return str(refused.message)
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(take, actors), key=len)
    assert said[0] == "taken"
    assert "has already taken this e-mail." in said[1]


@pytest.mark.catalogue("IN-45")
def test_the_answer_leaves_from_the_shared_address_and_all_see_it(post: PostHouse) -> None:
    one = came(post)
    page = post.browser.get(f"{LETTERS}{one}?template=crm_inquiries.received").text
    assert "Dear Ona Onaitė" in page
    version = re.search(r'name="version" type="hidden" value="(\d+)"', page)
    assert version is not None
    form = {"text": "Yes, many.", "version": version[1], "files": (io.BytesIO(b"list"), "doors.txt")}
    assert post.browser.post(f"{LETTERS}{one}/answer", data=form).status_code == 302
    (sent,) = mails(post)
    assert (sent.account_id, sent.user_id, sent.subject) == (post.account_id, post.user_id, "Re: Doors")
    assert sent.recipients[0]["address"] == "ona@zuvedra.lt"
    assert sent.headers["In-Reply-To"] == "<m1@client.lt>"
    assert (letter(post, one).status, letter(post, one).assignee_id) == ("answered", post.user_id)
    assert "Yes, many." in post.stranger.get(f"{LETTERS}{one}").text
    post.comes("Thank you\n", sender=SENDER, subject="Re: Doors", In_Reply_To=sent.message_id)
    assert (letter(post, one).status, letter(post, one).mails) == ("work", 2)
    page = post.stranger.get(f"{LETTERS}{one}").text
    assert page.count("Yes, many.") == 1
    assert "Thank you" in page


@pytest.mark.catalogue("IN-45")
def test_only_the_holder_answers_and_nobody_over_what_happened_meanwhile(post: PostHouse) -> None:
    one = came(post)
    began = letter(post, one).version
    post.comes("One more thing\n", sender=SENDER, subject="Doors", In_Reply_To="<m1@client.lt>")
    late = post.browser.post(f"{LETTERS}{one}/answer", data={"text": "Yes", "version": str(began)})
    assert late.status_code == 422
    assert "Something has happened to this e-mail meanwhile." in late.text
    assert "Yes</textarea>" in late.text
    post.browser.post(f"{LETTERS}{one}/take")
    refused = post.stranger.post(f"{LETTERS}{one}/answer", data={"text": "No"})
    assert "Rasa Rasaitė has already taken this e-mail." in refused.text
    assert mails(post) == []


@pytest.mark.catalogue("IN-45")
def test_who_writes_is_seen_by_others_for_a_minute(post: PostHouse, clock: Clock) -> None:
    one = came(post)
    assert post.browser.post(f"{LETTERS}{one}/writing").text.strip() == ""
    warning = "Rasa Rasaitė is writing an answer to this e-mail now."
    assert warning in post.stranger.post(f"{LETTERS}{one}/writing").text
    assert warning in post.stranger.get(f"{LETTERS}{one}").text
    clock.move(minutes=2)
    assert warning not in post.stranger.get(f"{LETTERS}{one}").text


@pytest.mark.catalogue("IN-45")
def test_letters_are_given_back_and_passed_on(post: PostHouse) -> None:
    one = came(post)
    post.browser.post(f"{LETTERS}{one}/take")
    post.browser.post(f"{LETTERS}{one}/release")
    assert (letter(post, one).assignee_id, letter(post, one).status) == (None, "new")
    clerk = post.company.add_user(permissions=["clients.view"], login="clerk")
    refused = post.browser.post(f"{LETTERS}{one}/pass", data={"user_id": str(clerk)}, follow_redirects=True)
    assert "Choose somebody who answers e-mails of the shared mailbox." in refused.text
    post.browser.post(f"{LETTERS}{one}/pass", data={"user_id": str(post.other_id)})
    assert (letter(post, one).assignee_id, letter(post, one).status) == (post.other_id, "work")
    assert "Rasa Rasaitė passed an e-mail on to you" in post.stranger.get("/notifications/").text


@pytest.mark.catalogue("IN-45")
def test_a_letter_is_tied_to_an_inquiry_and_its_answer_carries_the_number(post: PostHouse) -> None:
    client = post.client(owner=post.user_id)
    asked = post.inquiry(client, by=post.user_id)
    one = came(post)
    said = post.browser.post(f"{LETTERS}{one}/inquiry", data={"number": "U1999-1"}, follow_redirects=True)
    assert "There is no inquiry with this number" in said.text
    with post.company.database.reading(post.company.system) as session:
        number = session.get_one(Inquiry, asked).number
    post.browser.post(f"{LETTERS}{one}/inquiry", data={"number": number})
    assert (letter(post, one).inquiry_id, letter(post, one).client_id) == (asked, client)
    post.browser.post(f"{LETTERS}{one}/answer", data={"text": "Yes"})
    (sent,) = mails(post)
    assert sent.subject == f"Re: Doors [{number}]"
    assert sent.about == RecordRef("crm_inquiries.inquiry", asked)
    with post.company.database.reading(post.company.system) as session:
        assert session.get_one(Inquiry, asked).answered_at is not None


@pytest.mark.catalogue("IN-45")
def test_the_list_pages_filters_and_searches_in_few_statements(post: PostHouse) -> None:
    for number in range(60):
        post.comes("Hello\n", sender=f"Nr{number} <n{number}@x.lt>", subject=f"Letter {number}")
    post.browser.get(LETTERS)
    with counted_statements(post.company.database) as counted:
        page = post.browser.get(LETTERS).text
    assert len(counted) <= 6, counted
    assert "Letter 59" in page
    assert "Letter 3<" not in page
    with post.system() as session:
        session.scalars(select(SharedLetter).where(SharedLetter.subject == "Letter 7")).one().assignee_id = post.user_id
    assert "Letter 7<" not in post.browser.get(f"{LETTERS}?unassigned=yes").text
    assert "Letter 7" in post.browser.get(f"{LETTERS}?unassigned=no").text
    assert "Letter 31" in post.browser.get(f"{LETTERS}?q=Letter+31").text


def test_mail_of_ones_own_mailbox_is_not_shared(post: PostHouse) -> None:
    from kartoteka.api.mail import InboxAccount

    with post.system() as session:
        own = InboxAccount(title="Own", host="127.0.0.1", owner_id=post.user_id, last_uid=0, active=False)
        session.add(own)
        session.flush()
        own_id = own.id
    post.comes(box=own_id)
    with post.company.database.reading(post.company.system) as session:
        assert session.scalars(select(SharedLetter)).all() == []


def test_without_the_right_there_is_no_shared_mailbox(post: PostHouse) -> None:
    one = came(post)
    clerk = post.company.add_user(permissions=[one for one in RIGHTS if "shared" not in one], login="clerk")
    browser = post.company.browser(clerk)
    assert browser.get(LETTERS).status_code == 403
    assert browser.get(f"{LETTERS}{one}").status_code == 403
    assert browser.post(f"{LETTERS}{one}/take").status_code == 403
    assert post.browser.get(f"{LETTERS}0").status_code == 404


def test_files_of_a_letter_are_handed_out(post: PostHouse) -> None:
    mail_id = post.comes("See\n", sender=SENDER, files={"plan.pdf": b"%PDF"})
    with post.company.database.reading(post.company.system) as session:
        one = session.scalars(select(SharedLetter.id)).one()
    page = post.browser.get(f"{LETTERS}{one}").text
    path = re.search(rf'href="({LETTERS}{one}/files/{mail_id}/\d+)"', page)
    assert path is not None
    assert post.browser.get(path[1]).data == b"%PDF"
    assert post.browser.get(f"{LETTERS}{one}/files/{mail_id + 5}/0").status_code == 404
    assert post.browser.post(f"{LETTERS}{one}/state", data={"to": "archived"}).status_code == 302
    assert letter(post, one).state == "archived"


def test_the_choices_of_mail_are_led_to_from_the_list(post: PostHouse) -> None:
    assert f"{LETTERS}settings" in post.browser.get(LETTERS).text
    assert post.browser.get(f"{LETTERS}settings").status_code == 200
