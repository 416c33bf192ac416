"""Use cases of sales projects: start, change, put away. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from kartoteka.api.clients import add_record, apply_changes, client_to_write, record_to_write, set_state
from kartoteka.api.db import Session, actor_of, find_or_none, settle, utc_now
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka.api.values import Reader, Wrong, block, day, entry_of, line, number_of, read_values
from kartoteka.api.work import next_number
from kartoteka_crm_inquiries.naming import EDIT, PROJECT, PROJECT_MASK, PROJECT_SERIES, PROJECT_STATUSES
from kartoteka_crm_inquiries.projects.models import NAME_LENGTH, Project

_ = Texts("crm_inquiries")

DESCRIPTION_LENGTH = 20_000
NUMBER_LENGTH = 60
MOST = Decimal("999999999999.99")


def start_project(session: Session, client_id: int, values: Mapping[str, Any]) -> Project:
    """Start a project of a client; without a number it gets the next one, without a manager the actor's (IN-49).

    Raises NotFound, Forbidden, Refused, and InvalidInput naming the field.
    """
    client = client_to_write(session, client_id, EDIT)
    checked = read_values(values, _readers(session, None))
    _check(checked.get("name"), checked.get("starts_on"), checked.get("due_on"))
    checked.setdefault("manager_id", actor_of(session).user_id)
    checked["currency"] = checked.get("currency") or "EUR"
    on = checked.get("starts_on") or utc_now().date()
    checked["number"] = checked.get("number") or next_number(session, PROJECT_SERIES, mask=PROJECT_MASK, on=on)
    return add_record(session, Project(client_id=client.id, **checked), PROJECT)


def change_project(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Project:
    """Change a project, typed over ``version``; raises EditConflict and what `start_project` raises."""
    project: Project = record_to_write(session, Project, id, EDIT)
    checked = read_values(values, _readers(session, project))
    after = {name: checked.get(name, getattr(project, name)) for name in ("name", "starts_on", "due_on")}
    _check(after["name"], after["starts_on"], after["due_on"])
    if "number" in checked and not checked["number"]:
        raise InvalidInput({"number": _("Enter the project number.")})
    apply_changes(session, project, PROJECT, settle(session, project, PROJECT, checked, version))
    return project


def archive_project(session: Session, id: int) -> Project:
    """Put a project away."""
    return set_state(session, record_to_write(session, Project, id, EDIT), PROJECT, RecordState.ARCHIVED)


def restore_project(session: Session, id: int) -> Project:
    """Take a project out of the archive."""
    return set_state(session, record_to_write(session, Project, id, EDIT), PROJECT, RecordState.ACTIVE)


def check_project(session: Session, project_id: int | None, client_id: int | None) -> None:
    """Raise InvalidInput when a project is not one of the client's (CORE-15)."""
    if project_id is None:
        return
    project = find_or_none(session, Project, project_id)
    if project is None or project.client_id != client_id:
        raise InvalidInput({"project_id": _("This is a project of another client.")})


def _check(name: Any, starts_on: Any, due_on: Any) -> None:
    if not name:
        raise InvalidInput({"name": _("Fill this in.")})
    if starts_on is not None and due_on is not None and due_on < starts_on:
        raise InvalidInput({"due_on": _("This day is before the start.")})


def _readers(session: Session, stored: Project | None) -> dict[str, Reader]:
    return {
        "number": line(NUMBER_LENGTH),
        "name": line(NAME_LENGTH),
        "manager_id": _user_of(session, stored.manager_id if stored is not None else None),
        "status_id": entry_of(session, PROJECT_STATUSES, stored.status_id if stored is not None else None),
        "starts_on": day,
        "due_on": day,
        "value": _money,
        "currency": _currency,
        "description": block(DESCRIPTION_LENGTH),
    }


def _user_of(session: Session, kept: int | None) -> Reader:
    def read(given: Any) -> int | None:
        if given in (None, ""):
            return None
        wanted = number_of(given)
        if wanted != kept and wanted not in dict(active_users(session)):
            raise Wrong(_("Choose one of the values offered."))
        return wanted

    return read


def _money(given: Any) -> Decimal | None:
    if given in (None, ""):
        return None
    try:
        read = Decimal(str(given).replace(",", ".").replace(" ", "").replace("\u00a0", ""))
    except InvalidOperation:
        raise Wrong(_("This is not an amount. Write it as 1250.00.")) from None
    if not read.is_finite() or not 0 <= read <= MOST:
        raise Wrong(_("This is not an amount. Write it as 1250.00."))
    return read.quantize(Decimal("0.01"))


def _currency(given: Any) -> str:
    wanted = str(given or "EUR").strip().upper()
    if len(wanted) != 3 or not wanted.isascii() or not wanted.isalpha():
        raise Wrong(_("Write the three letters of a currency, such as EUR."))
    return wanted
