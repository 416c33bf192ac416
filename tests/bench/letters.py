"""How many mails find their client, their inquiry and their thread: ``python -m tests.bench.letters [FOLDER]``.

Real mails (`../shared/data/04_email` unless a folder is named) come in one after the other, for a company that has a
client with one open inquiry for each sender. What is right is worked out with the library of the language alone: the
sender's address, and threads as the mails name each other in Message-ID, In-Reply-To and References.
"""

from __future__ import annotations

import email
import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from sqlalchemy import select

from kartoteka.api.db import insert_rows, utc_now
from kartoteka.api.mail import Arrival, InboxMail, keep_bytes
from kartoteka.builtin.clients.models import Client
from kartoteka.db.blobs import put_bytes
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.processes.queries import first_stage
from kartoteka_crm_inquiries.processes.service import ensure_processes

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "04_email"
FOLDERS = ("SpamScope__mail-parser", "mikel__mail", "python__cpython", "django-helpdesk__django-helpdesk")
BOUNCES = "sisimai__set-of-emails/maildir/bsd"
_ADDRESS = re.compile(r"[a-z0-9._+=-]{1,60}@[a-z0-9-]{1,60}(\.[a-z0-9-]{1,60})+")
_MASKED = re.compile(r"x+@[x.]+")
"""Addresses that whoever published the mails made unreadable."""
_ID = re.compile(r"<([^<>\s]+)>")
_AUTOMATIC = ("auto-submitted", "x-autoreply", "x-autorespond", "x-failed-recipients")


@dataclass
class Figures:
    """What was right; the lists name the mails that were not."""

    mails: int = 0
    registered: int = 0
    of_people: int = 0
    bounces: int = 0
    quiet: int = 0
    threads: int = 0
    threaded: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def share_registered(self) -> float:
        """The share of people's mails that are with the right client and inquiry, in percent."""
        return 100 * self.registered / self.of_people if self.of_people else 100.0

    @property
    def share_threaded(self) -> float:
        """The share of mails that name another one and are in one thread with it, in percent."""
        return 100 * self.threaded / self.threads if self.threads else 100.0

    @property
    def share_quiet(self) -> float:
        """The share of bounces that were tied to no inquiry and no letter, in percent."""
        return 100 * self.quiet / self.bounces if self.bounces else 100.0


def real_mails(folder: Path = REAL, bounces: int = 80) -> list[tuple[str, bytes]]:
    """Return the mails of people and some bounces, by name."""
    paths = [one for name in FOLDERS for one in sorted((folder / name).rglob("*")) if one.is_file()]
    found = [(one.name, one.read_bytes()) for one in paths if not one.name.upper().startswith(("LICEN", "README"))]
    found = [(name, raw) for name, raw in found if _sender(_parsed(raw))]
    returned = [one for one in sorted((folder / BOUNCES).rglob("*")) if one.is_file() and "LICEN" not in one.name]
    return found + [(f"bounce {one.name}", one.read_bytes()) for one in returned[:bounces]]


def measure(company: Any, mails: Iterable[tuple[str, bytes]]) -> Figures:
    """Let mails come in and count what was done right."""
    listed = [(name, raw, _parsed(raw)) for name, raw in mails]
    people = [_sender(parsed) for name, _raw, parsed in listed if not name.startswith("bounce ")]
    inquiries = _fill(company, sorted({one for one in people if one}))
    ids: list[int] = []
    for number, (_name, raw, _parsed_mail) in enumerate(listed):
        with company.database.transaction(company.system) as session:
            blob = put_bytes(session.database.blobs, raw)
            ids.append(keep_bytes(session, raw, Arrival(uid_validity=1, uid=number + 1, blob=blob)))
    with company.database.reading(company.system) as session:
        kept = {one.id: one for one in session.scalars(select(InboxMail))}
    figures, named = Figures(mails=len(listed)), _by_message_id(parsed for _name, _raw, parsed in listed)
    for (name, _raw, parsed), mail_id in zip(listed, ids, strict=True):
        _judge(figures, name, kept[mail_id], parsed, _right(parsed, named, inquiries))
    _judge_threads(figures, [(parsed, kept[mail_id]) for (_n, _r, parsed), mail_id in zip(listed, ids, strict=True)])
    return figures


def _by_message_id(mails: Iterable[Message]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for parsed in mails:
        for one in _ids(parsed, "message-id"):
            found.setdefault(one, []).append(_sender(parsed))
    return found


def _right(parsed: Message, named: dict[str, list[str]], inquiries: dict[str, tuple[int, int]]) -> set[tuple[int, int]]:
    """Return what is right for a mail: its sender's, or that of who wrote a mail of the same thread before."""
    others = [one for name in _ids(parsed, "message-id", "references", "in-reply-to") for one in named.get(name, ())]
    return {inquiries[one] for one in (_sender(parsed), *others) if one in inquiries}


def _judge(figures: Figures, name: str, kept: InboxMail, parsed: Message, right: set[tuple[int, int]]) -> None:
    if name.startswith("bounce "):
        figures.bounces += 1
        figures.quiet += kept.about is None
        return
    if kept.kind != "mail" and _is_automatic(parsed):
        return
    figures.of_people += 1
    is_right = kept.about is not None and (kept.client_id, kept.about.id) in right
    figures.registered += is_right
    if not is_right:
        figures.wrong.append(name)


def _judge_threads(figures: Figures, mails: list[tuple[Message, InboxMail]]) -> None:
    """A mail that names one that is there as well must be in its thread."""
    known = {one: kept.thread_id for parsed, kept in mails for one in _ids(parsed, "message-id")}
    for parsed, kept in mails:
        before = [one for one in _ids(parsed, "references", "in-reply-to") if one in known]
        if before:
            figures.threads += 1
            figures.threaded += all(known[one] == kept.thread_id for one in before)


def _fill(company: Any, addresses: list[str]) -> dict[str, tuple[int, int]]:
    with company.database.transaction(company.system) as session:
        ensure_processes(session)
        stage, now = first_stage(session, "inquiry"), utc_now()
        names = [{"company_name": one, "email": one, "number": f"M{n}"} for n, one in enumerate(addresses)]
        usual = {"kind": "company", "registered_on": now.date()}
        clients = insert_rows(session, Client, [{**row, **usual} for row in names])
        rows = [
            {
                "client_id": client,
                "number": f"M2026-{client:05}",
                "subject": "Measured",
                "process_id": stage.process_id,
                "stage_id": stage.id,
                "next_at": now,
            }
            for client in clients
        ]
        made = insert_rows(session, Inquiry, rows)
    return {one: (client, inquiry) for one, client, inquiry in zip(addresses, clients, made, strict=True)}


def _parsed(raw: bytes) -> Message:
    return email.message_from_bytes(raw, policy=compat32)


def _sender(parsed: Message) -> str:
    address = parseaddr(str(parsed.get("From", "")))[1].lower()
    return address if _ADDRESS.fullmatch(address) and not _MASKED.fullmatch(address) else ""


def _is_automatic(parsed: Message) -> bool:
    return any(parsed.get(one) for one in _AUTOMATIC) or parsed.get_content_type() == "multipart/report"


def _ids(parsed: Message, *names: str) -> list[str]:
    return [one for name in names for value in parsed.get_all(name, []) for one in _ID.findall(str(value))]


def told(figures: Figures) -> str:
    """Return the figures as lines to read."""
    return (
        f"{figures.mails} mails, {figures.of_people} of them from people and {figures.bounces} bounces.\n"
        f"With the right client and inquiry: {figures.registered} ({figures.share_registered:.1f} %).\n"
        f"In the right thread: {figures.threaded} of {figures.threads} ({figures.share_threaded:.1f} %).\n"
        f"Bounces that trigger nothing: {figures.quiet} ({figures.share_quiet:.1f} %).\n"
        + "".join(f"  not right: {one}\n" for one in figures.wrong[:40])
    )


if __name__ == "__main__":
    from kartoteka.testing.company import open_company

    with open_company() as measured:
        measured.switch("crm_inquiries")
        print(told(measure(measured, real_mails(Path(sys.argv[1]) if len(sys.argv) > 1 else REAL))))
