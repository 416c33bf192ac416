"""PROPFIND and the reports: what lies where, what matches, what has changed, and when somebody is busy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element

from kartoteka.builtin.dav.naming import Place, path_of, place_of
from kartoteka.builtin.dav.protocol import tree
from kartoteka.builtin.dav.protocol.answers import (
    SERVER,
    Answer,
    C,
    D,
    Refusal,
    Request,
    clean,
    cut_off,
    element,
    found,
    lost,
    multistatus,
    read_xml,
)
from kartoteka.builtin.dav.protocol.filters import check_filter, matches, read_span, spanned
from kartoteka.builtin.dav.protocol.objects import expand, free_busy, read_calendar
from kartoteka.builtin.dav.protocol.properties import Described, describe
from kartoteka.builtin.dav.service import seen_with, sync_token
from kartoteka.db.session import Session, reading
from kartoteka.extension.declarations.dav import DavItem, DavObject

MOST_HREFS = 2_000
_MARKS = {D("sync-token"), f"{{{SERVER}}}getctag"}


def propfind(request: Request, place: Place) -> Answer:
    """Answer what a place is and what lies below it."""
    depth = request.header("depth").strip().lower() or "1"
    if depth not in ("0", "1"):
        raise Refusal(403, D("propfind-finite-depth")) if depth == "infinity" else Refusal(400)
    root = read_xml(request.body)
    if root is not None and root.tag != D("propfind"):
        raise Refusal(400)
    with reading() as session:
        asked = tree.described(session, place)
        places = [asked, *(tree.below(session, asked) if depth == "1" else [])]
        responses = [_properties_of(one, root) for one in places]
        seen = [(one.place.key, one.items) for one in places if _gave_mark(one, root)]
    for key, items in seen:
        tree.note_seen(key, items)
    return multistatus(responses)


def _gave_mark(one: Described, root: Element | None) -> bool:
    wanted = None if root is None else root.find(D("prop"))
    return one.place.sort == "collection" and wanted is not None and any(child.tag in _MARKS for child in wanted)


def _properties_of(one: Described, root: Element | None, more: Iterable[Element] = ()) -> Element:
    known = describe(one)
    wanted = None if root is None else root.find(D("prop"))
    if wanted is None:
        if root is not None and root.find(D("propname")) is not None:
            return found(one.place.href, [Element(name) for name in known])
        marks = {name: make for name, make in known.items() if one.place.sort == "object" or name not in _MARKS}
        return found(one.place.href, [make() for make in marks.values()])
    extra = {given.tag: given for given in more}
    names = list(dict.fromkeys(child.tag for child in wanted))
    there = [extra[name] if name in extra else known[name]() for name in names if name in known or name in extra]
    return found(one.place.href, there, [name for name in names if name not in known and name not in extra])


def report(request: Request, place: Place) -> Answer:
    """Answer a report by its name; raises Refusal for one that is not known here."""
    root = read_xml(request.body)
    if root is None:
        raise Refusal(400)
    if root.tag in (D("principal-property-search"), D("principal-search-property-set"), D("expand-property")):
        return multistatus([]) if root.tag != D("principal-search-property-set") else Answer(403)
    handler = _REPORTS.get(root.tag)
    if handler is None:
        raise Refusal(403, D("supported-report"))
    with reading() as session:
        asked = tree.described(session, place)
        if asked.place.sort != "collection" and handler is not _multiget:
            raise Refusal(403, D("supported-report"))
        answer, seen = handler(session, asked, root)
    if seen is not None:
        tree.note_seen(place.key, seen)
    return answer


def _query(session: Session, asked: Described, root: Element) -> tuple[Answer, None]:
    filter_ = root.find(C("filter"))
    if filter_ is None or asked.collection is None:
        raise Refusal(403, C("valid-filter"), "A calendar-query needs a filter.")
    check_filter(filter_)
    span = spanned(filter_, asked.collection.component)
    items = asked.collection.items(session, span)
    objects = asked.collection.read(session, [item.name for item in items])
    matching = [one for one in objects if matches(read_calendar(one.text), filter_)]
    return multistatus(_responses(asked, matching, root)), None


def _multiget(session: Session, asked: Described, root: Element) -> tuple[Answer, None]:
    if asked.collection is None:
        raise Refusal(403, D("supported-report"))
    hrefs = [clean(one.text or "") for one in root.findall(D("href"))]
    if len(hrefs) > MOST_HREFS:
        raise Refusal(403, D("number-of-matches-within-limits"))
    places = {href: place_of(path_of(href)) for href in hrefs}
    names = [one.name for one in places.values() if one is not None and _is_in(one, asked.place)]
    objects = {one.name: one for one in asked.collection.read(session, names)}
    responses = []
    for href, place in places.items():
        there = objects.get(place.name) if place is not None and _is_in(place, asked.place) else None
        responses += [lost(href)] if there is None else _responses(asked, [there], root)
    return multistatus(responses), None


def _is_in(place: Place, collection: Place) -> bool:
    return place.sort == "object" and (place.user_id, place.key) == (collection.user_id, collection.key)


def _sync(session: Session, asked: Described, root: Element) -> tuple[Answer, Sequence[DavItem]]:
    if asked.collection is None:
        raise Refusal(403, D("supported-report"))
    given = (root.findtext(D("sync-token")) or "").strip()
    before = seen_with(session, asked.place.key, given) if given else {}
    if before is None:
        raise Refusal(403, D("valid-sync-token"))
    changed = [item for item in asked.items if before.get(item.name) != item.etag]
    gone = sorted(before.keys() - {item.name for item in asked.items})
    seen, most = asked.items, _most(root)
    cut = most is not None and len(changed) + len(gone) > most
    if most is not None and cut:
        gone, changed = gone[:most], changed[: max(0, most - len(gone))]
        known = {**before, **{item.name: item.etag for item in changed}}
        seen = [DavItem(name, etag) for name, etag in known.items() if name not in gone]
    responses = _changed(session, asked, changed, root)
    responses += [lost(Place("object", asked.user_id, asked.place.key, name).href) for name in gone]
    responses += [cut_off(asked.place.href)] if cut else []
    return multistatus(responses, element(D("sync-token"), text=sync_token(seen))), seen


def _most(root: Element) -> int | None:
    """Return how many changes a program wants at once (DAV:limit), None when it takes all."""
    said = (root.findtext(f"{D('limit')}/{D('nresults')}") or "").strip()
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 10 and int(said)):
        raise Refusal(400)
    return int(said)


def _changed(session: Session, asked: Described, changed: Sequence[DavItem], root: Element) -> list[Element]:
    wanted = root.find(D("prop"))
    if wanted is None or wanted.find(C("calendar-data")) is None or asked.collection is None:
        return [_properties_of(tree.member(asked, item), root) for item in changed]
    return _responses(asked, asked.collection.read(session, [item.name for item in changed]), root)


def _busy(session: Session, asked: Described, root: Element) -> tuple[Answer, None]:
    range_ = root.find(C("time-range"))
    if range_ is None or asked.collection is None:
        raise Refusal(400)
    span = read_span(range_)
    if span.since is None or span.until is None:
        raise Refusal(403, C("valid-filter"))
    items = asked.collection.items(session, span)
    texts = [one.text for one in asked.collection.read(session, [item.name for item in items])]
    return Answer(200, free_busy(texts, span.since, span.until), {"Content-Type": "text/calendar; charset=utf-8"}), None


def _responses(asked: Described, objects: Iterable[DavObject], root: Element) -> list[Element]:
    wanted = root.find(D("prop"))
    data = None if wanted is None else wanted.find(C("calendar-data"))
    responses = []
    for one in objects:
        more = [] if data is None else [element(C("calendar-data"), text=clean(_text_of(one, data)))]
        responses.append(_properties_of(tree.member(asked, one), root, more))
    return responses


def _text_of(one: DavObject, data: Element) -> str:
    wanted = data.find(C("expand"))
    if wanted is None:
        return one.text
    span = read_span(wanted)
    if span.since is None or span.until is None:
        raise Refusal(403, C("valid-filter"))
    return expand(one.text, span.since, span.until)


_REPORTS = {
    C("calendar-query"): _query,
    C("calendar-multiget"): _multiget,
    D("sync-collection"): _sync,
    C("free-busy-query"): _busy,
}
