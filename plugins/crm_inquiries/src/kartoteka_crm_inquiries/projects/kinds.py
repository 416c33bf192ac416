"""What sales projects are to the program."""

from __future__ import annotations

from kartoteka.api.declare import OwnedBy, OwnedByClientOr, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import EDIT, PROJECT, VIEW
from kartoteka_crm_inquiries.projects import queries
from kartoteka_crm_inquiries.projects.fields import PROJECT_FIELDS
from kartoteka_crm_inquiries.projects.models import Project

_ = Texts("crm_inquiries")

KINDS = [
    RecordKind(
        kind=PROJECT,
        title=_("Sales project"),
        plural_title=_("Sales projects"),
        icon="briefcase",
        model=Project,
        permission=VIEW,
        scope=OwnedByClientOr(others=OwnedBy("manager_id")),
        client_column="client_id",
        owner_columns=("manager_id",),
        change_permission=EDIT,
        fields=PROJECT_FIELDS,
        summarise=queries.summarise_projects,
        url=queries.project_url,
    ),
]
