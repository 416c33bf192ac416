"""The pages of incoming mail: who sees what, files, foreign HTML, sorting and answering."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from kartoteka.builtin.inbox import queries
from kartoteka.builtin.inbox.checking import check
from kartoteka.builtin.inbox.models import InboxAccount
from kartoteka.builtin.inbox.parsing.html import wants_remote_pictures
from kartoteka.builtin.mail.models import Mail
from kartoteka.testing import run_jobs
from tests.core.inbox.conftest import ImapServer, add_mailbox
from tests.core.inbox.letters import REAL, bounce, garbage, letter, needs_real_mails
from tests.core.inbox.test_keeping import keep, sent

NOWHERE = ImapServer(1, None)  # type: ignore[arg-type]
EVIL = "<p>Hello</p><script>steal()</script><img src='http://tracker.example/x.png'><form action=/users/></form>"


@pytest.fixture
def house(company_on: Callable[..., Any]) -> Any:
    return company_on("sqlite")


@pytest.mark.catalogue("CORE-04", part="mails of the clients one may see")
def test_a_user_sees_the_mail_of_his_clients_of_his_mailbox_and_nothing_else(house: Any) -> None:
    own, other = (house.add_user(permissions=["inbox.view", "clients.view"]) for _each in range(2))
    sorter = house.add_user(permissions=["inbox.view", "inbox.sort", "clients.view"])
    house.add_client("UAB Langai", email="ona@example.lt", manager_id=own)
    private, shared = add_mailbox(house, NOWHERE, owner_id=other), add_mailbox(house, NOWHERE)
    of_client = keep(house, letter(subject="Of a client"), account_id=shared)
    of_nobody = keep(house, letter(subject="Of nobody", sender="x@y.lt", message_id="<2@x>"), account_id=shared)
    to_other = keep(house, letter(subject="Private", sender="z@y.lt", message_id="<3@x>"), account_id=private)
    seen = {
        user: [house.browser(user).get(f"/inbox/{one}").status_code for one in (of_client, of_nobody, to_other)]
        for user in (own, other, sorter)
    }
    assert seen == {own: [200, 404, 404], other: [404, 404, 200], sorter: [404, 200, 404]}
    for user, titles in ((own, ["Of a client"]), (other, ["Private"]), (sorter, ["Of nobody"])):
        page = house.browser(user).get("/inbox/").text
        assert [one for one in ("Of a client", "Of nobody", "Private") if one in page] == titles
    for path in ("files/0", "original"):
        assert house.browser(other).get(f"/inbox/{of_client}/{path}").status_code == 404
    assert house.browser(own).post(f"/inbox/{of_client}/state", data={"to": "archived"}).status_code == 403


def test_foreign_html_is_shown_in_a_sealed_frame_and_files_are_only_downloaded(house: Any) -> None:
    mail_id = keep(house, letter(html=EVIL, files={"evil.html": b"<script>1</script>"}))
    browser = house.browser(house.add_user("administrator"))
    page = browser.get(f"/inbox/{mail_id}").text
    assert "steal()" not in page
    frame = house.app.test_client().get(re.search(r'<iframe[^>]*src="([^"]+)"', page)[1].replace("&amp;", "&"))
    assert frame.status_code == 200
    assert "Hello" in frame.text
    assert not any(one in frame.text for one in ("<script", "<form", "steal"))
    policy = frame.headers["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "img-src data:" in policy
    assert "http" not in policy
    assert "Set-Cookie" not in frame.headers
    file = browser.get(f"/inbox/{mail_id}/files/0")
    assert (file.data, file.mimetype) == (b"<script>1</script>", "application/octet-stream")
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert browser.get(f"/inbox/{mail_id}/files/7").status_code == 404
    assert browser.get(f"/inbox/{mail_id}/original").data.startswith(b"From: ")


def frame_of(browser: Any, page: str) -> Any:
    return browser.get(re.search(r'<iframe[^>]*src="([^"]+)"', page)[1].replace("&amp;", "&"))


def test_pictures_of_strangers_are_shown_for_one_mail_when_somebody_asks(house: Any) -> None:
    mail_id = keep(house, letter(html=EVIL))
    plain = keep(house, letter(html="<p>No pictures <img src='cid:1'></p>", message_id="<2@x>", subject="Other"))
    browser = house.browser(house.add_user("administrator"))
    page = browser.get(f"/inbox/{mail_id}").text
    assert "Show remote pictures" in page
    assert "https:" not in frame_of(browser, page).headers["Content-Security-Policy"]
    shown = browser.get(f"/inbox/{mail_id}?images=1").text
    assert "Show remote pictures" not in shown
    policy = frame_of(browser, shown).headers["Content-Security-Policy"]
    assert "img-src data: https:; upgrade-insecure-requests" in policy
    assert "http:" not in policy
    assert "sandbox" in policy
    assert "script-src" not in policy
    assert "Show remote pictures" in browser.get(f"/inbox/{mail_id}").text, "one click is for one look"
    other = browser.get(f"/inbox/{plain}?images=1").text
    assert "Show remote pictures" not in other
    assert "https:" not in frame_of(browser, other).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("html", "wanted"),
    [
        ("<img src='http://x.example/1.png'>", True),
        ('<IMG\nWIDTH=1 SRC = "//x.example/1.png">', True),
        ('<td background="https://x.example/1.png">', True),
        ('<div style="background-image: url( https://x.example/1.png )">', True),
        ("<img src='cid:part1'><img src='data:image/png;base64,AA'>", False),
        ('<a href="https://x.example/">https://x.example</a>', False),
        ("<img " * 400_000, False),
    ],
)
def test_mails_that_want_pictures_of_strangers_are_told_from_others(html: str, wanted: bool) -> None:
    assert wants_remote_pictures(html) is wanted


def test_sorting_by_hand_and_putting_away(house: Any) -> None:
    first = house.add_client("UAB Langai", email="ona@example.lt")
    second = house.add_client("UAB Durys", email="ona@example.lt")
    mail_id = keep(house, letter())
    browser = house.browser(house.add_user("administrator"))
    page = browser.get(f"/inbox/{mail_id}").text
    assert "UAB Langai" in page
    assert "UAB Durys" in page
    assert browser.post(f"/inbox/{mail_id}/client", data={"client": second.id}).status_code == 302
    assert "UAB Langai" not in browser.get(f"/inbox/{mail_id}").text
    assert "K99999" in browser.post(f"/inbox/{mail_id}/client", data={"client_number": "K99999"}).text
    assert browser.post(f"/inbox/{mail_id}/client", data={"client_number": first.number}).status_code == 302
    assert browser.post(f"/inbox/{mail_id}/client", data={"client": "77"}).status_code == 404
    assert "Užklausa" in browser.get(f"/clients/{first.id}/timeline").text
    browser.post(f"/inbox/{mail_id}/state", data={"to": "archived"})
    assert "Užklausa" not in browser.get("/inbox/").text
    assert "Užklausa" in browser.get("/inbox/?state=archived").text


def test_an_answer_joins_the_thread(house: Any) -> None:
    client = house.add_client("UAB Langai", email="ona@example.lt")
    mail_id = keep(house, letter(References="<0@x>", Reply_To="pardavimai@example.lt"))
    browser = house.browser(house.add_user("administrator"))
    assert browser.post(f"/inbox/{mail_id}/answer", data={"text": ""}).status_code == 422
    assert browser.post(f"/inbox/{mail_id}/answer", data={"text": "Taip, tinka."}).status_code == 302
    with house.database.reading(house.system) as session:
        answer = session.scalars(select(Mail)).one()
    assert (answer.subject, answer.client_id, answer.recipient_line) == (
        "Re: Užklausa",
        client.id,
        "pardavimai@example.lt",
    )
    assert answer.headers["In-Reply-To"] == "<1@example.lt>"
    assert answer.headers["References"] == "<0@x> <1@example.lt>"
    their = keep(house, letter("Ok\n", message_id="<5@x>", In_Reply_To=answer.message_id, sender="kita@example.lt"))
    page = browser.get(f"/inbox/{their}").text
    assert page.count("Re: Užklausa") >= 1
    assert "UAB Langai" in page


def test_a_long_thread_lists_its_latest_mails_and_says_so(house: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(queries, "MOST_IN_THREAD", 3)
    browser = house.browser(house.add_user("administrator"))
    for place in range(1, 4):
        mail_id = keep(house, letter(str(place), message_id=f"<{place}@x>", References="<1@x>", subject=f"Nr. {place}"))
    assert "Only the latest" not in browser.get(f"/inbox/{mail_id}").text
    mail_id = keep(house, letter("4", message_id="<4@x>", References="<1@x>", subject="Nr. 4"))
    page = browser.get(f"/inbox/{mail_id}").text
    assert "Only the latest 3 are shown." in page
    assert ["Nr. 1" in page, "Nr. 2" in page, "Nr. 3" in page] == [False, True, True]


def test_reports_of_servers_are_shown_and_never_answered(house: Any) -> None:
    ours = sent(house)
    mail_id = keep(house, bounce(f"<{ours}>"))
    page = house.browser(house.add_user("administrator")).get(f"/inbox/{mail_id}").text
    assert "user unknown" in page
    assert "Delivery report" in page
    assert 'id="answer"' not in page


def test_the_manager_is_told_of_letters_only(house: Any) -> None:
    manager = house.add_user(permissions=["clients.view", "inbox.view"])
    house.add_client("UAB Langai", email="ona@example.lt", manager_id=manager)
    keep(house, letter())
    keep(house, letter(message_id="<2@x>", subject="Automatic reply: x"))
    page = house.browser(manager).get("/notifications/").text
    assert page.count("A client has written") == 1


def test_a_mailbox_is_set_up_tried_and_fetched(house: Any, imap: ImapServer) -> None:
    browser = house.browser(house.add_user("administrator"))
    assert "No mailbox yet" in browser.get("/inbox/accounts/").text
    given = {"title": "Office", "host": "127.0.0.1", "port": imap.port, "security": "none", "username": "office"}
    refused = browser.post("/inbox/accounts/new", data={**given, "host": "", "port": "99999", "active": "1"})
    assert refused.status_code == 422
    assert "Give the name" in refused.text or 'aria-invalid="true"' in refused.text
    assert browser.post("/inbox/accounts/new", data={**given, "active": "1"}).status_code == 422
    assert browser.post("/inbox/accounts/new", data={**given, "password": "wrong", "active": "1"}).status_code == 302
    with house.database.reading(house.system) as session:
        account_id = session.scalar(select(InboxAccount.id))
    browser.post(f"/inbox/accounts/{account_id}/test")
    assert "refuses the name or the password" in browser.get("/inbox/accounts/").text
    page = browser.get(f"/inbox/accounts/{account_id}").text
    assert "wrong" not in page
    run_jobs(house)
    assert "is not fetched" in browser.get("/inbox/accounts/").text
    assert browser.post(f"/inbox/accounts/{account_id}/fetch").status_code == 302


def test_the_command_says_which_share_is_read(tmp_path: Any) -> None:
    (tmp_path / "a.eml").write_bytes(letter())
    (tmp_path / "box").write_bytes(
        b"From a@b Mon Nov  2 10:00:00 2026\n"
        + letter()
        + b"\n\n"
        + (b"From c@d Mon Nov  2 10:00:00 2026\n" + bounce())
    )
    (tmp_path / "z.eml").write_bytes(b"\0\1" + garbage(500))
    (tmp_path / "picture.bin").write_bytes(b"\0\1" + garbage(500))
    (tmp_path / "answer.txt").write_text("What the answer of a.eml is cut into\n", "utf-8")
    done = CliRunner().invoke(check, [str(tmp_path)])
    assert done.exit_code == 0
    assert "Read without loss: 3 of 4 (75.00 %)." in done.output
    assert "z.eml: This is not an e-mail but a file of another sort." in done.output
    assert "Files that are no mails and were not counted: 2.\n  answer.txt\n  picture.bin\n" in done.output
    assert CliRunner().invoke(check, [str(tmp_path), "--least", "99"]).exit_code == 1


@needs_real_mails
def test_the_command_reads_nearly_all_real_mails() -> None:
    done = CliRunner().invoke(check, [str(REAL), "--least", "99"])
    assert done.exit_code == 0, done.output


@pytest.mark.catalogue("IN-44", part="fetched, kept and shown with the existing client")
def test_a_mail_from_the_server_stands_in_the_story_of_its_client(house: Any, imap: ImapServer) -> None:
    client = house.add_client("UAB Langai", email="ona@example.lt")
    imap.open().create("Story")
    imap.add(letter("Kiek kainuotų trys langai?\n", subject="Langai"), folder="Story")
    account_id = add_mailbox(house, imap, folder="Story")
    browser = house.browser(house.add_user("administrator"))
    browser.post(f"/inbox/accounts/{account_id}/fetch")
    run_jobs(house)
    page = browser.get(f"/clients/{client.id}/timeline").text
    assert "E-mail from Ona Onienė" in page
    assert "Kiek kainuotų trys langai?" in page
    assert "Langai" in browser.get("/inbox/?q=kainuotų").text
