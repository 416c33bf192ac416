"""The widgets that the core offers for the front page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.builtin.clients.queries import reads_field
from kartoteka.builtin.dashboard import queries
from kartoteka.builtin.dashboard.forms import BirthdayOptions
from kartoteka.builtin.dashboard.rights import MANAGE_NOTICES
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session
from kartoteka.extension.declarations.ui import Widget
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.period import Period
from kartoteka.web.current import visitor
from kartoteka.web.i18n import today

Options = Mapping[str, Any]
AHEAD = 7
LINES = 8
FEW_LINES = 5
"""How many birthdays to come are shown; those of today are shown anyway."""
VIEW_CLIENTS = "clients.view"


def load_next_steps(session: Session, user: Actor, options: Options) -> Mapping[str, Any] | None:
    """Say what is left to do in a new installation; nothing when all of it is done."""
    users, clients = queries.how_far(session)
    steps = {"colleagues": users > 1, "clients": clients > 0}
    return None if all(steps.values()) else {"steps": steps}


def load_notices(session: Session, user: Actor, options: Options) -> Mapping[str, Any]:
    """Return the notices of today."""
    return {"notices": queries.notices_on(session, today(), user), "may_post": user.can(MANAGE_NOTICES)}


def load_birthdays(session: Session, user: Actor, options: Options) -> Mapping[str, Any]:
    """Return the birthdays of colleagues and of natural persons, today and in the next days (CORE-08)."""
    days = days_of(options)
    period = Period.days_from(today(), days + 1)
    found = queries.team_birthdays(session, period)
    if user.can(VIEW_CLIENTS) and reads_field("birth_date", session):
        found += queries.client_birthdays(session, period)
    found.sort(key=lambda one: one.day)
    day = today()
    shown = min(2 * LINES, max(FEW_LINES, sum(one.day == day for one in found)))
    return {"birthdays": found[:shown], "more": max(0, len(found) - shown), "days": days, "today": day}


def load_latest_work(session: Session, user: Actor, options: Options) -> Mapping[str, Any]:
    """Return what was done last to the clients that the user sees."""
    return {"work": queries.latest_work(session, LINES)}


def load_my_clients(session: Session, user: Actor, options: Options) -> Mapping[str, Any]:
    """Return the user's newest clients and how many he has."""
    rows = queries.newest_clients_of(session, user.user_id or 0, LINES)
    return {"clients": rows, "number": rows[0].number if rows else 0, "user": visitor()}


def days_of(options: Options) -> int:
    """Return how many days ahead the user wants to see birthdays."""
    days = options.get("days")
    return days if type(days) is int and 0 <= days <= 60 else AHEAD


WIDGETS = [
    Widget(
        name="next_steps",
        title=_("Next steps"),
        description=_("What is left to do until everybody can work with Kartoteka."),
        icon="checklist",
        permission="users.manage",
        template="dashboard/next_steps.html",
        load=load_next_steps,
        size=3,
        weight=10,
    ),
    Widget(
        name="notices",
        title=_("Notices"),
        description=_("What the company tells everybody."),
        icon="speakerphone",
        permission=None,
        template="dashboard/notices_widget.html",
        load=load_notices,
        size=2,
        refresh=300,
        weight=20,
    ),
    Widget(
        name="birthdays",
        title=_("Birthdays"),
        description=_("Colleagues and clients who have their birthday today or soon."),
        icon="cake",
        permission=None,
        template="dashboard/birthdays.html",
        load=load_birthdays,
        form=BirthdayOptions,
        lazy=True,
        weight=30,
    ),
    Widget(
        name="latest_changes",
        title=_("Latest changes"),
        description=_("What was done last to the clients that you see."),
        icon="history",
        permission=VIEW_CLIENTS,
        template="dashboard/latest_changes.html",
        load=load_latest_work,
        size=2,
        refresh=120,
        weight=40,
    ),
    Widget(
        name="my_clients",
        title=_("My clients"),
        description=_("Your newest clients, and how many you have."),
        icon="address-book",
        permission=VIEW_CLIENTS,
        template="dashboard/my_clients.html",
        load=load_my_clients,
        weight=60,
    ),
]
