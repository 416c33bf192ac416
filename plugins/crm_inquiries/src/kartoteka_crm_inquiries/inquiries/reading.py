"""Reads the values of inquiries and of their lines as forms, files and programs send them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts, clean_line
from kartoteka.api.users import works_here
from kartoteka.api.values import Reader, Wrong, block, day, entry_of, id_of, line, number_of, read_values, yes_no
from kartoteka_crm_inquiries.inquiries.models import (
    DESCRIPTION_LENGTH,
    LINK_LENGTH,
    NUMBER_LENGTH,
    SUBJECT_LENGTH,
    Inquiry,
)
from kartoteka_crm_inquiries.inquiries.rules import GOODS, MOST_LINES, amount
from kartoteka_crm_inquiries.naming import SOURCES
from kartoteka_crm_inquiries.processes.models import Process
from kartoteka_crm_inquiries.projects.models import Project

_ = Texts("crm_inquiries")

CURRENCIES = ("EUR", "USD", "GBP", "PLN", "UAH", "SEK", "NOK", "DKK", "CZK", "CHF")


def readers(session: Session, stored: Inquiry | None = None) -> dict[str, Reader]:
    """Return the reader of each field that people and programs may write; ``stored`` is what is changed."""
    return {
        "client_id": id_of(session, Client),
        "client_number": line(NUMBER_LENGTH),
        "subject": line(SUBJECT_LENGTH, required=True),
        "description": block(DESCRIPTION_LENGTH),
        "goods": one_of(GOODS),
        "person": reference,
        "received_at": moment,
        "manager_id": user_of(session, stored.manager_id if stored is not None else None),
        "process_id": id_of(session, Process),
        "value": money,
        "currency": currency,
        "source_id": entry_of(session, SOURCES, stored.source_id if stored is not None else None),
        "project_id": id_of(session, Project),
        "parent_id": id_of(session, Inquiry),
        "origin": reference,
        "to_production": yes_no,
        "published_on": day,
        "link": link,
        "deadline": moment,
        "expected_on": day,
        "answered_at": moment,
        "executed_at": moment,
    }


def one_of(choices: Mapping[str, Any]) -> Reader:
    """Read one of the values, or empty."""

    def read(given: Any) -> str:
        wanted = str(given or "")
        if wanted and wanted not in choices:
            raise Wrong(_("Choose one of the values offered."))
        return wanted

    return read


def money(given: Any) -> Decimal | None:
    """Read an amount of money."""
    try:
        return amount(given)
    except ValueError:
        raise Wrong(_("This is not an amount. Write it as 1250.00.")) from None


def currency(given: Any) -> str:
    """Read a currency by its code (ISO 4217)."""
    wanted = str(given or "EUR").strip().upper()
    if len(wanted) != 3 or not wanted.isascii() or not wanted.isalpha():
        raise Wrong(_("Write the three letters of a currency, such as EUR."))
    return wanted


def link(given: Any) -> str:
    """Read the address of a web page; only what a browser opens safely."""
    wanted = clean_line(None if given is None else str(given))
    if wanted and not wanted.lower().startswith(("https://", "http://")):
        raise Wrong(_("Write the whole address, beginning with https://."))
    if len(wanted) > LINK_LENGTH:
        raise Wrong(_("This address is too long."))
    return wanted


def moment(given: Any) -> datetime | None:
    """Read a moment, or None; a moment without a zone is in UTC."""
    if given in (None, ""):
        return None
    try:
        read = given if isinstance(given, datetime) else datetime.fromisoformat(str(given).strip())
    except ValueError:
        raise Wrong(_("This is not a moment. Write it as 2026-11-22T10:00.")) from None
    if not 1900 <= read.year <= 2999:
        raise Wrong(_("Check the year of this date."))
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def reference(given: Any) -> RecordRef | None:
    """Read a reference to a record, such as a contact person, written ``kind:id``; it may not exist any more."""
    if given in (None, ""):
        return None
    if isinstance(given, RecordRef):
        return given
    kind, _colon, written = str(given).rpartition(":")
    if not kind or len(kind) > 80:
        raise Wrong(_("Choose one of the values offered."))
    return RecordRef(kind, number_of(written))


def user_of(session: Session, kept: int | None) -> Reader:
    """Read the id of somebody who works here, or None."""

    def read(given: Any) -> int | None:
        if given in (None, ""):
            return None
        wanted = number_of(given)
        if wanted != kept and not works_here(session, wanted):
            raise Wrong(_("Choose one of the values offered."))
        return wanted

    return read


_LINE: dict[str, Reader] = {}


def read_lines(given: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return lines that may be stored, those without a text left out; raises InvalidInput naming line and field."""
    wanted = [row for row in given if clean_line(str(row.get("text") or ""))]
    if len(wanted) > MOST_LINES:
        raise InvalidInput({"lines": _("At most %(most)s lines fit here.", most=MOST_LINES)})
    found = []
    for number, row in enumerate(wanted):
        try:
            known = {name: row[name] for name in _LINE if name in row}
            found.append({"quantity": Decimal(1), "unit": "", **read_values(known, _LINE), "position": number})
        except InvalidInput as wrong:
            problem = next(iter(wrong.errors.values()))
            said = _("Line %(number)s: %(problem)s", number=number + 1, problem=problem)
            raise InvalidInput({"lines": said}) from None
    return found


def quantity(given: Any) -> Decimal:
    """Read how much is wanted; one when nothing is said."""
    if given in (None, ""):
        return Decimal(1)
    try:
        read = Decimal(str(given).replace(",", ".").replace(" ", "").replace("\u00a0", ""))
    except ArithmeticError:
        raise Wrong(_("This is not a number.")) from None
    if not read.is_finite() or not 0 < read < Decimal(10) ** 9:
        raise Wrong(_("Write a quantity above zero."))
    return read.quantize(Decimal("0.001"))


_LINE.update({"text": line(500, required=True), "quantity": quantity, "unit": line(20), "item": reference})
