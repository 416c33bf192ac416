"""Values of fields between the database and JSON: written without loss, read strictly, mistakes named by field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kartoteka.builtin.rest.resources import CLIENT, Seen, fixed_choices
from kartoteka.builtin.rest.schema import DECIMAL, LONGEST_BLOCK
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import Field, FieldType
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import LARGEST_ID
from kartoteka.web.machines import Unmet

_DECIMAL = re.compile(DECIMAL.replace("^", r"\A").replace("$", r"\Z"), re.ASCII)
_DATE = re.compile(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

NOT_A_TEXT = _("This must be a text.")
NOT_A_NUMBER = _("This must be a whole number.")
NOT_OFFERED = _("Choose one of the values offered.")


class _Wrong(ValueError):
    """A value that a field cannot have, with the reason."""

    def __init__(self, message: Message) -> None:
        self.message = message


def record_of(seen: Seen, record: Any) -> dict[str, Any]:
    """Return a record as JSON has it."""
    content = {"id": record.id, "version": record.version}
    if seen.has_state:
        content["state"] = str(record.state)
    if "created_at" in seen.columns:
        content["created_at"] = plain(record.created_at)
    if seen.has_client:
        content[CLIENT] = getattr(record, str(seen.kind.client_column))
    return content | {field.name: _plain_of(field, getattr(record, field.attribute)) for field in seen.readable}


def _plain_of(field: Field, value: Any) -> Any:
    return plain(field.typed(value) if isinstance(field, CustomField) else value)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: days and moments as ISO 8601 in UTC, decimals as texts."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value) if isinstance(value, str) else value


def read_body(body: bytes) -> dict[str, Any]:
    """Return the object that a body holds; raises Unmet (400) for anything else."""
    try:
        content = json.loads(body, object_pairs_hook=_each_name_once, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Unmet(400, _("The body is not JSON.")) from error
    if not isinstance(content, dict):
        raise Unmet(400, _("The body must be a JSON object."))
    return content


def read_values(seen: Seen, content: Mapping[str, Any], *, creating: bool) -> dict[str, Any]:
    """Return the values of a record by field name, typed; raises InvalidInput naming each field that is wrong."""
    fields: dict[str, Field] = {field.name: field for field in seen.writable}
    values: dict[str, Any] = {}
    errors: dict[str, Message] = {}
    for name, given in content.items():
        try:
            if creating and name == CLIENT and seen.has_client:
                values[name] = None if given is None and not seen.needs_client else _read_id(given)
            elif name in fields:
                values[name] = read_value(seen, fields[name], given)
            else:
                errors[_shown(name)] = _unknown_field(seen, name)
        except _Wrong as wrong:
            errors[name] = wrong.message
    if creating and seen.has_client and seen.needs_client and CLIENT not in content:
        errors[CLIENT] = _("Say which client it is for.")
    if not content and not creating:
        raise Unmet(400, _("Name at least one field to change."))
    if errors:
        raise InvalidInput(errors)
    return values


def read_value(seen: Seen, field: Field, given: Any) -> Any:
    """Return the typed value of a field; raises a ValueError with a message for what it cannot hold."""
    if given is None:
        if seen.may_be_null(field) and not field.required:
            return None
        raise _Wrong(_("This cannot be null."))
    if field.type is FieldType.CHOICES:
        return _read_many(field, given)
    if field.type in _READERS:
        return _READERS[field.type](given)
    if seen.is_number(field):
        return _read_number(given) if field.type is FieldType.INTEGER else _read_id(given)
    return _read_text(seen, field, given)


def _read_many(field: Field, given: Any) -> list[str]:
    offered = {choice.value for choice in fixed_choices(field)}
    if not isinstance(given, list) or not all(isinstance(one, str) and one in offered for one in given):
        raise _Wrong(NOT_OFFERED)
    return given


def _read_text(seen: Seen, field: Field, given: Any) -> str:
    if not isinstance(given, str):
        raise _Wrong(NOT_A_TEXT)
    choices = fixed_choices(field)
    if choices and given not in {choice.value for choice in choices} | (set() if field.required else {""}):
        raise _Wrong(NOT_OFFERED)
    if _UNSTORABLE.search(given):
        raise _Wrong(_("This text has characters that cannot be stored."))
    longest = seen.longest(field) or (LONGEST_BLOCK if field.type is FieldType.BLOCK else None)
    if longest is not None and len(given) > longest:
        raise _Wrong(_("This is too long: at most %(longest)s characters fit here.", longest=longest))
    if field.required and not given:
        raise _Wrong(_("This must be filled in."))
    return given


def _read_yes_no(given: Any) -> bool:
    if not isinstance(given, bool):
        raise _Wrong(_("This must be true or false."))
    return given


def _read_number(given: Any) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or abs(given) > LARGEST_ID:
        raise _Wrong(NOT_A_NUMBER)
    return given


def _read_id(given: Any) -> int:
    number = _read_number(given)
    if number < 1:
        raise _Wrong(NOT_OFFERED)
    return number


def _read_decimal(given: Any) -> Decimal:
    text = str(given) if isinstance(given, int) and not isinstance(given, bool) else given
    if not isinstance(text, str) or not _DECIMAL.match(text):
        raise _Wrong(_("This must be a number written as a text, such as “12.50”."))
    return Decimal(text)


def _read_date(given: Any) -> date:
    if isinstance(given, str) and _DATE.match(given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise _Wrong(_("This is not a date. Write it as 2026-11-22."))


def _read_moment(given: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(given) if isinstance(given, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _Wrong(_("This is not a moment. Write it as 2026-11-22T09:30:00Z."))
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise _Wrong(_("Check the year of this date.")) from error


_READERS: Mapping[FieldType, Callable[[Any], Any]] = {
    FieldType.YES_NO: _read_yes_no,
    FieldType.DECIMAL: _read_decimal,
    FieldType.DATE: _read_date,
    FieldType.DATETIME: _read_moment,
}


def _unknown_field(seen: Seen, name: str) -> Message:
    if any(field.name == name for field in seen.readable) or name in ("id", "version", "state", "created_at"):
        return _("This cannot be written.")
    return _("There is no such field.")


def _shown(name: str) -> str:
    return _UNSTORABLE.sub("?", name[:100])


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("a name stands there twice")
    return content


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
