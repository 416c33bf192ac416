"""What may be written into an activity: each value read as forms and programs send it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.users import works_here
from kartoteka.api.values import Reader, Wrong, block, entry_of, id_of, line, number_of, read_values, yes_no
from kartoteka_crm_inquiries.activities import models
from kartoteka_crm_inquiries.activities.models import ExtraService, Resource, inquiry_class
from kartoteka_crm_inquiries.activities.rules import CRITICAL, LONGEST_MINUTES, LOW, STATUSES
from kartoteka_crm_inquiries.naming import ACTIVITY_KINDS, CATEGORIES, OUTCOMES
from kartoteka_crm_inquiries.projects.models import Project

_ = Texts("crm_inquiries")

MOST_KILOMETRES = Decimal(99_999)
MOST_MONEY = Decimal(999_999_999)
DIRECTIONS = ("", "in", "out")


def read_activity(
    session: Session, values: Mapping[str, Any], kept: Any = None, names: dict[int, str] | None = None
) -> dict[str, Any]:
    """Return the values that may be stored; raises InvalidInput naming every field that is wrong.

    What ``kept`` has stays allowed, though its entry be closed or its client out of sight by now: an activity, or
    whatever else has such attributes. ``names`` takes the names of entries that were looked up.
    """
    return read_values(values, _Readers(session, kept, names).all())


class _Readers:
    def __init__(self, session: Session, kept: Any, names: dict[int, str] | None) -> None:
        self.session = session
        self.kept = kept
        self.names = names

    def all(self) -> dict[str, Reader]:
        return {**self._texts(), **self._references(), **self._numbers(), **self._moments()}

    def _texts(self) -> dict[str, Reader]:
        return {
            "name": line(models.NAME_LENGTH),
            "description": block(models.TEXT_LENGTH),
            "place": line(models.PLACE_LENGTH),
            "outcome": block(models.TEXT_LENGTH),
            "next_step": line(models.NAME_LENGTH),
            "number": line(models.NUMBER_LENGTH),
            "currency": line(3),
            "uid": line(255),
            "direction": one_of(DIRECTIONS),
            "status": one_of(STATUSES),
            "all_day": yes_no,
            "detached": yes_no,
            "person": person,
        }

    def _references(self) -> dict[str, Reader]:
        return {
            "kind_id": entry_of(self.session, ACTIVITY_KINDS, self._old("kind_id"), self.names),
            "category_id": entry_of(self.session, CATEGORIES, self._old("category_id")),
            "outcome_id": entry_of(self.session, OUTCOMES, self._old("outcome_id")),
            "client_id": self._keeping("client_id", id_of(self.session, Client)),
            "inquiry_id": self._keeping("inquiry_id", id_of(self.session, inquiry_class())),
            "project_id": self._keeping("project_id", id_of(self.session, Project)),
            "series_id": _number,
            "resource_id": self._keeping("resource_id", id_of(self.session, Resource)),
            "service_id": self._keeping("service_id", id_of(self.session, ExtraService)),
            "performer_id": self._keeping("performer_id", self._worker),
            "creator_id": _number,
            "done_by_id": _number,
        }

    def _numbers(self) -> dict[str, Reader]:
        return {
            "importance": _whole(LOW, CRITICAL, empty=2),
            "percent": _whole(0, 100, empty=0),
            "estimate": _whole(0, LONGEST_MINUTES),
            "actual": _whole(0, LONGEST_MINUTES),
            "remind": _whole(0, LONGEST_MINUTES),
            "sequence": _whole(0, 2**30, empty=0),
            "kilometres": decimal(MOST_KILOMETRES),
            "service_price": decimal(MOST_MONEY),
        }

    def _moments(self) -> dict[str, Reader]:
        return dict.fromkeys(("starts_at", "ends_at", "due_at", "done_at", "occurrence_at"), moment)

    def _old(self, name: str) -> Any:
        return getattr(self.kept, name, None)

    def _keeping(self, name: str, read: Reader) -> Reader:
        old = self._old(name)

        def keep(given: Any) -> Any:
            if old is not None and str(given) == str(old):
                return old
            return read(given)

        return keep

    def _worker(self, given: Any) -> int | None:
        if given in (None, ""):
            return None
        wanted = number_of(given)
        if not works_here(self.session, wanted):
            raise Wrong(_("Choose somebody who works here."))
        return wanted


def moment(given: Any) -> datetime | None:
    """Read a moment with its zone, or None."""
    if given in (None, ""):
        return None
    try:
        read = given if isinstance(given, datetime) else datetime.fromisoformat(str(given).strip())
    except ValueError:
        raise Wrong(_("This is not a moment. Write it as 2026-11-22T10:00+02:00.")) from None
    if read.tzinfo is None:
        raise Wrong(_("A moment needs its time zone. Write it as 2026-11-22T10:00+02:00."))
    if not 1900 <= read.year <= 2999:
        raise Wrong(_("Check the year of this date."))
    return read.astimezone(UTC)


def person(given: Any) -> RecordRef | None:
    """Read a reference to a person, or None."""
    if given in (None, ""):
        return None
    try:
        return given if isinstance(given, RecordRef) else RecordRef.parse(str(given))
    except ValueError:
        raise Wrong(_("Choose one of the values offered.")) from None


def _number(given: Any) -> int | None:
    return None if given in (None, "") else number_of(given)


def one_of(known: tuple[str, ...]) -> Reader:
    """Read one of some words."""

    def read(given: Any) -> str:
        text = str(given or "")
        if text not in known:
            raise Wrong(_("Choose one of the values offered."))
        return text

    return read


def _whole(least: int, most: int, empty: int | None = None) -> Reader:
    def read(given: Any) -> int | None:
        if given in (None, ""):
            return empty
        try:
            number = int(str(given).strip())
        except ValueError:
            raise Wrong(_("This is not a whole number.")) from None
        if not least <= number <= most:
            raise Wrong(_("This has to be between %(least)s and %(most)s.", least=least, most=most))
        return number

    return read


whole_minutes = _whole(0, LONGEST_MINUTES)
"""Read how long something takes, in minutes, or None."""


def decimal(most: Decimal) -> Callable[[Any], Decimal | None]:
    """Read a number from 0, with a point or a comma, or None."""

    def read(given: Any) -> Decimal | None:
        if given in (None, ""):
            return None
        try:
            number = Decimal(str(given).strip().replace(",", "."))
        except InvalidOperation:
            raise Wrong(_("This is not a number.")) from None
        if not number.is_finite() or not 0 <= number <= most:
            raise Wrong(_("This has to be between %(least)s and %(most)s.", least=0, most=most))
        return number

    return read
