"""Files through the API: sent with a new record, saved as the next content of one that is there, and fetched."""

from __future__ import annotations

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from kartoteka.builtin.rest.api_views import LIST, ONE, answer_made, let_in, let_in_with_key, seen_resource
from kartoteka.builtin.rest.blueprint import blueprint
from kartoteka.builtin.rest.resources import Seen
from kartoteka.builtin.rest.values import read_body, record_of
from kartoteka.builtin.rest.writing import check_key, create_record, demand_version, etag_of
from kartoteka.db.blobs import put
from kartoteka.db.session import Session, find, reading, transaction, workplace
from kartoteka.extension.declarations.rest import ApiContent, SentFile
from kartoteka.vocabulary.errors import InvalidInput, NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import signed_in, takes_files
from kartoteka.web.downloads import attachment
from kartoteka.web.machines import Unmet, for_programs, json_answer

LARGEST = 1100 * 1024 * 1024
"""How many bytes a request may have; how large a file may be is the resource's own matter."""


@blueprint.core_route(f"{LIST}/content", methods=["POST"])
@for_programs
@signed_in
@takes_files(LARGEST)
def send_content(module: str, resource: str) -> Response:
    """Create a record with its file: the part ``file``, and in the part ``values`` what is said about it, as JSON."""
    holder = let_in_with_key()
    key = check_key(request.headers.get("Idempotency-Key"))
    with reading() as session:
        largest = _content_of(seen_resource(session, module, resource, "create")).largest(session)
    values, file = _said(), _sent(largest)
    with transaction(_("Added through the API")) as session:
        seen = seen_resource(session, module, resource, "create")
        made = create_record(session, seen, values, holder.key_id, key, file)
        return answer_made(seen, made, holder)


@blueprint.core_route(f"{ONE}/content", methods=["PUT"])
@for_programs
@signed_in
@takes_files(LARGEST)
def save_content(module: str, resource: str, record_id: int) -> Response:
    """Save another content of a record; If-Match says over which version."""
    holder = let_in_with_key()
    with reading() as session:
        seen, record = _found(session, module, resource, record_id, "change")
        largest = _content_of(seen).largest(session)
    file = _sent(largest)
    with transaction(_("Changed through the API")) as session:
        seen, record = _found(session, module, resource, record_id, "change")
        demand_version(record, request.headers.get("If-Match"))
        _content_of(seen).save(session, record_id, file)
        session.flush()
        shown, headers = record_of(seen, record), {"ETag": etag_of(record)}
    allowed = holder.allows(seen.resource.key, "read")
    return json_answer(shown if allowed else {"id": record_id, "version": shown["version"]}, 200, headers)


@blueprint.core_route(f"{ONE}/content")
@signed_in
def fetch_content(module: str, resource: str, record_id: int) -> Response:
    """Return the content of a record's file, byte by byte."""
    let_in()
    with reading() as session:
        seen, record = _found(session, module, resource, record_id, "read")
        file = _content_of(seen).open(session, record_id)
        tag = etag_of(record)
    answer = Response(iter(lambda: file.stream.read(65536), b""), mimetype=file.mimetype)
    answer.content_length = file.size
    answer.headers["Content-Disposition"] = attachment(file.name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["ETag"] = tag
    answer.call_on_close(file.stream.close)
    return answer


def _found(session: Session, module: str, resource: str, record_id: int, verb: str) -> tuple[Seen, object]:
    seen = seen_resource(session, module, resource, verb)
    _content_of(seen)
    return seen, find(session, seen.model, record_id)


def _content_of(seen: Seen) -> ApiContent:
    if seen.resource.content is None:
        raise NotFound
    return seen.resource.content


def _said() -> dict[str, object]:
    written = request.form.get("values", "")
    return read_body(written.encode()) if written else {}


def _sent(largest: int) -> SentFile:
    """Keep the file that was sent before a transaction begins: nobody waits for a slow store."""
    if request.mimetype != "multipart/form-data":
        raise Unmet(415, _("Send a form with a part “file”, and say so in Content-Type."), "Content-Type")
    files: list[FileStorage] = request.files.getlist("file")
    if len(files) != 1:
        raise InvalidInput({"file": _("Send exactly one file.")})
    blob = put(workplace.get().database.blobs, files[0].stream, limit=largest)
    return SentFile(files[0].filename or "", blob)
