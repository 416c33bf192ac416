"""Use cases of the rules that give new inquiries to people. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from kartoteka.api.clients import apply_changes
from kartoteka.api.db import Session, demand, find, settle
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts, clean_line
from kartoteka.api.users import active_users
from kartoteka.api.values import Reader, Wrong, entry_of, line, read_values
from kartoteka_crm_inquiries.assignment.models import NAME_LENGTH, Assignment
from kartoteka_crm_inquiries.assignment.queries import rules_in_order
from kartoteka_crm_inquiries.assignment.rules import WAYS
from kartoteka_crm_inquiries.naming import ASSIGNMENT, MANAGE_INTAKE, SOURCES
from kartoteka_crm_inquiries.processes.rules import SORTS

_ = Texts("crm_inquiries")

MOST_PLACES = 100


def add_assignment(session: Session, values: Mapping[str, Any]) -> Assignment:
    """Add a rule behind the others; raises Forbidden and InvalidInput naming the field."""
    demand(session, MANAGE_INTAKE)
    checked = read_values(values, _readers(session, None))
    _demand_people(checked.get("name"), checked.get("users"))
    last = session.scalar(select(func.max(Assignment.position))) or 0
    rule = Assignment(position=last + 1, **checked)
    session.add(rule)
    session.flush()
    return rule


def change_assignment(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Assignment:
    """Change a rule; raises EditConflict and what `add_assignment` raises."""
    demand(session, MANAGE_INTAKE)
    rule = find(session, Assignment, id)
    checked = read_values(values, _readers(session, rule))
    _demand_people(checked.get("name", rule.name), checked.get("users", rule.users))
    apply_changes(session, rule, ASSIGNMENT, settle(session, rule, ASSIGNMENT, checked, version))
    return rule


def shift_assignment(session: Session, id: int, by: int) -> None:
    """Move a rule one place up or down: the first one that fits decides."""
    demand(session, MANAGE_INTAKE)
    rule = find(session, Assignment, id)
    rules = rules_in_order(session)
    place = next((place for place, one in enumerate(rules) if one.id == rule.id), None)
    if place is None:
        return  # it was taken out meanwhile
    rules.insert(min(max(place + by, 0), len(rules) - 1), rules.pop(place))
    for position, one in enumerate(rules):
        apply_changes(session, one, ASSIGNMENT, {"position": position})


def remove_assignment(session: Session, id: int) -> Assignment:
    """Take a rule out of use."""
    demand(session, MANAGE_INTAKE)
    rule = find(session, Assignment, id)
    apply_changes(session, rule, ASSIGNMENT, {"state": RecordState.ARCHIVED})
    return rule


def _demand_people(name: Any, users: Any) -> None:
    if not name:
        raise InvalidInput({"name": _("Fill this in.")})
    if not users:
        raise InvalidInput({"users": _("Choose who gets the inquiries.")})


def _readers(session: Session, stored: Assignment | None) -> dict[str, Reader]:
    return {
        "name": line(NAME_LENGTH),
        "sort": _one_of(("", *SORTS)),
        "source_id": entry_of(session, SOURCES, stored.source_id if stored is not None else None),
        "country": _country,
        "places": _places,
        "way": _one_of(tuple(WAYS)),
        "users": _people(session, stored.users if stored is not None else ()),
    }


def _one_of(values: tuple[str, ...]) -> Reader:
    def read(given: Any) -> str:
        wanted = str(given or "")
        if wanted not in values:
            raise Wrong(_("Choose one of the values offered."))
        return wanted

    return read


def _country(given: Any) -> str:
    wanted = str(given or "").upper()
    if wanted and not (len(wanted) == 2 and wanted.isascii() and wanted.isalpha()):
        raise Wrong(_("Choose one of the values offered."))
    return wanted


def _places(given: Any) -> list[str]:
    """Read words of places, with commas or new lines between them."""
    written = given.replace("\n", ",").split(",") if isinstance(given, str) else list(given or ())
    words = list(dict.fromkeys(clean_line(str(one))[:120] for one in written if str(one).strip()))
    if len(words) > MOST_PLACES:
        raise Wrong(_("At most %(most)s places fit here.", most=MOST_PLACES))
    return words


def _people(session: Session, kept: Any) -> Reader:
    def read(given: Any) -> list[int]:
        wanted = [int(str(one)) for one in given or () if str(one).isascii() and str(one).isdigit()]
        known = set(dict(active_users(session))) | {int(one) for one in kept}
        if any(one not in known for one in wanted):
            raise Wrong(_("Choose one of the values offered."))
        return list(dict.fromkeys(wanted))

    return read
