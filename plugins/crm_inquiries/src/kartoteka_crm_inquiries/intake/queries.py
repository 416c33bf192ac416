"""Reads of web forms and booking links."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kartoteka.api.clients import Client, find_duplicates
from kartoteka.api.db import Session, utc_now
from kartoteka.api.declare import DuplicateProbe
from kartoteka.api.errors import NotFound
from kartoteka.api.records import RecordRef, RecordState, RecordSummary
from kartoteka_crm_inquiries.calendar.queries import working_time
from kartoteka_crm_inquiries.calendar.service import free_busy
from kartoteka_crm_inquiries.calendar.working_time import moment_at
from kartoteka_crm_inquiries.intake.models import TOKEN_LENGTH, BookingLink, WebForm
from kartoteka_crm_inquiries.intake.rules import free_slots
from kartoteka_crm_inquiries.naming import BOOKING_LINK, WEB_FORM


def in_use(session: Session, model: type[Any]) -> list[Any]:
    """Return the web forms, or the booking links that the reader sees, by their title; one statement."""
    found = select(model).where(model.state == RecordState.ACTIVE)
    return list(session.scalars(found.order_by(model.title, model.id)))


def open_form(session: Session, token: str) -> WebForm:
    """Return the form at an address; raises NotFound, also for one that is switched off."""
    found: WebForm = _at(session, WebForm, token)
    return found


def open_link(session: Session, token: str) -> BookingLink:
    """Return the booking link at an address; raises NotFound, also for one that is switched off."""
    found: BookingLink = _at(session, BookingLink, token)
    return found


def known_client(session: Session, email: str, phone: str, country: str) -> Client | None:
    """Return the client that an e-mail address and a phone number belong to, if it is exactly one."""
    probe = DuplicateProbe(emails=tuple(filter(None, (email,))), phones=tuple(filter(None, (phone,))), country=country)
    ids = {hit.client_id for hit in find_duplicates(session, probe)}
    if len(ids) != 1:
        return None
    found: Client | None = session.scalar(select(Client).where(Client.id.in_(ids)))
    return found


def slots_of(session: Session, link: BookingLink, first: date, last: date) -> list[datetime]:
    """Return the moments at which a visitor can begin from ``first`` to ``last``, days of the company's zone."""
    now, worked = utc_now(), working_time(session, link.user_id)
    working, zone = list(worked.stretches(first, last)), worked.zone
    if not working:
        return []
    since, until = moment_at(first, 0, zone), moment_at(last, 1440, zone)
    busy = free_busy(session, [link.user_id], since - timedelta(days=1), until + timedelta(days=1))[link.user_id]
    earliest = now + timedelta(hours=link.notice)
    latest = moment_at(now.astimezone(ZoneInfo(str(zone))).date() + timedelta(days=link.days_ahead), 1440, zone)
    return free_slots(working, busy, timedelta(minutes=link.minutes), earliest, latest)


def summarise_forms(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each form is called; one statement."""
    return _summarise(session, WebForm, WEB_FORM, ids, form_url)


def summarise_links(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each booking link is called; one statement."""
    return _summarise(session, BookingLink, BOOKING_LINK, ids, link_url)


def _summarise(
    session: Session, model: type[Any], kind: str, ids: Sequence[int], url: Callable[[int], str]
) -> Mapping[int, RecordSummary]:
    rows = session.execute(select(model.id, model.title, model.state).where(model.id.in_(ids)))
    return {
        row.id: RecordSummary(RecordRef(kind, row.id), title=row.title, url=url(row.id), state=row.state)
        for row in rows
    }


def form_url(id: int) -> str:
    """Return the address of a form's page for those who set it up."""
    return f"/crm_inquiries/forms/{id}"


def link_url(id: int) -> str:
    """Return the address of a booking link's page for its user."""
    return f"/crm_inquiries/booking/{id}"


def _at(session: Session, model: Any, token: str) -> Any:
    if len(token) != TOKEN_LENGTH or "\x00" in token:
        raise NotFound
    found = session.scalar(
        select(model).where(model.token == token, model.enabled.is_(True), model.state == RecordState.ACTIVE)
    )
    if found is None:
        raise NotFound
    return found
