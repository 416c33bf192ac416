"""Pages of records: filtered by fields, sorted by what is indexed, walked by cursors."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, select

from kartoteka.builtin.rest.resources import CLIENT, Seen
from kartoteka.builtin.rest.values import record_of
from kartoteka.db.paging import Page, SortKey, paginate
from kartoteka.db.search import restrict_to_matches
from kartoteka.db.session import Session
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import Field, FieldType
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState, read_id
from kartoteka.vocabulary.search import parse_query
from kartoteka.web.machines import Unmet

FEWEST, USUAL, MOST = 1, 50, 200
MOST_IDS = 200
EVERY_STATE = "all"
STATES = (str(RecordState.ACTIVE), str(RecordState.ARCHIVED), EVERY_STATE)
SEARCH = "q"
CONTROLS = ("limit", "cursor", "sort", "id", SEARCH)
EQUAL = (
    FieldType.CODE,
    FieldType.EMAIL,
    FieldType.CHOICE,
    FieldType.USER,
    FieldType.RECORD,
    FieldType.FILE,
    FieldType.YES_NO,
    FieldType.DATE,
    FieldType.INTEGER,
)
"""Types whose fields can be filtered by, for records whose value is equal."""


def filter_fields(seen: Seen) -> list[Field]:
    """Return the fields that a list can be filtered by."""
    taken = {*CONTROLS, "state", CLIENT}
    return [field for field in seen.readable if field.type in EQUAL and field.name not in taken]


def sort_names(seen: Seen) -> list[str]:
    """Return what a list can be sorted by, each also backwards with a minus before it."""
    names = ["id", *(field.name for field in seen.readable if field.sort is not None)]
    return [way + name for name in names for way in ("", "-")]


def list_records(session: Session, seen: Seen, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return a page of records with the addresses of its neighbours; raises Unmet naming the wrong parameter."""
    limit, (keys, descending) = _limit(asked), _order(seen, asked)
    statement, filters = _restricted(session, seen, asked)
    page = paginate(
        session,
        statement,
        list_name=f"api:{seen.resource.key}",
        keys=keys,
        descending=descending,
        filters=filters,
        cursor=asked.get("cursor") or None,
        size=limit,
        secret=session.database.secret,
    )
    if page.notice:
        raise _wrong("cursor", _("This cursor is of another list. Begin without one."))
    return {"items": [record_of(seen, row[0]) for row in page.rows], **_neighbours(seen, asked, page)}


def _neighbours(seen: Seen, asked: Mapping[str, str], page: Page) -> dict[str, str | None]:
    def address(cursor: str | None) -> str | None:
        return cursor and f"{seen.resource.path}?{urlencode({**asked, 'cursor': cursor})}"

    return {"next": address(page.next), "previous": address(page.previous)}


def _limit(asked: Mapping[str, str]) -> int:
    if "limit" not in asked:
        return USUAL
    number = read_id(asked["limit"])
    if number is None or not FEWEST <= number <= MOST:
        raise _wrong("limit", _("This must be a whole number from %(from)s to %(to)s.", **{"from": FEWEST, "to": MOST}))
    return number


def _order(seen: Seen, asked: Mapping[str, str]) -> tuple[list[SortKey], bool]:
    wanted = asked.get("sort", "id")
    if wanted not in sort_names(seen):
        raise _wrong("sort", _("One can sort by: %(names)s.", names=", ".join(sort_names(seen))))
    name, descending = wanted.removeprefix("-"), wanted.startswith("-")
    last = SortKey("id", seen.model.id)
    if name == "id":
        return [last], descending
    column = next(field.sort for field in seen.readable if field.name == name)
    return [SortKey(name, getattr(seen.model, str(column))), last], descending


def _restricted(session: Session, seen: Seen, asked: Mapping[str, str]) -> tuple[Select[Any], dict[str, str]]:
    statement = select(seen.model)
    fields = {field.name: field for field in filter_fields(seen)}
    state = asked.get("state", STATES[0])
    if seen.has_state and state != EVERY_STATE:
        statement = statement.where(seen.model.state == _state(state))
    for name, written in asked.items():
        if name == SEARCH and seen.is_searched:
            terms = parse_query(written)
            statement = restrict_to_matches(
                session, statement, seen.model.id, terms, [seen.kind.kind], column="record_id"
            )
        elif name == "id":
            statement = statement.where(seen.model.id.in_(_ids(written)))
        elif name == CLIENT and seen.has_client:
            statement = statement.where(getattr(seen.model, str(seen.kind.client_column)) == _id(name, written))
        elif name in fields:
            field = fields[name]
            is_own = isinstance(field, CustomField)
            column = field.expression(seen.model) if is_own else getattr(seen.model, field.attribute)
            statement = statement.where(column == _value(seen, fields[name], written))
        elif (name == SEARCH or name not in CONTROLS) and not (name == "state" and seen.has_state):
            raise _wrong(name[:100], _("There is nothing of this name to filter by."))
    return statement, {name: value for name, value in asked.items() if name not in ("limit", "cursor", "sort")}


def _state(written: str) -> str:
    if written not in STATES:
        raise _wrong("state", _("This must be one of: %(names)s.", names=", ".join(STATES)))
    return written


def _ids(written: str) -> list[int]:
    ids = [read_id(one) for one in written.split(",")]
    known = [one for one in ids if one is not None]
    if len(known) < len(ids) or len(ids) > MOST_IDS:
        raise _wrong("id", _("Write up to %(most)s numbers with commas between them.", most=MOST_IDS))
    return known


def _id(name: str, written: str) -> int:
    number = read_id(written)
    if number is None:
        raise _wrong(name, _("This must be the number of a record."))
    return number


def _value(seen: Seen, field: Field, written: str) -> Any:
    if field.type is FieldType.YES_NO:
        if written not in ("true", "false"):
            raise _wrong(field.name, _("This must be true or false."))
        return written == "true"
    if field.type is FieldType.DATE:
        try:
            return date.fromisoformat(written)
        except ValueError:
            raise _wrong(field.name, _("This is not a date. Write it as 2026-11-22.")) from None
    if isinstance(field, CustomField) and field.type is FieldType.INTEGER:
        return _whole(field.name, written)
    if seen.is_number(field):
        return _id(field.name, written)
    if "\x00" in written:
        raise _wrong(field.name, _("This text has characters that cannot be stored."))
    return written


def _whole(name: str, written: str) -> int:
    if not re.fullmatch("-?[0-9]{1,9}", written, re.ASCII):
        raise _wrong(name, _("This must be a whole number."))
    return int(written)


def _wrong(name: str, message: Any) -> Unmet:
    return Unmet(400, message, name)
