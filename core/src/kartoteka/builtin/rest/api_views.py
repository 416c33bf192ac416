"""The API itself: ``/api/v1/<module>/<resource>``. Browsers that are signed in may look; writing takes a key."""

from __future__ import annotations

from contextlib import suppress

from flask import request
from werkzeug.wrappers import Response

from kartoteka.builtin.rest import service
from kartoteka.builtin.rest.blueprint import blueprint
from kartoteka.builtin.rest.holder import KeyHolder
from kartoteka.builtin.rest.limits import Limiter, shared_count
from kartoteka.builtin.rest.listing import list_records
from kartoteka.builtin.rest.openapi import make_document
from kartoteka.builtin.rest.resources import Seen, find_resource, seen_resources
from kartoteka.builtin.rest.values import read_body, record_of
from kartoteka.builtin.rest.writing import Made, change_record, check_key, create_record, etag_of, remove_record
from kartoteka.db.actor import Actor
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.vocabulary.errors import Busy, NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import signed_in
from kartoteka.web.current import current, visitor
from kartoteka.web.machines import Unmet, for_programs, json_answer

LIST = "/api/v1/<module>/<resource>"
ONE = "/api/v1/<module>/<resource>/<int:record_id>"
NOTING = Actor.system("note when an API key was used")


@blueprint.core_route("/api/v1/openapi.json")
@signed_in
def show_document() -> Response:
    """Describe the API as far as who asks may use it."""
    let_in()
    with reading() as session:
        document = make_document(seen_resources(session), current().config.company)
    return json_answer(document)


@blueprint.core_route(LIST)
@signed_in
def show_records(module: str, resource: str) -> Response:
    """Return a page of records."""
    let_in()
    asked = {name: values[-1] for name, values in request.args.lists()}
    with reading() as session:
        seen = seen_resource(session, module, resource, "read")
        return json_answer(list_records(session, seen, asked))


@blueprint.core_route(ONE)
@signed_in
def show_record(module: str, resource: str, record_id: int) -> Response:
    """Return one record with its ETag; 304 when the program has it already."""
    let_in()
    with reading() as session:
        seen = seen_resource(session, module, resource, "read")
        record = find(session, seen.model, record_id)
        tag = etag_of(record)
        if tag in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]:
            return Response(status=304, headers={"ETag": tag})
        return json_answer(record_of(seen, record), headers={"ETag": tag})


@blueprint.core_route(LIST, methods=["POST"])
@for_programs
@signed_in
def add_record(module: str, resource: str) -> Response:
    """Create a record; 201 with its address."""
    holder = let_in_with_key()
    key = check_key(request.headers.get("Idempotency-Key"))
    with reading() as session:
        seen_resource(session, module, resource, "create")
    content = _body()
    with transaction(_("Added through the API")) as session:
        seen = seen_resource(session, module, resource, "create")
        made = create_record(session, seen, content, holder.key_id, key)
        return answer_made(seen, made, holder)


@blueprint.core_route(ONE, methods=["PATCH"])
@for_programs
@signed_in
def edit_record(module: str, resource: str, record_id: int) -> Response:
    """Change the fields of a record that are sent; If-Match says over which version."""
    holder = let_in_with_key()
    with reading() as session:
        seen_resource(session, module, resource, "change")
    content = _body()
    with transaction(_("Changed through the API")) as session:
        seen = seen_resource(session, module, resource, "change")
        record = change_record(session, seen, record_id, content, request.headers.get("If-Match"))
        shown, headers = record_of(seen, record), {"ETag": etag_of(record)}
    return json_answer(shown if holder.allows(seen.resource.key, "read") else _receipt(shown), 200, headers)


@blueprint.core_route(ONE, methods=["DELETE"])
@for_programs
@signed_in
def drop_record(module: str, resource: str, record_id: int) -> Response:
    """Put a record away; If-Match says which version was seen."""
    let_in_with_key()
    with transaction(_("Archived through the API")) as session:
        seen = seen_resource(session, module, resource, "change")
        remove_record(session, seen, record_id, request.headers.get("If-Match"))
    return Response(status=204)


def seen_resource(session: Session, module: str, resource: str, verb: str) -> Seen:
    """Return a resource; raises NotFound where the user sees none, and Unmet (403) when the key is not for that."""
    seen = find_resource(session, f"{module}.{resource}")
    if seen is None:
        raise NotFound
    who, scope = visitor(), f"{seen.resource.key}:{verb}"
    if isinstance(who, KeyHolder) and not who.allows(seen.resource.key, verb):
        raise Unmet(403, _("This key is not for that: it has not the scope %(scope)s.", scope=scope))
    return seen


def answer_made(seen: Seen, made: Made, holder: KeyHolder) -> Response:
    """Return the answer to a request that made a record, now or before."""
    headers = {"Location": f"{seen.resource.path}/{made.id}"}
    if made.is_replay:
        headers["Idempotent-Replayed"] = "true"
    if made.record is None:
        return json_answer({"id": made.id}, 201, headers)
    shown = record_of(seen, made.record)
    headers["ETag"] = etag_of(made.record)
    return json_answer(shown if holder.allows(seen.resource.key, "read") else _receipt(shown), 201, headers)


def _body() -> dict[str, object]:
    if request.mimetype != "application/json":
        raise Unmet(415, _("Send JSON, and say so in Content-Type."), "Content-Type")
    return read_body(request.get_data(cache=False))


def _receipt(shown: dict[str, object]) -> dict[str, object]:
    """Return what a program that may not read gets to know of a record it has made."""
    return {name: value for name, value in shown.items() if name in ("id", "version", "number")}


def let_in_with_key() -> KeyHolder:
    """Return whose key is shown; raises Unmet (401) for whoever shows none."""
    let_in()
    who = visitor()
    if not isinstance(who, KeyHolder):
        raise Unmet(401, _("Writing takes an API key."), headers={"WWW-Authenticate": "Bearer"})
    return who


def let_in() -> None:
    """Count the request, and remember once a day that the key is in use; raises Unmet (429)."""
    who = visitor()
    kept = current()
    limiter: Limiter | None = kept.caches.get("api_limiter")
    if limiter is None:
        limiter = kept.caches.setdefault("api_limiter", Limiter(share=shared_count(kept.database)))
    if wait := limiter.wait_for(f"key:{who.key_id}" if isinstance(who, KeyHolder) else f"user:{who.id}"):
        raise Unmet(429, _("Too many requests. Wait a moment."), headers={"Retry-After": str(wait)})
    today = utc_now().date()
    if isinstance(who, KeyHolder) and who.last_used_on != today:
        with suppress(Busy), current().database.transaction(NOTING) as session:
            service.note_use(session, who.key_id, today)
