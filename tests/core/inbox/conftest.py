"""A real IMAP server on this machine, and companies whose mail comes from there."""

from __future__ import annotations

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from kartoteka.builtin.inbox.accounts import save_mailbox
from kartoteka.testing.databases import chosen_kinds

USER, PASSWORD = "office", "zasis 7"


@dataclass
class ImapServer:
    """A running server with the mailbox of one user."""

    port: int
    process: subprocess.Popen[bytes]
    _open: list[imaplib.IMAP4] = field(default_factory=list)

    def add(self, *mails: bytes, folder: str = "INBOX") -> None:
        """Put mails into a folder."""
        box = self.open()
        for mail in mails:
            crlf = mail.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
            kind, said = box.append(folder, "", imaplib.Time2Internaldate(time.time()), crlf)
            assert kind == "OK", said

    def flags(self, folder: str) -> list[bytes]:
        """Return the flags of all mails as the server tells them."""
        box = self.open()
        box.select(folder, readonly=True)
        found = [one for one in box.fetch("1:*", "(FLAGS)")[1] if isinstance(one, bytes)]
        box.close()
        return found

    def make_anew(self, folder: str) -> None:
        """Delete a folder and make one of the same name: the server numbers its mails anew."""
        box = self.open()
        box.delete(folder)
        assert box.create(folder)[0] == "OK"

    def open(self) -> imaplib.IMAP4:
        """Return a connection to the server."""
        if not self._open:
            box = imaplib.IMAP4("127.0.0.1", self.port)
            box.login(USER, PASSWORD)
            self._open.append(box)
        return self._open[0]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _wait_for(port: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            imaplib.IMAP4("127.0.0.1", port, timeout=2).logout()
        except (OSError, imaplib.IMAP4.error):
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("The IMAP server did not start.")


@pytest.fixture(scope="module")
def imap() -> Iterator[ImapServer]:
    """A server on 127.0.0.1, from a Python package, in a process of its own."""
    port = _free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "--no-service", "managesieve"]
    backend = ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    program = "import sys; from pymap.main import main; sys.argv[0] = 'pymap'; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", program, *options, *backend], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield ImapServer(port, process)
    finally:
        process.kill()
        process.wait()


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Any:
    """A company."""
    return company_on(request.param)


def add_mailbox(company: Any, imap: ImapServer, **values: Any) -> int:
    """Set up the company's mailbox."""
    given = {"title": "Office", "host": "127.0.0.1", "port": imap.port, "security": "none", "username": USER}
    with company.database.transaction(company.system) as session:
        return save_mailbox(session, None, {**given, "password": PASSWORD, "active": True, **values}).id
