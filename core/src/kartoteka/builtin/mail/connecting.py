"""Talking to one mail server: one connection for a whole batch, and what went wrong in words."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NoReturn

from kartoteka.builtin.mail.accounts import Sender
from kartoteka.builtin.mail.rules import answer_of, is_final
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

SECONDS = 20
LAST_SECONDS = 180
"""RFC 5321 4.5.3.2.6 wants patience with the answer to a whole mail."""


class ServerUnreachable(Problem):
    """The server can't be reached or does not let this account in: no fault of any mail."""


class MailRefused(Problem):
    """The server does not take this mail; ``final`` when trying again is of no use."""

    def __init__(self, message: Message, *, final: bool) -> None:
        super().__init__(message)
        self.final = final


class AnswerLost(Problem):
    """The server was given the whole mail and did not answer: nobody knows whether it took it."""


@dataclass
class Connection:
    """An open connection to a server that takes mail."""

    smtp: smtplib.SMTP = field(repr=False)
    sender: Sender

    @property
    def takes_utf8(self) -> bool:
        """Whether the server takes addresses in all letters (RFC 6531)."""
        return bool(self.smtp.has_extn("smtputf8"))

    def hand_over(self, addresses: list[str], content: bytes, begin: Callable[[], bool]) -> Message | None:
        """Give the server a mail; return what it says about those addressees it refuses, None when it takes all.

        ``begin`` is called just before the one line that makes the server take the mail; when it says False the mail is
        not sent. Raises MailRefused, ServerUnreachable when the connection breaks before that line, and AnswerLost when
        it breaks after it.
        """
        with _explained():
            refused = self._name_addressees(addresses)
            code, said = self.smtp.docmd("DATA")
            if code != 354:
                self._give_up(code, said)
            self.smtp.send(_quoted(content))
        if not begin():
            self.smtp.close()
            raise ServerUnreachable(_("Another process is sending this e-mail."))
        code, said = self._finish()
        if not 200 <= code < 300:
            self._give_up(code, said)
        return _refusals(refused) if refused else None

    def _name_addressees(self, addresses: list[str]) -> dict[str, tuple[int, bytes]]:
        """Say from whom and to whom; return the refused ones unless they are all."""
        code, said = self.smtp.mail(self.sender.wire_address, self._options(addresses))
        if code != 250:
            self._give_up(code, said)
        answers = {address: self.smtp.rcpt(address) for address in addresses}
        if any(code == 421 for code, _said in answers.values()):
            self._give_up(421, b"")
        refused = {address: answer for address, answer in answers.items() if answer[0] not in (250, 251)}
        if len(refused) == len(addresses):
            self.smtp.rset()
            final = all(is_final(code) for code, _said in refused.values())
            raise MailRefused(_refusals(refused), final=final)
        return refused

    def _options(self, addresses: list[str]) -> list[str]:
        options = ["BODY=8BITMIME"] if self.smtp.has_extn("8bitmime") else []
        if any(not address.isascii() for address in (*addresses, self.sender.wire_address)):
            if not self.takes_utf8:
                raise MailRefused(_("The mail server takes no letters like these in an address."), final=True)
            self.smtp.command_encoding = "utf-8"
            options.append("SMTPUTF8")
        return options

    def _finish(self) -> tuple[int, bytes]:
        try:
            if self.smtp.sock is not None:
                self.smtp.sock.settimeout(LAST_SECONDS)
            self.smtp.send(b".\r\n")
            answer = self.smtp.getreply()
            if self.smtp.sock is not None:
                self.smtp.sock.settimeout(SECONDS)
        except (OSError, smtplib.SMTPException) as error:
            self.smtp.close()
            raise AnswerLost(_("The mail server did not say whether it took this e-mail.")) from error
        if answer[0] < 0:
            raise AnswerLost(_("The mail server did not say whether it took this e-mail."))
        return answer

    def _give_up(self, code: int, said: bytes) -> NoReturn:
        """Raise what an answer means and leave the connection ready for the next mail."""
        if code == 421:
            self.smtp.close()
            raise ServerUnreachable(answer_of(code, said))
        self.smtp.rset()
        raise MailRefused(answer_of(code, said), final=is_final(code))


def _quoted(content: bytes) -> bytes:
    """Return the lines as they go over the wire: a dot at the beginning of one is doubled (RFC 5321 4.5.2)."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    lines = re.sub(rb"(?m)^\.", b"..", lines)
    return lines if lines.endswith(b"\r\n") else lines + b"\r\n"


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPServerDisconnected as error:
        raise ServerUnreachable(_("The mail server broke off the connection.")) from error
    except smtplib.SMTPResponseException as error:
        raise MailRefused(answer_of(error.smtp_code, error.smtp_error), final=is_final(error.smtp_code)) from error
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise ServerUnreachable(_broken(error)) from error


@contextmanager
def connected(sender: Sender) -> Iterator[Connection]:
    """Open a connection and sign in; raises ServerUnreachable."""
    smtp = _open(sender)
    try:
        yield Connection(smtp, sender)
    finally:
        with suppress(OSError, smtplib.SMTPException):
            smtp.quit()
        smtp.close()


@dataclass
class Carrier:
    """What carries mail away; the test kit puts something of its own in place of ``connect``.

    ``prepare`` is called before each round with the database.
    """

    connect: Callable[[Sender], AbstractContextManager[Any]] = connected
    prepare: Callable[[Any], None] = lambda database: None


carrier = Carrier()


def _open(sender: Sender) -> smtplib.SMTP:
    smtp: smtplib.SMTP | None = None
    try:
        if sender.security == "tls":
            smtp = smtplib.SMTP_SSL(sender.host, sender.port, timeout=SECONDS, context=ssl.create_default_context())
        else:
            smtp = smtplib.SMTP(sender.host, sender.port, timeout=SECONDS)
        smtp.ehlo()
        if sender.security == "starttls":
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if sender.username:
            _sign_in(smtp, sender)
    except smtplib.SMTPAuthenticationError as error:
        _close(smtp)
        raise ServerUnreachable(
            _("The mail server does not accept the user name or the password."), "password"
        ) from error
    except smtplib.SMTPNotSupportedError as error:
        _close(smtp)
        raise ServerUnreachable(_("The mail server does not offer what these settings ask for."), "security") from error
    except (OSError, smtplib.SMTPException, UnicodeError, ValueError) as error:
        _close(smtp)
        raise ServerUnreachable(_broken(error), "host") from error
    if smtp.sock is not None:
        # The last line of a mail is a packet of its own: it must not be held back until an earlier one is acknowledged.
        smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return smtp


def _sign_in(smtp: smtplib.SMTP, sender: Sender) -> None:
    if (sender.username + sender.password).isascii():
        smtp.login(sender.username, sender.password)
        return
    # The library knows ASCII only; RFC 4616 wants UTF-8.
    words = f"\0{sender.username}\0{sender.password}".encode()
    code, said = smtp.docmd("AUTH", f"PLAIN {b64encode(words).decode()}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _close(smtp: smtplib.SMTP | None) -> None:
    if smtp is not None:
        smtp.close()


def _broken(error: Exception) -> Message:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _("The certificate of the mail server is not valid: %(reason)s.", reason=error.verify_message)
    if isinstance(error, TimeoutError):
        return _("The mail server does not answer.")
    if isinstance(error, smtplib.SMTPResponseException):
        return answer_of(error.smtp_code, error.smtp_error)
    reason = getattr(error, "strerror", None) or type(error).__name__
    return _("The mail server can't be reached: %(reason)s.", reason=str(reason)[:200])


def _refusals(refused: dict[str, tuple[int, bytes]]) -> Message:
    listed = "; ".join(
        f"{address}: {code} {said.decode('utf-8', 'replace')}" for address, (code, said) in refused.items()
    )
    return _("The mail server refused: %(refused)s", refused=" ".join(listed.split())[:500])
