"""What a record looks like in JSON: its JSON Schema (2020-12, as OpenAPI 3.1 has it), out of its fields."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.rest.resources import CLIENT, Seen, fixed_choices
from kartoteka.extension.declarations.data import Field, FieldType
from kartoteka.vocabulary.record import LARGEST_ID, RecordState

Schema = dict[str, Any]
ID: Schema = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}
DECIMAL = r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$"
LONGEST_BLOCK = 20_000
_FORMATS = {FieldType.DATE: "date", FieldType.DATETIME: "date-time"}


def record_schema(seen: Seen) -> Schema:
    """Return the schema of a record that is read; a program that may only create gets a part of it back."""
    properties: Schema = {"id": {**ID, "readOnly": True}, "version": {"type": "integer", "readOnly": True}}
    if seen.has_state:
        properties["state"] = {"type": "string", "enum": list(RecordState.ALL), "readOnly": True}
    properties["created_at"] = {"type": "string", "format": "date-time", "readOnly": True}
    if seen.has_client:
        properties[CLIENT] = _with_null(dict(ID), not seen.needs_client)
    writable = {field.name for field in seen.writable}
    for field in seen.readable:
        one = value_schema(seen, field, reading=True)
        properties[field.name] = one if field.name in writable else {**one, "readOnly": True}
    return {"type": "object", "properties": properties, "required": ["id"], "title": str(seen.kind.title)}


def input_schema(seen: Seen, *, creating: bool) -> Schema:
    """Return the schema of what a program sends to create or to change a record."""
    properties = {field.name: value_schema(seen, field) for field in seen.writable}
    schema: Schema = {"type": "object", "additionalProperties": False}
    if creating and seen.has_client:
        properties = {CLIENT: _with_null(dict(ID), not seen.needs_client), **properties}
        if seen.needs_client:
            schema["required"] = [CLIENT]
    schema["properties"] = properties
    if not creating:
        schema["minProperties"] = 1
    return schema


def value_schema(seen: Seen, field: Field, *, reading: bool = False) -> Schema:
    """Return the schema of one field's value; what is stored already may be odder than what may be sent."""
    schema = _with_null(_plain_schema(seen, field, reading=reading), seen.may_be_null(field))
    schema["title"] = str(field.title)
    if field.help is not None:
        schema["description"] = str(field.help)
    return schema


def _plain_schema(seen: Seen, field: Field, *, reading: bool) -> Schema:
    if field.type is FieldType.CHOICES:
        offered = {} if reading else {"enum": [one.value for one in fixed_choices(field)]}
        return {"type": "array", "items": {"type": "string", **offered}}
    if field.type is FieldType.YES_NO:
        return {"type": "boolean"}
    if seen.is_number(field):
        return {"type": "integer"} if field.type is FieldType.INTEGER else dict(ID)
    if field.type is FieldType.DECIMAL:
        return {"type": "string", "pattern": DECIMAL}
    if (form := _FORMATS.get(field.type)) is not None:
        return {"type": "string", "format": form}
    if reading:
        return {"type": "string"}
    return _text_schema(seen, field)


def _text_schema(seen: Seen, field: Field) -> Schema:
    if choices := fixed_choices(field):
        empty = [] if field.required else [""]
        return {"type": "string", "enum": [*(choice.value for choice in choices), *empty]}
    longest = seen.longest(field) or (LONGEST_BLOCK if field.type is FieldType.BLOCK else None)
    schema: Schema = {"type": "string", **({"maxLength": longest} if longest else {})}
    return schema | ({"minLength": 1} if field.required else {})


def _with_null(schema: Schema, may_be_null: bool) -> Schema:
    if not may_be_null:
        return schema
    schema["type"] = [schema["type"], "null"]
    if "enum" in schema:
        schema["enum"] = [*schema["enum"], None]
    return schema
