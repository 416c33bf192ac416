"""Reads of the fields that a company has added: their definitions, and the fields they make."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from kartoteka.builtin.custom_fields.models import CustomFieldRow
from kartoteka.builtin.custom_fields.naming import LANGUAGES, FieldTitle
from kartoteka.builtin.custom_fields.rules import BY_VALUE, FILE
from kartoteka.db.session import Session, as_system
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import Choice, RecordKind
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import text as _

MANAGE = "custom_fields.manage"
FIELD_KIND = "custom_fields.field"
SEE_CONFIDENTIAL, EDIT_CONFIDENTIAL = "access.see_confidential", "access.edit_confidential"
SEE_FILES, ADD_FILES = "files.view", "files.add"
_ORDER = (CustomFieldRow.kind, CustomFieldRow.position, CustomFieldRow.id)


def company_fields(session: Session) -> Mapping[str, Sequence[CustomField]]:
    """Return the open fields of the company by record kind, in their order; one statement."""
    with as_system(session, reason="fields of the company"):
        rows = session.scalars(select(CustomFieldRow).where(CustomFieldRow.closed.is_(False)).order_by(*_ORDER)).all()
    found: dict[str, list[CustomField]] = defaultdict(list)
    for row in rows:
        if row.type in BY_VALUE:
            found[row.kind].append(make_field(row))
    return found


def make_field(row: CustomFieldRow) -> CustomField:
    """Return the field that a definition makes."""
    choices = tuple((_choice(one), bool(one.get("closed"))) for one in row.choices)
    title = FieldTitle(row.title, dict(row.titles))
    if row.currency:
        title = FieldTitle(f"{row.title}, {row.currency}", {k: f"{v}, {row.currency}" for k, v in row.titles.items()})
    see, edit = _rights_of(row)
    headers = {row.title, row.name, str(title.text), *(str(one) for one in row.titles.values())}
    return CustomField(
        kind=row.kind,
        name=row.name,
        title=title,
        type=BY_VALUE[row.type].type,
        currency=row.currency,
        places=2 if row.currency else 6,
        help=FieldTitle(row.help) if row.help else None,
        choices=tuple(choice for choice, closed in choices if not closed),
        known_choices=tuple(choice for choice, _closed in choices),
        required=row.required,
        personal=row.personal,
        searchable=row.searchable and not row.confidential,
        read_permission=see,
        write_permission=edit,
        import_headers=tuple(sorted(headers)),
    )


def _rights_of(row: CustomFieldRow) -> tuple[str | None, str | None]:
    """Return the rights to read and to write a field."""
    if row.confidential:
        return SEE_CONFIDENTIAL, EDIT_CONFIDENTIAL
    return (SEE_FILES, ADD_FILES) if row.type == FILE else (None, None)


def fields_with_files(session: Session, kind: str) -> dict[str, str]:
    """Return the names of a record kind's fields that hold documents, closed ones too, and the right that these need.

    The right is "" where whoever sees the record may see the document.
    """
    chosen = select(CustomFieldRow).where(CustomFieldRow.kind == kind, CustomFieldRow.type == FILE)
    with as_system(session, reason="fields of the company"):
        rows = session.scalars(chosen).all()
    return {row.name: SEE_CONFIDENTIAL if row.confidential else "" for row in rows}


def kind_of_field(session: Session, id: int) -> str | None:
    """Return the record kind that a field belongs to, None when there is no such field."""
    with as_system(session, reason="fields of the company"):
        kind: str | None = session.scalar(select(CustomFieldRow.kind).where(CustomFieldRow.id == id))
    return kind


def extensible_kinds(session: Session) -> list[RecordKind]:
    """Return the record kinds that may have fields of the company, those of modules that are off too."""
    return [kind for kind in extension_of(session).registry.record_kinds if kind.is_extensible]


def kinds_in_use(session: Session) -> list[RecordKind]:
    """Return those of modules that are on."""
    active = active_set(session)
    return [kind for kind in extensible_kinds(session) if kind.module in active]


def find_kind(session: Session, name: str) -> RecordKind:
    """Return a record kind that may have fields of the company; raises NotFound."""
    found = next((kind for kind in extensible_kinds(session) if kind.kind == name), None)
    if found is None:
        raise NotFound
    return found


def list_fields(session: Session, kind: str) -> list[CustomFieldRow]:
    """Return the definitions of a record kind's fields, open ones first, in their order."""
    rows = session.scalars(select(CustomFieldRow).where(CustomFieldRow.kind == kind).order_by(*_ORDER)).all()
    return sorted(rows, key=lambda row: row.closed)


def count_fields(session: Session) -> dict[str, int]:
    """Return how many open fields each record kind has."""
    counted = select(CustomFieldRow.kind, func.count()).where(CustomFieldRow.closed.is_(False))
    return {row[0]: row[1] for row in session.execute(counted.group_by(CustomFieldRow.kind))}


def count_filled(session: Session, row: CustomFieldRow) -> int:
    """Return how many records have a value in a field."""
    kind = find_kind(session, row.kind)
    value = kind.model.custom_values[row.name].as_string()
    with as_system(session, reason="how many records use a field"):
        return session.scalar(select(func.count()).select_from(kind.model).where(value.is_not(None), value != "")) or 0


def title_of(row: CustomFieldRow) -> FieldTitle:
    """Return what a field is called, in the reader's language."""
    return FieldTitle(row.title, dict(row.titles))


def type_title(row: CustomFieldRow) -> Any:
    """Return in words what may be typed into a field."""
    found = BY_VALUE.get(row.type)
    return _("Unknown") if found is None else found.title


def _choice(one: Mapping[str, Any]) -> Choice:
    titles = {language: one["titles"][language] for language in LANGUAGES if one.get("titles", {}).get(language)}
    return Choice(str(one["value"]), FieldTitle(str(one["title"]), titles))
