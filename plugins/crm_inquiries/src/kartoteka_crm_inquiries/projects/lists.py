"""The list of sales projects."""

from __future__ import annotations

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.declare import FieldType
from kartoteka.api.lists import ListColumn, ListOrder, RecordList, columns_of, filters_of
from kartoteka.api.texts import Texts
from kartoteka.api.users import known_users, name_of
from kartoteka_crm_inquiries.amounts import sums_of
from kartoteka_crm_inquiries.naming import EDIT, PROJECT
from kartoteka_crm_inquiries.projects.fields import PROJECT_FIELDS
from kartoteka_crm_inquiries.projects.models import Project

_ = Texts("crm_inquiries")

_CLIENT = select(Client.name).where(Client.id == Project.client_id).correlate(Project).scalar_subquery()

PATH = "/crm_inquiries/projects/"

PROJECT_LIST = RecordList(
    name="crm_inquiries.projects",
    kind=PROJECT,
    model=Project,
    title=_("Sales projects"),
    icon="briefcase",
    path=PATH,
    columns=(
        *columns_of(PROJECT_FIELDS, Project, user_name=name_of),
        ListColumn(name="client", title=_("Client"), type=FieldType.LINE, expression=_CLIENT),
    ),
    filters=filters_of(PROJECT_FIELDS, Project),
    orders=(ListOrder(name="newest", column=Project.id, type=FieldType.INTEGER),),
    order="-newest",
    shown=("number", "client", "status_id", "manager_id", "due_on", "value"),
    facts=("client", "status_id", "due_on"),
    quick=("status_id", "manager_id"),
    users=known_users,
    searched=lambda session: (PROJECT,),
    totals=sums_of(Project),
    edit_path="/edit",
    edit_permission=EDIT,
    nothing_yet=_(
        "A project holds activities, documents and offers of a client together. Start one on a client's card."
    ),
)
