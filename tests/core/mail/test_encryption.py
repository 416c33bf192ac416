"""Passwords and mails go over lines that are encrypted and checked, or not at all."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from kartoteka.builtin.mail.models import Mail, MailAccount, MailStage
from kartoteka.builtin.mail.service import send_mail
from kartoteka.testing import run_jobs
from kartoteka.vocabulary.mail import MailDraft
from tests.core.mail.conftest import Server, add_account, free_port


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that nobody but its maker knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[Server]:
    """A mail server that wants STARTTLS."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True)
    controller.start()
    server.port = controller.port
    yield server
    controller.stop()


def send_by(company: Any, server: Server, **values: Any) -> tuple[str, str]:
    """Send a mail and return its stage and what is wrong with the account."""
    add_account(company, server, **values)
    with company.database.transaction(company.system) as session:
        mail_id = send_mail(session, MailDraft(to=("ona@example.lt",), subject="x", text="y"))
    run_jobs(company)
    with company.database.reading(company.system) as session:
        stage = session.scalars(select(Mail.stage).where(Mail.id == mail_id)).one()
        return stage, str(session.scalars(select(MailAccount.error)).one() or "")


def test_mail_goes_over_an_encrypted_line(
    company: Any, tls_server: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert send_by(company(), tls_server, security="starttls") == (MailStage.SENT, "")
    assert len(tls_server.envelopes) == 1


def test_a_certificate_of_nobody_is_refused(company: Any, tls_server: Server) -> None:
    stage, error = send_by(company(), tls_server, security="starttls", username="post", password="slaptas")
    assert stage == MailStage.WAITING
    assert "certificate" in error
    assert tls_server.envelopes == []


def test_a_server_that_offers_no_encryption_gets_no_password(company: Any, smtp: Server) -> None:
    stage, error = send_by(company(), smtp, security="starttls", username="post", password="slaptas")
    assert stage == MailStage.WAITING
    assert "does not offer" in error
    assert smtp.envelopes == []
