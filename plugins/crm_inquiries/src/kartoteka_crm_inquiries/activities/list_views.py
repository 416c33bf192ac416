"""Pages of the list of activities: all of them, its tabs that the menu leads to, filters, columns and files."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kartoteka.api.lists import choose_columns, export_list, show_filters, show_list
from kartoteka.api.users import set_preference
from kartoteka.api.web import require
from kartoteka_crm_inquiries.activities.lists import ACTIVITY_LIST, CONTACTS, GIVEN, MINE, OVERDUE
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.naming import VIEW_ACTIVITIES

Answer = str | Response


@blueprint.get("/activities/")
@require(VIEW_ACTIVITIES)
def list_activities() -> Answer:
    """List activities as the address asks (IN-16, IN-52)."""
    return show_list(ACTIVITY_LIST)


@blueprint.get("/tasks")
@require(VIEW_ACTIVITIES)
def list_my_tasks() -> Answer:
    """List one's own open tasks."""
    return show_list(ACTIVITY_LIST, preset={"show": MINE})


@blueprint.get("/tasks/given")
@require(VIEW_ACTIVITIES)
def list_given_tasks() -> Answer:
    """List the tasks that one gave to others (IN-29)."""
    return show_list(ACTIVITY_LIST, preset={"show": GIVEN})


@blueprint.get("/tasks/overdue")
@require(VIEW_ACTIVITIES)
def list_overdue() -> Answer:
    """List what is overdue (IN-16)."""
    return show_list(ACTIVITY_LIST, preset={"show": OVERDUE})


@blueprint.get("/tasks/contacts")
@require(VIEW_ACTIVITIES)
def list_contacts() -> Answer:
    """List the contacts with clients that are due these days (IN-16)."""
    return show_list(ACTIVITY_LIST, preset={"show": CONTACTS})


@blueprint.get("/activities/filters")
@require(VIEW_ACTIVITIES)
def filter_activities() -> Answer:
    """Ask for all filters at once."""
    return show_filters(ACTIVITY_LIST)


@blueprint.route("/activities/columns", methods=["GET", "POST"])
@require(VIEW_ACTIVITIES)
def choose_activity_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(ACTIVITY_LIST, set_preference)


@blueprint.route("/activities/export", methods=["GET", "POST"])
@require(VIEW_ACTIVITIES)
def export_activities() -> Answer:
    """Give the list out as a file."""
    return export_list(ACTIVITY_LIST)
