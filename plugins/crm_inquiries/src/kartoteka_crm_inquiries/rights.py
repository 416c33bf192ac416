"""The rights of the module, and the roles it offers."""

from __future__ import annotations

from kartoteka.api.declare import Permission, RoleTemplate
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import (
    ACTIVITY,
    ASSIGN,
    EDIT,
    EDIT_ACTIVITIES,
    INQUIRY,
    MANAGE_INTAKE,
    MANAGE_PROCESSES,
    SEE_CALENDARS,
    SHARED_MAIL,
    SUPERVISE,
    VIEW,
    VIEW_ACTIVITIES,
)

_ = Texts("crm_inquiries")

PERMISSIONS = [
    Permission(
        name=VIEW,
        title=_("See inquiries"),
        description=_("See the inquiries, orders and tenders of the clients one may see, and those one answers for."),
        record_kind=INQUIRY,
        also_requires=("clients.view", VIEW_ACTIVITIES),
        weight=10,
    ),
    Permission(
        name=EDIT,
        title=_("Work on inquiries"),
        description=_("Register, change, move and close inquiries, orders and tenders."),
        record_kind=INQUIRY,
        also_requires=(VIEW, EDIT_ACTIVITIES),
        weight=20,
    ),
    Permission(
        name=VIEW_ACTIVITIES,
        title=_("See activities"),
        description=_("See activities and tasks: one's own, those one gave, and those of clients one may see."),
        record_kind=ACTIVITY,
        weight=30,
    ),
    Permission(
        name=EDIT_ACTIVITIES,
        title=_("Plan and do activities"),
        description=_("Plan activities and tasks, change them, and say how they ended."),
        record_kind=ACTIVITY,
        also_requires=(VIEW_ACTIVITIES,),
        weight=40,
    ),
    Permission(
        name=ASSIGN,
        title=_("Assign work to others"),
        description=_("Plan activities for others, and pass on inquiries and tasks."),
        record_kind=ACTIVITY,
        also_requires=(EDIT_ACTIVITIES,),
        weight=50,
    ),
    Permission(
        name=SEE_CALENDARS,
        title=_("See what others do in their calendars"),
        description=_("Without it one sees when others are busy, but not with what."),
        record_kind=ACTIVITY,
        also_requires=(VIEW_ACTIVITIES,),
        weight=60,
    ),
    Permission(
        name=SUPERVISE,
        title=_("Supervise work"),
        description=_("See who works on which inquiry, what stands still, and reports about everybody's work."),
        record_kind=INQUIRY,
        also_requires=(VIEW,),
        weight=70,
    ),
    Permission(
        name=SHARED_MAIL,
        title=_("Answer e-mails of the shared mailbox"),
        description=_("Take e-mails from the shared mailbox and answer them."),
        record_kind=INQUIRY,
        also_requires=(EDIT,),
        weight=80,
    ),
    Permission(
        name=MANAGE_PROCESSES,
        title=_("Set up sales processes"),
        description=_("Change processes, stages, resources and services that are bought."),
        weight=90,
    ),
    Permission(
        name=MANAGE_INTAKE,
        title=_("Set up web forms"),
        description=_("Change web forms, booking links and how inquiries are distributed."),
        weight=100,
    ),
]
SELLING = ("clients.view", "clients.create", "clients.edit", "documents.view", VIEW, EDIT, VIEW_ACTIVITIES)
ROLES = [
    RoleTemplate(
        name="seller",
        title=_("Sales manager with inquiries"),
        permissions=(*SELLING, EDIT_ACTIVITIES, ASSIGN, SHARED_MAIL),
        reach="own",
    ),
    RoleTemplate(
        name="head_of_sales",
        title=_("Head of sales with inquiries"),
        permissions=(*SELLING, EDIT_ACTIVITIES, ASSIGN, SEE_CALENDARS, SUPERVISE, SHARED_MAIL, MANAGE_PROCESSES),
        reach="department",
    ),
]
