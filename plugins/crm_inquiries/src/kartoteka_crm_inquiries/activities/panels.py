"""What activities add to cards, the front page and lists: tab, next action, widgets, mass actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Actor, Session, utc_now
from kartoteka.api.declare import CARD_SIDE, Action, Outcome, Panel, Tab, Widget
from kartoteka.api.forms import ChoiceField
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities import queries, service
from kartoteka_crm_inquiries.activities.days import day_of
from kartoteka_crm_inquiries.activities.forms import DueForm, HandOverForm
from kartoteka_crm_inquiries.activities.handing import receiver_of, receivers
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.rules import OPEN
from kartoteka_crm_inquiries.naming import ACTIVITY, ASSIGN, EDIT_ACTIVITIES, INQUIRY, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

TAB = "crm_inquiries.activities"
LONG = 50


class ReceiverForm(HandOverForm):
    """To whom work is passed on, with those who work here to choose from."""

    receiver = ChoiceField(_("To whom"), choices=receivers, required=True)


def open_of(record: RecordRef) -> Any:
    """Return the condition of what is open about a client or an inquiry."""
    column = Activity.inquiry_id if record.kind == INQUIRY else Activity.client_id
    return (column == record.id) & Activity.status.in_(OPEN) & (Activity.state == RecordState.ACTIVE)


def load_next(session: Session, record: RecordRef) -> Mapping[str, Any]:
    """Return what is done next about a client."""
    return {"activities": queries.next_of_client(session, record.id), "now": utc_now()}


def load_today(session: Session, user: Actor, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the user has to do today: time, client, kind (CORE-07)."""
    begins, ends = day_of(utc_now())
    mine = (Activity.performer_id == user.user_id) & (Activity.state == RecordState.ACTIVE)
    today = (Activity.starts_at < ends) & ((Activity.starts_at >= begins) | (Activity.ends_at > begins))
    found = queries.activities_of(
        session, mine & today & Activity.status.in_(OPEN), Activity.starts_at, Activity.id, limit=LONG
    )
    return {"activities": found, "now": utc_now()}


def load_overdue(session: Session, user: Actor, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what the user should have done before today."""
    begins, _ends = day_of(utc_now())
    late = (Activity.performer_id == user.user_id) & Activity.status.in_(OPEN) & (Activity.due_at < begins)
    found = queries.activities_of(
        session, late & (Activity.state == RecordState.ACTIVE), Activity.due_at, Activity.id, limit=LONG
    )
    return {"activities": found, "now": utc_now()}


def hand_over(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Pass activities on to a colleague or a department."""
    for record in records:
        activity = service.activity_to_write(session, record.id)
        user_id = receiver_of(session, str(data.get("receiver") or ""), [activity.performer_id])
        service.hand_over_activity(session, record.id, user_id, str(data.get("note") or ""))
    count = len(records)
    return Outcome(_.plural("One task was passed on.", "%(count)s tasks were passed on.", count), count)


def finish(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Finish activities, without a next step."""
    for record in records:
        service.finish_activity(session, record.id, {})
    count = len(records)
    return Outcome(_.plural("One task is done.", "%(count)s tasks are done.", count), count)


def move_due(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Move until when activities must be done."""
    for record in records:
        service.change_activity(session, record.id, {"due_at": data.get("due_at")})
    count = len(records)
    return Outcome(_.plural("One task was moved.", "%(count)s tasks were moved.", count), count)


def plan_page(records: list[RecordRef]) -> str:
    """Return the address of the form that plans something for a client or an inquiry (CL-29)."""
    name = "inquiry" if records[0].kind == INQUIRY else "client"
    return f"/crm_inquiries/activities/new?{name}={records[0].id}"


TABS = [
    Tab(
        kinds=(CLIENT_KIND,),
        name=TAB.partition(".")[2],
        title=_("Activities"),
        permission=VIEW_ACTIVITIES,
        tells=(ACTIVITY,),
        endpoint="crm_inquiries.show_client_activities",
        count=queries.count_open_of_client,
        weight=22,
    )
]
PANELS = [
    Panel(
        name="next_action",
        slot=CARD_SIDE,
        title=_("Next action"),
        permission=VIEW_ACTIVITIES,
        tells=(ACTIVITY,),
        template="crm_inquiries/activities/next_panel.html",
        load=load_next,
        kinds=(CLIENT_KIND,),
        weight=5,
    ),
]
WIDGETS = [
    Widget(
        name="my_day",
        title=_("My activities of today"),
        description=_("What you have planned for today: time, client and kind."),
        permission=VIEW_ACTIVITIES,
        template="crm_inquiries/activities/day_widget.html",
        load=load_today,
        icon="calendar",
        size=2,
        refresh=300,
        weight=5,
    ),
    Widget(
        name="overdue",
        title=_("Overdue"),
        description=_("What you should have done before today."),
        permission=VIEW_ACTIVITIES,
        template="crm_inquiries/activities/overdue_widget.html",
        load=load_overdue,
        icon="alert-triangle",
        weight=6,
    ),
]
ACTIONS = [
    Action(
        name="plan",
        kinds=(CLIENT_KIND, INQUIRY),
        title=_("Plan an action"),
        icon="calendar",
        permission=EDIT_ACTIVITIES,
        page=plan_page,
        keys="n t",
        weight=20,
    ),
    Action(
        name="hand_over",
        kinds=(ACTIVITY,),
        title=_("Hand over"),
        icon="arrow-right",
        permission=ASSIGN,
        form=ReceiverForm,
        run=hand_over,
        bulk=True,
        single=False,
        weight=10,
    ),
    Action(
        name="finish",
        kinds=(ACTIVITY,),
        title=_.context("button", "Done"),
        icon="check",
        permission=EDIT_ACTIVITIES,
        run=finish,
        confirm=_("They are done without a next step. An open inquiry is never left without a next action."),
        bulk=True,
        single=False,
        weight=20,
    ),
    Action(
        name="move_due",
        kinds=(ACTIVITY,),
        title=_("Move the due date"),
        icon="calendar",
        permission=EDIT_ACTIVITIES,
        form=DueForm,
        run=move_due,
        bulk=True,
        single=False,
        weight=30,
    ),
]
