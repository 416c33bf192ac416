"""Fields of the company as records, so that the change log says who added or changed which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.builtin.custom_fields.models import CustomFieldRow
from kartoteka.builtin.custom_fields.queries import FIELD_KIND, MANAGE, title_of
from kartoteka.builtin.custom_fields.rules import TYPES
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind
from kartoteka.extension.declarations.scopes import Public
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary


def summarise_fields(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each field is called; one statement."""
    rows = session.scalars(select(CustomFieldRow).where(CustomFieldRow.id.in_(ids)))
    return {
        row.id: RecordSummary(RecordRef(FIELD_KIND, row.id), title=str(title_of(row)), url=field_url(row.id))
        for row in rows
    }


def field_url(id: int) -> str:
    """Return the address of a field's page."""
    return f"/custom_fields/fields/{id}"


FIELD = RecordKind(
    kind=FIELD_KIND,
    title=_("Custom field"),
    plural_title=_("Custom fields"),
    icon="list-details",
    model=CustomFieldRow,
    permission=MANAGE,
    scope=Public(),
    fields=(
        Field(name="title", title=_("Name"), type=FieldType.LINE, required=True),
        Field(
            name="type",
            title=_("Type of value"),
            type=FieldType.CHOICE,
            choices=tuple(Choice(one.value, one.title) for one in TYPES),
        ),
        Field(name="help", title=_("Help"), type=FieldType.LINE),
        Field(name="required", title=_("Must be filled in"), type=FieldType.YES_NO),
        Field(name="confidential", title=_("Confidential"), type=FieldType.YES_NO),
        Field(name="personal", title=_("About a person"), type=FieldType.YES_NO),
        Field(name="searchable", title=_("Found by search"), type=FieldType.YES_NO),
        Field(name="position", title=_("Place in the order"), type=FieldType.INTEGER),
        Field(name="closed", title=_("Closed"), type=FieldType.YES_NO),
    ),
    summarise=summarise_fields,
    url=field_url,
    change_permission=MANAGE,
)
