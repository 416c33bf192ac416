"""GET, PUT and DELETE of objects; nobody's change is lost, because marks are compared in the writing transaction."""

from __future__ import annotations

from sqlalchemy.orm.exc import StaleDataError

from kartoteka.builtin.dav.naming import Place
from kartoteka.builtin.dav.protocol import tree
from kartoteka.builtin.dav.protocol.answers import Answer, C, D, Refusal, Request
from kartoteka.builtin.dav.protocol.objects import check_object, joined
from kartoteka.builtin.dav.protocol.properties import quoted
from kartoteka.builtin.dav.queries import find_collection
from kartoteka.db.session import reading, transaction
from kartoteka.extension.declarations.dav import DavCollection, DavObject
from kartoteka.vocabulary.errors import AlreadyThere, Busy, Conflict, Forbidden, InvalidInput, NotFound, Problem
from kartoteka.vocabulary.message import text as _

CALENDAR = "text/calendar; charset=utf-8"


def get(request: Request, place: Place) -> Answer:
    """Give out an object, or all of a collection as one calendar."""
    with reading() as session:
        one = tree.described(session, place)
        if one.collection is None:
            return Answer(200, b"CalDAV\n", {"Content-Type": "text/plain; charset=utf-8"})
        if isinstance(one.item, DavObject):
            body, mark = one.item.text.encode("utf-8", "replace"), one.item.etag
        else:
            objects = one.collection.read(session, [item.name for item in one.items])
            body, mark = joined([each.text for each in objects], name=str(one.collection.title)), ""
    headers = {"ETag": quoted(mark)} if mark else {}
    if mark and mark in _marks(request.header("if-none-match")):
        return Answer(304, headers=headers)
    return Answer(200, body, {"Content-Type": CALENDAR, **headers})


def put(request: Request, place: Place) -> Answer:
    """Make or change an object: 201 or 204; 412 when somebody else has changed it meanwhile."""
    collection = _writable(place)
    kind = request.header("content-type").partition(";")[0].strip().lower()
    if kind and kind not in ("text/calendar", "application/octet-stream", "text/plain"):
        raise Refusal(403, C("supported-calendar-data"))
    text = check_object(request.body, collection.component)
    with explained(), transaction(_("Changed by a calendar program")) as session:
        before = tree.object_named(session, collection, place.name)
        _compare(request, before)
        if collection.write is None:
            raise Refusal(403, D("need-privileges"))
        collection.write(session, place.name, text)
    return Answer(204 if before is not None else 201, headers={} if before else {"Location": place.href})


def delete(request: Request, place: Place) -> Answer:
    """Take an object away: 204; 412 when somebody else has changed it meanwhile."""
    collection = _writable(place)
    with explained(), transaction(_("Deleted by a calendar program")) as session:
        before = tree.object_named(session, collection, place.name)
        if before is None:
            raise Refusal(404)
        _compare(request, before)
        if collection.delete is None:
            raise Refusal(403, D("need-privileges"))
        collection.delete(session, place.name)
    return Answer(204)


def _writable(place: Place) -> DavCollection:
    if place.user_id != tree.user_id():
        raise Refusal(404)
    with reading() as session:
        collection = find_collection(session, place.key) if place.sort in ("collection", "object") else None
    if collection is None:
        raise Refusal(403 if place.sort not in ("collection", "object") else 404)
    if place.sort != "object" or not tree.may_write(collection):
        raise Refusal(403, D("need-privileges"))
    return collection


def _compare(request: Request, before: DavObject | None) -> None:
    """Refuse when the program has not seen what it wants to change (RFC 9110, 13)."""
    wanted, unwanted = _marks(request.header("if-match")), _marks(request.header("if-none-match"))
    if wanted and (before is None or not {"*", before.etag} & wanted):
        raise Refusal(412, message=_("Somebody has changed or deleted this meanwhile. Load it anew."))
    if before is not None and {"*", before.etag} & unwanted:
        raise Refusal(412, message=_("There is something under this address already."))


def _marks(header: str) -> set[str]:
    return {one.strip().removeprefix("W/").strip('"') for one in header[:2_000].split(",") if one.strip()}


class explained:  # noqa: N801 - a context manager
    """Turn what services refuse into answers for programs."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Problem):
            raise refusal_of(error) from None
        if isinstance(error, StaleDataError):
            raise Refusal(412, message=_("Somebody has changed or deleted this meanwhile. Load it anew.")) from None


def refusal_of(problem: Problem) -> Refusal:
    """Return how a program is told of a problem; its user reads the sentence, if the program shows it."""
    if isinstance(problem, NotFound):
        return Refusal(404)
    if isinstance(problem, Conflict):
        return Refusal(412, message=problem.message)
    if isinstance(problem, AlreadyThere):
        return Refusal(409, message=problem.message)
    if isinstance(problem, Busy):
        return Refusal(503, message=problem.message)
    if isinstance(problem, Forbidden):
        return Refusal(403, D("need-privileges"), problem.message)
    if isinstance(problem, InvalidInput):
        said = " ".join(str(one) for one in problem.errors.values())
        condition = "no-uid-conflict" if "uid" in problem.errors else "valid-calendar-object-resource"
        return Refusal(403, C(condition), said)
    return Refusal(403, message=problem.message)
