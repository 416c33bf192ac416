"""A letter's whole way over real servers: it comes by IMAP, is taken, answered by SMTP, and the answer comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.mail import InboxAccount, MailAccount
from kartoteka.builtin.inbox.fetching import plan_fetching
from kartoteka.builtin.inbox.models import InboxMail
from kartoteka.builtin.mail.models import Mail
from kartoteka.testing import run_jobs
from kartoteka.testing.databases import chosen_kinds
from kartoteka.vocabulary.record import RecordRef
from kartoteka_crm_inquiries.letters.models import SharedLetter
from tests.core.inbox.conftest import ImapServer, add_mailbox, imap
from tests.core.inbox.letters import letter
from tests.core.mail.conftest import Server, add_account, smtp
from tests.installed import installed
from tests.modules.crm_inquiries.letters.conftest import PostHouse

__all__ = ["imap", "smtp"]

CLIENT, LETTERS = "ona@zuvedra.lt", "/crm_inquiries/letters/"


class Office(PostHouse):
    """A company whose shared mailbox lies on an IMAP server, and whose mail leaves by SMTP."""

    def __init__(self, company: Any, imap: ImapServer, smtp: Server, folder: str) -> None:
        super().__init__(company)
        self.imap, self.smtp, self.folder = imap, smtp, folder
        imap.open().create(folder)
        with company.database.transaction(company.system) as session:
            for model in (MailAccount, InboxAccount):
                for made_before in session.scalars(select(model)):
                    session.delete(made_before)
        add_account(company, smtp, address="info@company.lt", is_default=True)
        self.box_id = add_mailbox(company, imap, folder=folder)

    def fetch(self, *mails: bytes) -> None:
        """Let mails arrive on the server, and the workers do what is due."""
        self.imap.add(*mails, folder=self.folder)
        with self.company.database.transaction(self.company.system) as session:
            plan_fetching(session, self.box_id)
        run_jobs(self.company)

    def all(self, model: Any) -> list[Any]:
        with self.company.database.reading(self.company.system) as session:
            return list(session.scalars(select(model).order_by(model.id)))


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any], imap: ImapServer, smtp: Server) -> Office:
    company = company_on(request.param, modules=installed("crm_clients", "crm_inquiries"))
    return Office(company, imap, smtp, f"Shared{request.param}")


@pytest.mark.catalogue("IN-44")
@pytest.mark.catalogue("IN-45")
@pytest.mark.catalogue("X-12")
def test_a_letter_comes_is_taken_answered_and_the_answer_is_threaded(office: Office) -> None:
    client = office.client(email=CLIENT, owner=office.user_id)
    inquiry = RecordRef("crm_inquiries.inquiry", office.inquiry(client, by=office.user_id))
    office.fetch(letter("Do you have doors?\n", sender=f"Ona <{CLIENT}>", subject="Doors", message_id="<1@zuvedra.lt>"))
    ((mail,), (shared,)) = office.all(InboxMail), office.all(SharedLetter)
    assert (mail.client_id, mail.about, shared.client_id) == (client, inquiry, client)
    assert not any(b"Seen" in one for one in office.imap.flags(office.folder)), "nothing changes on the server"
    address = f"{LETTERS}{shared.id}"
    assert office.browser.post(f"{address}/take").status_code == 302
    assert "has already taken this e-mail" in office.stranger.post(f"{address}/take", follow_redirects=True).text
    version = re.search(r'name="version" type="hidden" value="(\d+)"', office.browser.get(address).text)
    assert version is not None
    done = office.browser.post(f"{address}/answer", data={"text": "Yes, many.", "version": version[1]})
    assert done.status_code == 302
    run_jobs(office.company)
    ((envelope,), (sent,)) = office.smtp.envelopes, office.smtp.messages
    assert (envelope.rcpt_tos, sent["In-Reply-To"], sent["From"].addresses[0].addr_spec) == (
        [CLIENT],
        "<1@zuvedra.lt>",
        "info@company.lt",
    )
    assert "Yes, many." in sent.get_body(("plain",)).get_content()
    (kept,) = office.all(Mail)
    assert (kept.message_id, kept.client_id, kept.about) == (sent["Message-ID"], client, inquiry)
    again = {"In_Reply_To": str(sent["Message-ID"]), "References": f"<1@zuvedra.lt> {sent['Message-ID']}"}
    office.fetch(letter("Thank you\n", sender=CLIENT, subject="Re: Doors", message_id="<2@zuvedra.lt>", **again))
    (shared,) = office.all(SharedLetter)
    assert (shared.mails, shared.status, shared.assignee_id) == (2, "work", office.user_id)
    first, second = office.all(InboxMail)
    assert (first.thread_id, second.about) == (second.thread_id, inquiry)
    page = office.stranger.get(address).text
    # A mail server says to the second when a mail came, so the order within one second is anybody's.
    assert page.index("Do you have doors?") < min(page.index("Yes, many."), page.index("Thank you"))
