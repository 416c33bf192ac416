"""What activities may be about: a client's open inquiries and its people, offered in forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from kartoteka.api.clients import client_people
from kartoteka.api.db import Session
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.web import describe_all
from kartoteka_crm_inquiries.activities.models import Activity, inquiry_class
from kartoteka_crm_inquiries.naming import INQUIRY, PROJECT
from kartoteka_crm_inquiries.projects.queries import project_choices

_ = Texts("crm_inquiries")

MOST = 50


def offer_inquiries(session: Session, field: Any, client_id: int | None, chosen: Any) -> None:
    """Offer the open inquiries of a client, and the one that is chosen already."""
    model = inquiry_class()
    found = {} if chosen is None else {chosen.id: f"{chosen.number} {chosen.subject}"}
    if client_id is not None:
        rows = session.execute(
            select(model.id, model.number, model.subject)
            .where(model.client_id == client_id, model.closed_at.is_(None), model.state == RecordState.ACTIVE)
            .order_by(model.received_at.desc(), model.id.desc())
            .limit(MOST)
        )
        found |= {row.id: f"{row.number} {row.subject}" for row in rows}
    offer(field, {str(key): title for key, title in found.items()})


def offer_projects(session: Session, form: Any, client_id: int | None, chosen: int | None) -> None:
    """Offer the projects in use of a client, and the one chosen already; a form asks only where there are any."""
    found = project_choices(session, client_id, chosen)
    if not found:
        del form.project_id
        return
    offer(form.project_id, {one.value: one.title for one in found})


def offer_people(session: Session, field: Any, client_id: int | None, chosen: RecordRef | None) -> None:
    """Offer the people of a client, and the one who is chosen already."""
    people = client_people(session, client_id) if client_id is not None else []
    found = {str(one.ref): ", ".join(part for part in (one.name, one.role, one.phone) if part) for one in people}
    if chosen is not None and str(chosen) not in found:
        known = describe_all(session, [chosen])
        found |= {str(chosen): known[chosen].title} if chosen in known else {}
    offer(field, found)


def offer(field: Any, titles: Mapping[str, Any], empty: Any = "–") -> None:
    """Let a choice offer these values, after nothing."""
    pairs = [("", empty), *titles.items()] if empty is not None else list(titles.items())
    field.choices = [SelectChoice(value, title) for value, title in pairs]


def what_it_is_about(activity: Activity) -> list[tuple[Any, RecordRef]]:
    """Return what an activity is about beside its client, each with what it is called."""
    found = [(_("Inquiry"), RecordRef(INQUIRY, activity.inquiry_id))] if activity.inquiry_id else []
    found += [(_("Sales project"), RecordRef(PROJECT, activity.project_id))] if activity.project_id else []
    found += [(_("With whom"), activity.person)] if activity.person else []
    return found
