"""Use cases of web forms and booking links: make, change, give another address, remove. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.clients import add_record, apply_changes
from kartoteka.api.db import Session, demand, find, settle
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka.api.values import Reader, Wrong, block, entry_of, id_of, line, read_values, yes_no
from kartoteka_crm_inquiries.intake.models import TEXT_LENGTH, TITLE_LENGTH, BookingLink, WebForm, new_token
from kartoteka_crm_inquiries.intake.rules import FIELDS, MOST_DAYS, REACHABLE
from kartoteka_crm_inquiries.naming import BOOKING_LINK, EDIT_ACTIVITIES, MANAGE_INTAKE, SOURCES, WEB_FORM
from kartoteka_crm_inquiries.processes.models import Process

_ = Texts("crm_inquiries")

Way = WebForm | BookingLink
_KINDS: dict[type[Way], tuple[str, str]] = {
    WebForm: (WEB_FORM, MANAGE_INTAKE),
    BookingLink: (BOOKING_LINK, EDIT_ACTIVITIES),
}


def add_form(session: Session, values: Mapping[str, Any]) -> WebForm:
    """Make a web form with a new address; raises Forbidden and InvalidInput naming the field."""
    demand(session, MANAGE_INTAKE)
    checked = read_values({"title": "", "fields": (), **values}, _form_readers(session, None))
    _demand_reachable(checked["fields"])
    made: WebForm = add_record(session, WebForm(**checked), WEB_FORM)
    return made


def change_form(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> WebForm:
    """Change a web form; raises EditConflict and what `add_form` raises."""
    form = _to_write(session, WebForm, id, MANAGE_INTAKE)
    checked = read_values(values, _form_readers(session, form))
    _demand_reachable(checked.get("fields", form.fields))
    apply_changes(session, form, WEB_FORM, settle(session, form, WEB_FORM, checked, version))
    return form


def add_link(session: Session, values: Mapping[str, Any]) -> BookingLink:
    """Make a booking link of the actor's own; raises Forbidden and InvalidInput naming the field."""
    actor = demand(session, EDIT_ACTIVITIES)
    checked = read_values({"title": "", **values}, _link_readers())
    made: BookingLink = add_record(session, BookingLink(user_id=actor.user_id, **checked), BOOKING_LINK)
    return made


def change_link(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> BookingLink:
    """Change a booking link; raises EditConflict and what `add_link` raises."""
    link = _to_write(session, BookingLink, id, EDIT_ACTIVITIES)
    checked = read_values(values, _link_readers())
    apply_changes(session, link, BOOKING_LINK, settle(session, link, BOOKING_LINK, checked, version))
    return link


def renew_address(session: Session, model: type[Way], id: int) -> None:
    """Give a form or a link another address; the old one leads nowhere from then on. Raises Forbidden and NotFound."""
    _apply(session, model, id, {"token": new_token()})


def take_out_of_use(session: Session, model: type[Way], id: int) -> None:
    """Take a form or a link out of use; raises Forbidden and NotFound."""
    _apply(session, model, id, {"state": RecordState.ARCHIVED})


def _apply(session: Session, model: type[Way], id: int, changes: Mapping[str, Any]) -> None:
    kind, right = _KINDS[model]
    apply_changes(session, _to_write(session, model, id, right), kind, changes)


def _to_write(session: Session, model: Any, id: int, right: str) -> Any:
    demand(session, right)
    return find(session, model, id)


def _demand_reachable(fields: Any) -> None:
    if not set(REACHABLE) & set(fields):
        raise InvalidInput({"fields": _("Ask for an e-mail address or a phone number, so that you can answer.")})


def _form_readers(session: Session, stored: WebForm | None) -> dict[str, Reader]:
    return {
        "title": line(TITLE_LENGTH, required=True),
        "intro": block(TEXT_LENGTH),
        "thanks": block(TEXT_LENGTH),
        "fields": _names,
        "required": _names,
        "source_id": entry_of(session, SOURCES, stored.source_id if stored is not None else None),
        "process_id": id_of(session, Process),
        "manager_id": _user(session, stored.manager_id if stored is not None else None),
        "days": _within(1, 30),
        "enabled": yes_no,
    }


def _link_readers() -> dict[str, Reader]:
    return {
        "title": line(TITLE_LENGTH, required=True),
        "intro": block(TEXT_LENGTH),
        "place": line(200),
        "minutes": _within(10, 480),
        "days_ahead": _within(1, MOST_DAYS),
        "notice": _within(0, 24 * 14),
        "enabled": yes_no,
    }


def _names(given: Any) -> list[str]:
    wanted = {str(one) for one in given or ()}
    if not wanted <= FIELDS.keys():
        raise Wrong(_("Choose one of the values offered."))
    return [name for name in FIELDS if name in wanted]


def _within(least: int, most: int) -> Reader:
    def read(given: Any) -> int:
        written = str(given if given is not None else "")
        if not (written.isascii() and written.isdigit() and len(written) < 8 and least <= int(written) <= most):
            raise Wrong(_("Write a whole number from %(least)s to %(most)s.", least=least, most=most))
        return int(written)

    return read


def _user(session: Session, kept: int | None) -> Reader:
    def read(given: Any) -> int | None:
        if given in (None, ""):
            return None
        written = str(given)
        wanted = int(written) if written.isascii() and written.isdigit() and len(written) < 10 else 0
        if wanted not in dict(active_users(session)) and wanted != kept:
            raise Wrong(_("Choose one of the values offered."))
        return wanted

    return read
