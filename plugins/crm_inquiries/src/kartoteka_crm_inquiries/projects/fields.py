"""The fields of sales projects."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldType
from kartoteka.api.directories import directory_choices, known_entries
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import PROJECT_STATUSES

_ = Texts("crm_inquiries")

PROJECT_FIELDS = (
    Field(
        name="number",
        title=_("Number"),
        type=FieldType.CODE,
        searchable=True,
        help=_("If empty, the next number of the series is used."),
    ),
    Field(name="name", title=_("Name"), type=FieldType.LINE, required=True, searchable=True, personal=True),
    Field(name="manager_id", title=_("Manager"), type=FieldType.USER),
    Field(
        name="status_id",
        title=_("Status"),
        type=FieldType.CHOICE,
        choices=directory_choices(PROJECT_STATUSES),
        known_choices=known_entries(PROJECT_STATUSES),
    ),
    Field(name="starts_on", title=_("Start"), type=FieldType.DATE),
    Field(name="due_on", title=_("Due"), type=FieldType.DATE),
    Field(name="value", title=_("Value"), type=FieldType.DECIMAL),
    Field(name="currency", title=_("Currency"), type=FieldType.CODE),
    Field(name="description", title=_("Description"), type=FieldType.BLOCK, personal=True),
)
BY_NAME = {field.name: field for field in PROJECT_FIELDS}
