"""Where activities stand in the menu, and the keys that lead there."""

from __future__ import annotations

from kartoteka.api.declare import Beginning, MenuItem
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, MANAGE_PROCESSES, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

MENU = [
    MenuItem(
        name="activities",
        title=_("Activities"),
        endpoint="crm_inquiries.list_my_tasks",
        permission=VIEW_ACTIVITIES,
        icon="checkbox",
        weight=25,
        keys="g t",
        begins=(
            Beginning(
                title=_("New activity"), endpoint="crm_inquiries.new_activity", permission=EDIT_ACTIVITIES, keys="n t"
            ),
            Beginning(
                title=_("Register a call"), endpoint="crm_inquiries.log_call", permission=EDIT_ACTIVITIES, keys="n l"
            ),
        ),
    ),
    MenuItem(
        name="given_tasks",
        title=_("Activities I assigned"),
        endpoint="crm_inquiries.list_given_tasks",
        permission=VIEW_ACTIVITIES,
        icon="checkbox",
        parent="crm_inquiries.activities",
        weight=10,
    ),
    MenuItem(
        name="overdue",
        title=_("Overdue"),
        endpoint="crm_inquiries.list_overdue",
        permission=VIEW_ACTIVITIES,
        icon="alert-triangle",
        parent="crm_inquiries.activities",
        weight=20,
    ),
    MenuItem(
        name="contacts",
        title=_("Current contacts"),
        endpoint="crm_inquiries.list_contacts",
        permission=VIEW_ACTIVITIES,
        icon="phone",
        parent="crm_inquiries.activities",
        weight=30,
    ),
    MenuItem(
        name="all_activities",
        title=_("All activities"),
        endpoint="crm_inquiries.list_activities",
        permission=VIEW_ACTIVITIES,
        icon="checkbox",
        parent="crm_inquiries.activities",
        weight=40,
    ),
    MenuItem(
        name="used",
        title=_("Resources and services"),
        endpoint="crm_inquiries.list_used",
        permission=MANAGE_PROCESSES,
        icon="briefcase",
        parent="settings.company",
        weight=70,
    ),
]
