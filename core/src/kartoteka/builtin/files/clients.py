"""Finding the client that a document belongs to: by number, code or name, as it is typed or on a page of its own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from sqlalchemy import select

from kartoteka.builtin.files.blueprint import blueprint
from kartoteka.builtin.files.fields import VIEW
from kartoteka.builtin.files.queries import CLIENT_KIND
from kartoteka.db.search import restrict_to_matches
from kartoteka.db.session import Session, actor_of, reading
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState
from kartoteka.vocabulary.search import parse_query
from kartoteka.vocabulary.text import clean_line
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import require
from kartoteka.web.pages import is_fragment, render, render_part

OFFERED = 12
NAMED = 5


@dataclass(frozen=True)
class FoundClient:
    """A client that fits what was typed; ``code`` is empty where the user may not read it."""

    id: int
    number: str
    name: str
    code: str


def find_clients(session: Session, typed: str, limit: int = OFFERED) -> list[FoundClient]:
    """Return the clients in use that fit what was typed, the one with that number alone; at most two statements."""
    kind, typed = extension_of(session).registry.kind(CLIENT_KIND), clean_line(typed)
    terms, model, can = parse_query(typed), kind.model, actor_of(session).can
    if not terms or not can(kind.permission):
        return []
    named = select(model.id, model.number, model.name, model.registration_code)
    rows = session.execute(named.where(model.number == typed)).all()
    if not rows:
        living = named.where(model.state == RecordState.ACTIVE).order_by(model.name_sort, model.id).limit(limit)
        rows = session.execute(restrict_to_matches(session, living, model.id, terms, [CLIENT_KIND])).all()
    shows_code = kind.field("registration_code").is_readable(can)
    return [FoundClient(row[0], row[1], row[2], row[3] if shows_code else "") for row in rows]


def typed_client(session: Session, typed: str) -> int | None:
    """Return the client that was typed, None for nothing; raises InvalidInput unless exactly one fits."""
    if not typed.strip():
        return None
    found = find_clients(session, typed, NAMED + 1)
    if len(found) == 1:
        return found[0].id
    if not found:
        raise InvalidInput({"client_number": _("There is no client with this number, or you may not see it.")})
    some = ", ".join(f"{one.number} {one.name}" for one in found[:NAMED])
    more = _("Several clients fit: %(some)s. Type the number of one.", some=some)
    many = _("Many clients fit, such as %(some)s. Type more, or the number.", some=some)
    raise InvalidInput({"client_number": many if len(found) > NAMED else more})


@blueprint.get("/clients")
@require(VIEW)
def find_client() -> str:
    """Find the client of a document; a fragment offers what fits while it is typed."""
    typed = (request.args.get("q") or request.args.get("client_number", ""))[:200]
    file_id = asked_id("file")
    with reading() as session:
        found = find_clients(session, typed)
    if is_fragment():
        return str(render_part("files/client_options.html", found=found))
    back = f"/files/{file_id}/edit" if file_id else "/files/new"
    return str(render("files/find_client.html", found=found, typed=typed, file_id=file_id, back=back))
