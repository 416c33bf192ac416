"""Creating, changing and removing records for programs: never twice, and never over somebody else's change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from kartoteka.builtin.rest.entries import refuse_strange_entries
from kartoteka.builtin.rest.models import ApiRequest
from kartoteka.builtin.rest.resources import CLIENT, Seen
from kartoteka.builtin.rest.values import read_values
from kartoteka.db.clock import utc_now
from kartoteka.db.engine import is_repeated
from kartoteka.db.session import Session, as_system, find, find_or_none
from kartoteka.extension.declarations.rest import SentFile
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Problem, Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.machines import Unmet

ANY_VERSION = "*"
LONGEST_KEY = 200
REMEMBERED = timedelta(days=7)
"""How long a request is known by its idempotency key."""


@dataclass(frozen=True)
class Made:
    """The record that a request made, or has made before; ``record`` is None when it is not to be seen any more."""

    id: int
    record: Any
    is_replay: bool


def create_record(
    session: Session,
    seen: Seen,
    content: Mapping[str, Any],
    key_id: int,
    idempotency_key: str | None,
    file: SentFile | None = None,
) -> Made:
    """Create a record, with its ``file`` when one is sent along.

    When the same request was made before under the same idempotency key, what it made is returned.

    Raises Unmet (422) for a key that was used for another request, and what the resource's own function raises.
    """
    create = _creating(seen, file)
    if idempotency_key is not None:
        known = _claim(session, key_id, idempotency_key, _fingerprint(seen, content, file))
        if known is not None:
            return Made(known.id, find_or_none(session, seen.model, known.id), is_replay=True)
    values = _values(seen, content) if file else read_values(seen, content, creating=True)
    refuse_strange_entries(session, seen, values)
    with _named_by_fields(seen, values):
        record = create(session, values)
        session.flush()
    if idempotency_key is not None:
        _remember(session, key_id, idempotency_key, RecordRef(seen.kind.kind, record.id))
    return Made(record.id, record, is_replay=False)


def change_record(session: Session, seen: Seen, id: int, content: Mapping[str, Any], wanted: str | None) -> Any:
    """Change a record that still has the version that the program has seen, and return it; see `demand_version`."""
    record = find(session, seen.model, id)
    demand_version(record, wanted)
    if seen.resource.change is None:
        raise NotFound
    values = read_values(seen, content, creating=False)
    refuse_strange_entries(session, seen, values, record)
    with _named_by_fields(seen, values):
        seen.resource.change(session, id, values)
        session.flush()
    return record


def remove_record(session: Session, seen: Seen, id: int, wanted: str | None) -> None:
    """Put a record away as its module does it."""
    record = find(session, seen.model, id)
    demand_version(record, wanted)
    if seen.resource.remove is None:
        raise NotFound
    seen.resource.remove(session, id)


def etag_of(record: Any) -> str:
    """Return what tells one version of a record from another (RFC 9110, 8.8.3)."""
    return f'"{record.version}"'


def demand_version(record: Any, wanted: str | None) -> None:
    """Raise Unmet: 428 when a program does not say which version it has seen, 412 when that is not the newest."""
    if wanted is None:
        raise Unmet(428, _("Say in If-Match which version is changed: the ETag it was read with."), "If-Match")
    asked = [one.strip() for one in wanted.split(",")]
    if ANY_VERSION not in asked and etag_of(record) not in asked:
        headers = {"ETag": etag_of(record)}
        raise Unmet(412, _("Somebody else has changed this record meanwhile. Read it again."), "If-Match", headers)


def check_key(written: str | None) -> str | None:
    """Return an idempotency key; raises Unmet (400) for one that cannot be kept."""
    if written is None:
        return None
    if not written or len(written) > LONGEST_KEY or not (written.isascii() and written.isprintable()):
        raise Unmet(400, _("This must have 1 to %(most)s letters and digits.", most=LONGEST_KEY), "Idempotency-Key")
    return written


def forget_requests(session: Session) -> int:
    """Forget requests that nobody will send again; return how many."""
    old = delete(ApiRequest).where(ApiRequest.created_at < utc_now() - REMEMBERED)
    with as_system(session, reason="forget old API requests"):
        result: Any = session.execute(old, execution_options={"synchronize_session": False})
    return int(result.rowcount)


@contextmanager
def _named_by_fields(seen: Seen, values: Mapping[str, Any]) -> Iterator[None]:
    """Let what a service complains about be named as the program knows it, not as the model does.

    What only the database refuses, a value that is missing or a record that is not there, is told as well as can be.
    """
    names = {field.attribute: field.name for field in seen.readable}
    given = frozenset(values)  # the function may take them out one by one
    try:
        yield
    except InvalidInput as problem:
        problem.errors = {names.get(name, name): message for name, message in problem.errors.items()}
        raise
    except Problem as problem:
        problem.field = names.get(problem.field or "", problem.field)
        raise
    except IntegrityError as error:
        if is_repeated(error):
            raise
        missing = [field.name for field in seen.writable if field.required and field.name not in given]
        if missing:
            raise InvalidInput(dict.fromkeys(missing, _("This must be filled in."))) from error
        raise Refused(_("Something is missing, or it refers to a record that is not there.")) from error


def _claim(session: Session, key_id: int, key: str, fingerprint: str) -> RecordRef | None:
    """Take the key for this transaction, or return what was made under it; waits for whoever uses it just now."""
    make = sqlite.insert if session.database.is_sqlite else postgresql.insert
    values = {"key_id": key_id, "idempotency_key": key, "fingerprint": fingerprint, "created_at": utc_now()}
    statement = make(ApiRequest).values(values).on_conflict_do_nothing().returning(ApiRequest.id)
    with as_system(session, reason="idempotency key"):
        if session.scalar(statement) is not None:
            return None
        earlier = session.execute(
            select(ApiRequest.fingerprint, ApiRequest.made).where(
                ApiRequest.key_id == key_id, ApiRequest.idempotency_key == key
            )
        ).one()
    if earlier.fingerprint != fingerprint:
        raise Unmet(422, _("This key was used for another request already."), "Idempotency-Key")
    ref: RecordRef = earlier.made
    return ref


def _remember(session: Session, key_id: int, key: str, made: RecordRef) -> None:
    mine = (ApiRequest.key_id == key_id) & (ApiRequest.idempotency_key == key)
    with as_system(session, reason="idempotency key"):
        session.execute(
            update(ApiRequest).where(mine).values(made_kind=made.kind, made_id=made.id),
            execution_options={"synchronize_session": False},
        )


def _creating(seen: Seen, file: SentFile | None) -> Callable[[Session, dict[str, Any]], Any]:
    known = seen.resource
    if file is not None and known.content is not None:
        add = known.content.add
        return lambda session, values: add(session, values, file)
    if file is not None or known.create is None:
        raise NotFound
    return known.create


def _values(seen: Seen, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said about a file that is sent: all of it may be left out, the client too."""
    also = seen.resource.content.also if seen.resource.content is not None else {}
    said = {name: value for name, value in content.items() if name not in also}
    values = read_values(seen, said, creating=CLIENT in said) if said else {}
    return values | {name: content[name] for name in also if name in content}


def _fingerprint(seen: Seen, content: Mapping[str, Any], file: SentFile | None) -> str:
    sent = [file.name, file.blob.digest] if file else []
    written = json.dumps([seen.resource.key, content, *sent], sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()
