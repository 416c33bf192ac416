"""The directory as a target of imports: companies are found again by code or by name, and journaled (CL-40, X-10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.checking import LENGTHS
from kartoteka.builtin.clients.directory.fields import COMPANY_FIELDS, COMPANY_KIND, IMPORT
from kartoteka.builtin.clients.directory.models import DirectoryCompany, normal_code
from kartoteka.db.journal import insert_rows, update_rows
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Field, FieldType
from kartoteka.extension.declarations.importing import (
    Fate,
    ImportKey,
    ImportOutcome,
    ImportRow,
    ImportRun,
    ImportTarget,
)
from kartoteka.vocabulary.identifiers import country_code
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, no_value, sort_key
from kartoteka.web.countries import country_choices

TABLE = str(DirectoryCompany.__table__.name)
BY_CODE, BY_NAME = "registration_code", "name"
_LENGTHS = {**LENGTHS, "name": 300, "country": 60, "street": 300, "city": 120, "region": 120, "postcode": 20}
_COLUMNS = tuple(field.name for field in COMPANY_FIELDS if field.name != "source")
_CODE_LIKE = frozenset({"registration_code", "vat_code", "phone", "mobile", "email", "website"})


def match_companies(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> dict[int, int]:
    """Return the ids of the companies that are there already, by line."""
    country = run.options.get("country", "")
    if run.key == BY_CODE:
        keys = {row.line: normal_code(clean_line(row.key), _country(row.cells, country)) for row in rows}
        column: Any = DirectoryCompany.registration_code_norm
    else:
        keys = {row.line: sort_key(clean_line(row.cells.get("name", "")))[:300] for row in rows}
        column = DirectoryCompany.name_sort
    wanted = set(keys.values()) - {""}
    statement = select(column.label("key"), DirectoryCompany.id).where(column.in_(wanted))
    found = {row.key: row.id for row in session.execute(statement.order_by(DirectoryCompany.id.desc()))}
    return {line: found[key] for line, key in keys.items() if key in found}


def write_companies(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> list[ImportOutcome]:
    """Store new and changed companies and return what became of each line; a dry run stores nothing."""
    stored = _stored(session, [row.record_id for row in rows if row.record_id is not None])
    new: list[dict[str, Any]] = []
    changed: dict[int, dict[str, Any]] = {}
    outcomes = []
    for row in rows:
        values, errors, warnings = _read(row, run)
        fate = Fate.REFUSED if errors else _place(values, stored.get(row.record_id or 0), new, changed)
        outcomes.append(ImportOutcome(row.line, fate, errors, warnings))
    if not run.dry:
        insert_rows(session, TABLE, new)
        update_rows(session, TABLE, changed)
    return outcomes


def _place(values: dict[str, Any], before: Any, new: list[dict[str, Any]], changed: dict[int, dict[str, Any]]) -> Fate:
    if before is None:
        new.append(values)
        return Fate.CREATED
    different = {name: value for name, value in values.items() if getattr(before, name) != value}
    if not different:
        return Fate.UNCHANGED
    changed[before.id] = different
    return Fate.CHANGED


def _stored(session: Session, ids: Sequence[int]) -> dict[int, Any]:
    columns = [getattr(DirectoryCompany, field.name) for field in COMPANY_FIELDS]
    rows = session.execute(select(DirectoryCompany.id, *columns).where(DirectoryCompany.id.in_(set(ids))))
    return {row.id: row for row in rows}


def _read(row: ImportRow, run: ImportRun) -> tuple[dict[str, Any], dict[str, Message], dict[str, Message]]:
    """Return the values of a line, what forbids it, and what was left out of it."""
    values: dict[str, Any] = {}
    errors: dict[str, Message] = {}
    warnings: dict[str, Message] = {}
    for name in _COLUMNS:
        if name not in row.cells or name == "country":
            continue
        text = clean_line(row.cells[name])
        if name in _CODE_LIKE and no_value(text):
            text = ""
        longest = _LENGTHS.get(name, 200)
        if len(text) > longest:
            warnings[name] = _("This is too long: at most %(longest)s characters fit here.", longest=longest)
            text = text[:longest] if name in ("name", "street", "activity") else ""
        values[name] = text
    values["country"] = _country(row.cells, run.options.get("country", ""))
    values["source"] = run.source[:60]
    if not values.get("name"):
        errors["name"] = _("Fill this in.")
    return values, errors, warnings


def _country(cells: Mapping[str, str], usual: str) -> str:
    return country_code(clean_line(cells.get("country") or "")) or usual


def _defaults(session: Session) -> Mapping[str, str]:
    return {"country": session.database.search.region or ""}


DIRECTORY_TARGET = ImportTarget(
    name="directory",
    title=_("Company directory"),
    permission=IMPORT,
    kind=COMPANY_KIND,
    columns=tuple(field for field in COMPANY_FIELDS if field.name != "source"),
    match=match_companies,
    write=write_companies,
    keys=(
        ImportKey(name=BY_CODE, title=_("Registration code"), fields=("registration_code",)),
        ImportKey(name=BY_NAME, title=_("Name"), fields=("name",)),
    ),
    options=(
        Field(
            name="country",
            title=_("Country of companies when the line has none"),
            type=FieldType.CHOICE,
            choices=lambda session: country_choices(),
        ),
    ),
    defaults=_defaults,
    list_path="/clients/directory/",
    weight=200,
)
