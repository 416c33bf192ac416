"""An IMAP server, as far as fetching needs it: which mails are new, and their bytes. Nothing is changed there."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _

TIMEOUT = 30.0
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxUnreachable(Problem):
    """The server can't be reached, refuses the password, or doesn't have the folder."""


@dataclass(frozen=True)
class Server:
    """Everything that signing in takes, unsealed."""

    host: str
    port: int
    security: str
    username: str
    password: str
    folder: str = "INBOX"

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"


@dataclass(frozen=True)
class Listed:
    """A mail on the server: its number there, and its size in bytes."""

    uid: int
    size: int


class Mailbox:
    """An open folder."""

    def __init__(self, box: Any, uid_validity: int) -> None:
        self._box = box
        self.uid_validity = uid_validity

    def newer_than(self, uid: int, most: int) -> list[Listed]:
        """Return the oldest mails with a higher number, at most ``most``."""
        found = self._answer("UID", "SEARCH", None, f"UID {uid + 1}:*")
        numbers = sorted(int(one) for one in b" ".join(one for one in found if one).split())
        # "n:*" always names the last mail, also one below n (RFC 3501, 6.4.8).
        wanted = [one for one in numbers if one > uid][:most]
        return self._sizes(wanted)

    def read(self, uid: int) -> tuple[bytes, datetime | None]:
        """Return a mail's bytes and when the server got it; raises LookupError for one that is gone."""
        return self._fetch(uid, "BODY.PEEK[]")

    def read_headers(self, uid: int) -> tuple[bytes, datetime | None]:
        """Return a mail's header fields only; raises LookupError for one that is gone."""
        return self._fetch(uid, "BODY.PEEK[HEADER]")

    def _sizes(self, uids: list[int]) -> list[Listed]:
        if not uids:
            return []
        answers = self._answer("UID", "FETCH", ",".join(str(one) for one in uids), "(UID RFC822.SIZE)")
        sizes: dict[int, int] = {}
        for one in answers:
            line = one[0] if isinstance(one, tuple) else one
            uid, size = _UID.search(line or b""), _SIZE.search(line or b"")
            if uid and size:
                sizes[int(uid[1])] = int(size[1])
        return [Listed(one, sizes[one]) for one in uids if one in sizes]

    def _fetch(self, uid: int, what: str) -> tuple[bytes, datetime | None]:
        for one in self._answer("UID", "FETCH", str(uid), f"(INTERNALDATE {what})"):
            if isinstance(one, tuple) and len(one) == 2:
                return one[1], _moment(one[0])
        raise LookupError(uid)

    def _answer(self, *command: Any) -> list[Any]:
        with _explained():
            kind, data = self._box.client.uid(*command[1:])
            if kind != "OK":
                raise MailboxUnreachable(_("The mail server did not answer as it should."))
            return list(data or [])


@contextmanager
def opened(server: Server) -> Iterator[Mailbox]:
    """Open a folder of a mailbox for reading; raises MailboxUnreachable."""
    with _explained():
        box = _connect(server)
    try:
        with _explained(_("The mail server refuses the name or the password.")):
            box.login(server.username, server.password, initial_folder=None)
        with _explained(_("The mailbox has no folder of this name.")):
            box.folder.set(server.folder, readonly=True)
        yield Mailbox(box, _validity(box, server.folder))
    finally:
        _leave(box)


def _connect(server: Server) -> Any:
    from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted

    if server.security == "none":
        return MailBoxUnencrypted(server.host, server.port, timeout=TIMEOUT)
    context = ssl.create_default_context()
    if server.security == "starttls":
        return MailBoxStartTls(server.host, server.port, timeout=TIMEOUT, ssl_context=context)
    return MailBox(server.host, server.port, timeout=TIMEOUT, ssl_context=context)


def _validity(box: Any, folder: str) -> int:
    with _explained():
        return int(box.folder.status(folder, ["UIDVALIDITY"])["UIDVALIDITY"])


@contextmanager
def _explained(refused: Any = None) -> Iterator[None]:
    from imap_tools.errors import UnexpectedCommandStatusError

    try:
        yield
    except UnexpectedCommandStatusError as error:
        raise MailboxUnreachable(refused or _("The mail server did not answer as it should.")) from error
    except imaplib.IMAP4.error as error:
        raise MailboxUnreachable(refused or _("The mail server did not answer as it should.")) from error
    except ssl.SSLError as error:
        raise MailboxUnreachable(_("No safe connection to the mail server can be made.")) from error
    except (OSError, EOFError, ValueError) as error:
        raise MailboxUnreachable(_("The mail server can't be reached.")) from error


def _leave(box: Any) -> None:
    try:
        box.logout()
    except Exception:  # noqa: BLE001 - whatever a server says to good-bye, its mails have been read
        box.client.shutdown()


def _moment(answer: bytes) -> datetime | None:
    found = imaplib.Internaldate2tuple(answer)
    if found is None:
        return None
    import time

    return datetime.fromtimestamp(time.mktime(found), UTC)
