"""The description of the API: OpenAPI 3.1, out of the resources that the reader may use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kartoteka.builtin.rest.listing import EVERY_STATE, FEWEST, MOST, SEARCH, STATES, USUAL, filter_fields, sort_names
from kartoteka.builtin.rest.resources import CLIENT, Seen, fixed_choices
from kartoteka.builtin.rest.schema import ID, input_schema, record_schema
from kartoteka.extension.declarations.data import FieldType
from kartoteka.vocabulary.message import text as _

Part = dict[str, Any]
_FORM = "multipart/form-data"
PROBLEM = "Problem"
_ERRORS = {
    400: _("The request makes no sense."),
    401: _("The key is missing, wrong, expired or revoked."),
    403: _("The key or its user has no right to do this."),
    404: _("There is no such record, or its module is off."),
    409: _("Somebody else has changed or entered the same meanwhile."),
    412: _("The record has another version by now."),
    413: _("This is too large"),
    415: _("The body is not JSON."),
    422: _("Some values cannot be stored; errors names the fields."),
    428: _("If-Match is missing."),
    429: _("Too many requests. Wait a moment."),
    503: _("The database is busy. Try again in a moment."),
}


def make_document(resources: Sequence[Seen], company: str) -> Part:
    """Return the whole description; it names no other address, so that nothing has to be fetched for reading it."""
    paths: Part = {}
    schemas: Part = {PROBLEM: _problem_schema()}
    for seen in resources:
        name = _schema_name(seen)
        schemas[name] = record_schema(seen)
        if seen.resource.create is not None:
            schemas[f"{name}.new"] = input_schema(seen, creating=True)
        if seen.resource.change is not None:
            schemas[f"{name}.changes"] = input_schema(seen, creating=False)
        paths[seen.resource.path] = _list_path(seen, name)
        paths[f"{seen.resource.path}/{{record_id}}"] = _record_path(seen, name)
        if seen.resource.content is not None:
            paths |= content_paths(seen, name)
            schemas[f"{name}.file"] = file_schema(seen)
    return {
        "openapi": "3.1.0",
        "info": {"title": company, "version": "1"},
        "servers": [{"url": "/"}],
        "security": [{"key": []}],
        "tags": [{"name": seen.resource.key, "description": str(seen.resource.title)} for seen in resources],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {f"Error{code}": _problem(text) for code, text in _ERRORS.items()},
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _list_path(seen: Seen, name: str) -> Part:
    page = {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": _ref(name)},
            "next": {"type": ["string", "null"]},
            "previous": {"type": ["string", "null"]},
        },
        "required": ["items", "next", "previous"],
    }
    path: Part = {
        "get": _operation(seen, "list", {200: _content(page)}, parameters=_list_parameters(seen), errors=(400,))
    }
    if seen.resource.create is not None:
        made = {**_content(_ref(name)), "headers": {"Location": _text_header(), "ETag": _text_header()}}
        key = {
            "name": "Idempotency-Key",
            "in": "header",
            "schema": {"type": "string", "maxLength": 200, "minLength": 1, "pattern": "^[!-~]+$"},
        }
        errors = (400, 404, 409, 413, 415, 422)
        path["post"] = _operation(seen, "create", {201: made}, parameters=[key], errors=errors)
        path["post"]["requestBody"] = {**_body(f"{name}.new"), "required": True}
    return path


def _record_path(seen: Seen, name: str) -> Part:
    read = {**_content(_ref(name)), "headers": {"ETag": _text_header()}}
    unchanged = {"description": str(_("The program has the newest version already."))}
    condition = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
    known = {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}
    path: Part = {
        "parameters": [{"name": "record_id", "in": "path", "required": True, "schema": ID}],
        "get": _operation(seen, "read", {200: read, 304: unchanged}, parameters=[known], errors=(400, 404)),
    }
    if seen.resource.change is not None:
        errors = (400, 404, 409, 412, 413, 415, 422, 428)
        path["patch"] = _operation(seen, "change", {200: read}, parameters=[condition], errors=errors)
        path["patch"]["requestBody"] = {**_body(f"{name}.changes"), "required": True}
    if seen.resource.remove is not None:
        done = {"description": str(_("Archived."))}
        errors = (400, 404, 409, 412, 422, 428)
        path["delete"] = _operation(seen, "remove", {204: done}, parameters=[condition], errors=errors)
    return path


def file_schema(seen: Seen) -> Part:
    """Return the schema of what is said about a file that is sent; all of it may be left out."""
    schema = {name: value for name, value in input_schema(seen, creating=True).items() if name != "required"}
    if seen.resource.content is not None:
        schema["properties"] = {**schema["properties"], **seen.resource.content.also}
    return {
        "type": "object",
        "properties": {"file": {"type": "string", "contentMediaType": "application/octet-stream"}, "values": schema},
        "required": ["file"],
    }


def content_paths(seen: Seen, name: str) -> Part:
    """Return the paths of the files that belong to a resource."""
    sent = {"required": True, "content": {_FORM: {"schema": _ref(f"{name}.file")}}}
    key = {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200, "minLength": 1}}
    made, errors = _content(_ref(name)), (400, 404, 409, 413, 415, 422)
    bytes_ = {"description": str(_("Done.")), "content": {"application/octet-stream": {}}}
    fresh = {"name": "If-Match", "in": "header", "required": True, "schema": {"type": "string"}}
    return {
        f"{seen.resource.path}/content": {
            "post": {**_operation(seen, "send", {201: made}, parameters=[key], errors=errors), "requestBody": sent}
        },
        f"{seen.resource.path}/{{record_id}}/content": {
            "parameters": [{"name": "record_id", "in": "path", "required": True, "schema": ID}],
            "get": _operation(seen, "fetch", {200: bytes_}, parameters=[], errors=(404,)),
            "put": {
                **_operation(seen, "save", {200: made}, parameters=[fresh], errors=(412, 428, *errors)),
                "requestBody": sent,
            },
        },
    }


def _operation(
    seen: Seen, verb: str, answers: dict[int, Part], *, parameters: list[Part], errors: Sequence[int]
) -> Part:
    codes = sorted({401, 403, 404, 429, 503, *errors})
    return {
        "operationId": f"{verb}_{seen.resource.module}_{seen.resource.name}",
        "tags": [seen.resource.key],
        "parameters": parameters,
        "responses": {
            **{str(code): answer for code, answer in answers.items()},
            **{str(code): {"$ref": f"#/components/responses/Error{code}"} for code in codes},
        },
    }


def _list_parameters(seen: Seen) -> list[Part]:
    parameters = [
        _query("limit", {"type": "integer", "minimum": FEWEST, "maximum": MOST, "default": USUAL}),
        _query("cursor", {"type": "string"}),
        _query("sort", {"type": "string", "enum": sort_names(seen), "default": "id"}),
        _query("id", {"type": "string", "pattern": "^[1-9][0-9]{0,8}(,[1-9][0-9]{0,8}){0,199}$"}),
    ]
    if seen.is_searched:
        parameters.append(_query(SEARCH, {"type": "string", "maxLength": 200}))
    if seen.has_state:
        parameters.append(_query("state", {"type": "string", "enum": [*STATES[:2], EVERY_STATE], "default": STATES[0]}))
    if seen.has_client:
        parameters.append(_query(CLIENT, ID))
    return parameters + [_query(field.name, _filter_schema(seen, field)) for field in filter_fields(seen)]


def _filter_schema(seen: Seen, field: Any) -> Part:
    if field.type is FieldType.YES_NO:
        return {"type": "boolean"}
    if field.type is FieldType.DATE:
        return {"type": "string", "format": "date"}
    if seen.is_number(field):
        return dict(ID)
    choices = fixed_choices(field)
    return {"type": "string", **({"examples": [choice.value for choice in choices]} if choices else {})}


def _query(name: str, schema: Part) -> Part:
    return {"name": name, "in": "query", "schema": schema}


def _content(schema: Part) -> Part:
    return {"description": str(_("Done.")), "content": {"application/json": {"schema": schema}}}


def _body(name: str) -> Part:
    return {"content": {"application/json": {"schema": _ref(name)}}}


def _problem(text: Any) -> Part:
    return {"description": str(text), "content": {"application/problem+json": {"schema": _ref(PROBLEM)}}}


def _problem_schema() -> Part:
    text = {"type": "string"}
    one = {"type": "object", "properties": {"field": text, "message": text}, "required": ["field", "message"]}
    return {
        "type": "object",
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "number": text,
            "errors": {"type": "array", "items": one},
        },
        "required": ["type", "title", "status"],
    }


def _text_header() -> Part:
    return {"schema": {"type": "string"}}


def _schema_name(seen: Seen) -> str:
    return seen.resource.key


def _ref(name: str) -> Part:
    return {"$ref": f"#/components/schemas/{name}"}
