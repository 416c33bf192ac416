"""The description of the API for people: what each resource knows, in tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kartoteka.builtin.rest.listing import SEARCH, filter_fields, sort_names
from kartoteka.builtin.rest.resources import CLIENT, Seen, fixed_choices
from kartoteka.builtin.rest.schema import input_schema, value_schema
from kartoteka.extension.declarations.data import Field, FieldType
from kartoteka.vocabulary.message import Translatable

_SAMPLES: dict[FieldType, Any] = {
    FieldType.DATE: "2026-11-22",
    FieldType.DATETIME: "2026-11-22T09:30:00Z",
    FieldType.DECIMAL: "12.50",
    FieldType.YES_NO: True,
    FieldType.EMAIL: "ona@example.lt",
    FieldType.PHONE: "+37061234567",
}


@dataclass(frozen=True)
class FieldLine:
    """A field in the table of a resource."""

    name: str
    title: Translatable
    type: str
    values: str
    is_written: bool


@dataclass(frozen=True)
class ResourceGuide:
    """What a page says about one resource."""

    key: str
    title: Translatable
    path: str
    methods: tuple[tuple[str, str], ...]
    fields: tuple[FieldLine, ...]
    filters: tuple[str, ...]
    sorts: tuple[str, ...]
    sample: str | None


def guide_to(seen: Seen) -> ResourceGuide:
    """Return what there is to say about a resource."""
    own = seen.resource
    one = f"{own.path}/{{id}}"
    methods = [("GET", own.path), ("GET", one)]
    methods += [("POST", own.path)] if own.create else []
    methods += [("PATCH", one)] if own.change else []
    methods += [("DELETE", one)] if own.remove else []
    methods += [("POST", f"{own.path}/content"), ("GET", f"{one}/content")] if own.content else []
    methods += [("PUT", f"{one}/content")] if own.content else []
    states = ("state",) if seen.has_state else ()
    searching = (SEARCH,) if seen.is_searched else ()
    clients = (CLIENT,) if seen.has_client else ()
    return ResourceGuide(
        key=own.key,
        title=own.title,
        path=own.path,
        methods=tuple(methods),
        fields=tuple(_lines(seen)),
        filters=("id", *searching, *states, *clients, *(field.name for field in filter_fields(seen))),
        sorts=tuple(sort_names(seen)),
        sample=_sample(seen) if own.create else None,
    )


def _lines(seen: Seen) -> Iterator[FieldLine]:
    writable = {field.name for field in seen.writable}
    for field in seen.readable:
        schema = value_schema(seen, field)
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        values = ", ".join(choice.value for choice in fixed_choices(field))
        shape = schema.get("format")
        kind = " / ".join(kinds) + (f" ({shape})" if shape else "")
        yield FieldLine(field.name, field.title, kind, values, field.name in writable)


def _sample(seen: Seen) -> str:
    properties = input_schema(seen, creating=True)["properties"]
    known = {field.name: field for field in seen.writable}
    content = {name: 17 if name not in known else _sample_of(seen, known[name]) for name in list(properties)[:4]}
    return json.dumps(content, ensure_ascii=False)


def _sample_of(seen: Seen, field: Field) -> Any:
    if choices := fixed_choices(field):
        return [choices[0].value] if field.type is FieldType.CHOICES else choices[0].value
    if field.type in _SAMPLES:
        return _SAMPLES[field.type]
    return 1 if seen.is_number(field) else "…"
