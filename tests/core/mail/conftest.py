"""A real mail server on this machine, and companies whose mail goes there."""

from __future__ import annotations

import email
import email.policy
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from kartoteka.builtin.mail.accounts import save_account
from kartoteka.testing.databases import chosen_kinds

PASSWORD = "žąsis 7"
HANG_UP = "hang up"


@dataclass
class Server:
    """What a mail server was given; ``answer(envelope)`` may refuse a mail by what it returns."""

    envelopes: list[Envelope] = field(default_factory=list)
    connections: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    answer: Callable[[Envelope], str] | None = None
    port: int = 0

    @property
    def messages(self) -> list[EmailMessage]:
        return [email.message_from_bytes(one.content, policy=email.policy.default) for one in self.envelopes]  # type: ignore[misc,arg-type]

    async def handle_EHLO(self, server: Any, session: Session, envelope: Envelope, hostname: str, lines: Any) -> Any:
        self.connections += 1
        session.host_name = hostname
        return lines

    async def handle_RCPT(self, server: Any, session: Any, envelope: Envelope, address: str, options: Any) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:
        said = self.answer(envelope) if self.answer else "250 taken"
        if said == HANG_UP:
            server.transport.abort()
        if said.startswith("2"):
            self.envelopes.append(envelope)
        return said


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _let_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"post", PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@pytest.fixture
def smtp() -> Iterator[Server]:
    """A mail server on 127.0.0.1."""
    server = Server()
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=_let_in,
        auth_require_tls=False,
        enable_SMTPUTF8=True,
    )
    controller.start()
    server.port = controller.port
    yield server
    controller.stop()


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any], smtp: Server) -> Any:
    """A company whose mail goes to the server."""
    company = company_on(request.param)
    add_account(company, smtp)
    return company


def add_account(company: Any, smtp: Server, **values: Any) -> int:
    """Set up the company's account."""
    given = {"title": "Office", "address": "office@langai.lt", "host": "127.0.0.1", "port": smtp.port}
    with company.database.transaction(company.system) as session:
        return save_account(session, None, {**given, "security": "none", **values}).id
