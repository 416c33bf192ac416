"""What rules of assignment are to the program."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldType, Public, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.assignment import queries
from kartoteka_crm_inquiries.assignment.models import Assignment
from kartoteka_crm_inquiries.naming import ASSIGNMENT, MANAGE_INTAKE

_ = Texts("crm_inquiries")

KINDS = [
    RecordKind(
        kind=ASSIGNMENT,
        title=_("Assignment rule"),
        plural_title=_("Assignment rules"),
        icon="arrows-split",
        model=Assignment,
        permission=MANAGE_INTAKE,
        scope=Public(),
        change_permission=MANAGE_INTAKE,
        fields=(
            Field(name="name", title=_("Name"), type=FieldType.LINE, required=True),
            Field(name="position", title=_("Order"), type=FieldType.INTEGER),
            Field(name="country", title=_("Country"), type=FieldType.LINE),
        ),
        summarise=queries.summarise_assignments,
        url=queries.assignment_url,
    ),
]
