"""Where mail arrives in tests: nothing leaves the process, and everything else is as it is at work."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kartoteka.db.engine import Database

ADDRESS = "office@company.test"


@dataclass
class Mailbox:
    """The mails that were sent, the oldest first; ``addressees`` says of each to which addresses.

    A mail to an address in ``refused`` is refused for good, with the text given there.
    """

    messages: list[EmailMessage] = field(default_factory=list)
    addressees: list[list[str]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    @property
    def subjects(self) -> list[str]:
        """The subjects of all mails."""
        return [str(message["Subject"]) for message in self.messages]

    def clear(self) -> None:
        """Forget the mails so far."""
        self.messages.clear()
        self.addressees.clear()

    @contextmanager
    def connect(self, sender: Any) -> Iterator[_Connection]:
        """Take the place of a connection to a mail server."""
        yield _Connection(self, sender)

    def prepare(self, database: Database) -> None:
        """Set up the company's mail account, unless the test has done so."""
        from kartoteka.builtin.mail.accounts import company_account, save_account
        from kartoteka.db.actor import Actor

        with database.transaction(Actor.system("mailbox")) as session:
            if company_account(session) is None:
                values = {"address": ADDRESS, "host": "mail.company.test", "port": 587, "security": "starttls"}
                save_account(session, None, values)


@dataclass
class _Connection:
    mailbox: Mailbox
    sender: Any
    takes_utf8: bool = True

    def hand_over(self, addresses: list[str], content: bytes, begin: Callable[[], bool]) -> None:
        from kartoteka.builtin.mail.connecting import MailRefused
        from kartoteka.vocabulary.message import text as _

        for address in addresses:
            if address in self.mailbox.refused:
                answer = self.mailbox.refused[address]
                raise MailRefused(_("The mail server answered: %(answer)s", answer=answer), final=True)
        if begin():
            message = email.message_from_bytes(content, policy=email.policy.default)
            self.mailbox.messages.append(message)
            self.mailbox.addressees.append(list(addresses))


@contextmanager
def caught_mail() -> Iterator[Mailbox]:
    """Let all mail of this process arrive in a mailbox until the block ends."""
    from kartoteka.builtin.mail.connecting import carrier

    before = carrier.connect, carrier.prepare
    mailbox = Mailbox()
    carrier.connect, carrier.prepare = mailbox.connect, mailbox.prepare
    try:
        yield mailbox
    finally:
        carrier.connect, carrier.prepare = before
