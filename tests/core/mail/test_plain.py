"""Mail written by hand says what mail written by the library says, and keeps to the rules of the wire."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from typing import Any

import pytest

from kartoteka.builtin.mail import building
from kartoteka.builtin.mail.accounts import Sender
from kartoteka.builtin.mail.building import Outgoing, build_message
from kartoteka.builtin.mail.plain import Unusual

MOMENT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SENDER = Sender(account_id=1, name="Šiaurės langai, UAB", address="office@langai.lt", host="", port=25, security="none")
NAMES = [
    "",
    "Ona",
    "Ona Onaitė-Žukienė iš labai labai ilgo pavadinimo bendrovės Šiauliuose",
    'Jonas "J" Petras, jr.',
    "a\\b",
]
SUBJECTS = [
    "Offer",
    "Pasiūlymas",
    "ąčęėįšųūž" * 30,
    "long words " * 25,
    " leading and  double ",
    "=?utf-8?q?fake?=",
    "x" * 200,
    "🏠 windows",
    "",
]
TEXTS = ["", "Hello", "Ąžuolas\n.\n..dot\nFrom here\ntrailing  \nlast", "x" * 3000, "a\r\nb\rc\n\n\n", "=3D = tabs\t\n"]


def outgoing(**values: Any) -> Outgoing:
    to = {"role": "to", "name": "Ona", "address": "ona@example.lt"}
    given = {"id": 1, "message_id": "<a1b2@langai.lt>", "recipients": (to,), "subject": "Offer", "text": "Hello"}
    return Outgoing(**{**given, **values})


def both(monkeypatch: pytest.MonkeyPatch, mail: Outgoing) -> tuple[bytes, bytes]:
    """Return the mail written by hand and written by the library."""
    mine = build_message(mail, [], SENDER, MOMENT)

    def refuse(*given: object) -> bytes:
        raise Unusual

    with monkeypatch.context() as patched:
        patched.setattr(building, "_written", refuse)
        return mine, build_message(mail, [], SENDER, MOMENT)


def said(raw: bytes) -> dict[str, Any]:
    message: Any = email.message_from_bytes(raw, policy=email.policy.default)
    texts = {
        kind: part.get_content().replace("\r\n", "\n").rstrip("\n")
        for kind in ("plain", "html")
        if (part := message.get_body((kind,))) is not None
    }
    headers = {name: str(message[name]) for name in ("Subject", "Date", "Message-ID", "References")}
    # Python's parser puts a space between encoded words of a name that belong together (RFC 2047, 6.2 says otherwise).
    people = [
        (one.display_name.replace(" ", ""), one.addr_spec)
        for name in ("From", "To", "Cc")
        if message[name]
        for one in message[name].addresses
    ]
    return {**headers, **texts, "people": people, "defects": message.defects}


def demand_wire(raw: bytes) -> None:
    assert raw.endswith(b"\r\n")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    raw.decode("ascii")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_subjects(monkeypatch: pytest.MonkeyPatch, subject: str) -> None:
    mine, library = both(monkeypatch, outgoing(subject=subject))
    demand_wire(mine)
    assert said(mine)["Subject"] == subject
    assert said(mine)["defects"] == said(library)["defects"] == []


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("html", [None, "<p>Ąžuolas <b>here</b></p>", "<p>" + "ž" * 2000 + "</p>"])
def test_texts(monkeypatch: pytest.MonkeyPatch, text: str, html: str | None) -> None:
    mine, library = both(monkeypatch, outgoing(text=text, html=html))
    demand_wire(mine)
    assert max(len(line) for line in mine.split(b"\r\n")) <= 78
    assert said(mine) == said(library)


@pytest.mark.parametrize("name", NAMES)
def test_names_and_addresses(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    people = [{"role": "to", "name": name, "address": "ona@žuvis.lt"}, {"role": "cc", "name": "B", "address": "b@x.lt"}]
    people += [{"role": "to", "name": name, "address": f"nr{n}@example.lt"} for n in range(20)]
    people += [{"role": "bcc", "name": "", "address": "hidden@example.lt"}]
    mine, library = both(monkeypatch, outgoing(recipients=tuple(people)))
    demand_wire(mine)
    assert said(mine) == said(library)
    assert b"hidden" not in mine


def test_fields_can_not_be_smuggled_in() -> None:
    for values in ({"subject": "a\r\nBcc: x@y.lt"}, {"headers": {"References": "<a>\r\nBcc: x@y.lt"}}):
        try:
            raw = build_message(outgoing(**values), [], SENDER, MOMENT)
        except ValueError:
            continue
        head = raw.partition(b"\r\n\r\n")[0]
        assert not any(line.lower().startswith(b"bcc") for line in head.split(b"\r\n"))


def test_further_fields_stand_once(monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"References": "<1@x> " * 40 + "<2@x>", "List-Unsubscribe": "<https://example.lt/u>", "Subject": "Other"}
    mine, library = both(monkeypatch, outgoing(headers=headers))
    demand_wire(mine)
    assert said(mine) == said(library)
    assert mine.lower().count(b"subject:") == 1
