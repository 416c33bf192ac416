"""The stream of a record as a part of any page: its filter, its composer, pins, and what is sent from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import redirect, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from kartoteka.builtin.timeline import following, queries
from kartoteka.builtin.timeline.rights import VIEW, WRITE
from kartoteka.builtin.timeline.searching import Search, asked_search
from kartoteka.builtin.timeline.streams import Place, ShownEntry, StreamReader
from kartoteka.builtin.users.queries import active_users
from kartoteka.db.session import Session, reading, transaction
from kartoteka.extension.declarations.timeline import Composer, TimelineSource
from kartoteka.extension.dispatch import timeline_sources
from kartoteka.extension.guarding import attempt, without_values
from kartoteka.extension.seeing import demand_seen
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, read_id
from kartoteka.web.current import current, visitor
from kartoteka.web.i18n import current_formats
from kartoteka.web.links import describe_all
from kartoteka.web.pages import render_part
from kartoteka.web.panels import log
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
Show = Callable[[Markup], str]


@dataclass(frozen=True, kw_only=True)
class Slot:
    """A slot of the composer as it is shown: a form of its own, or the address of a page."""

    source: TimelineSource
    composer: Composer
    form: Any = None
    url: str | None = None
    is_open: bool = False


def stream_page(record: RecordRef, show: Show) -> Answer:
    """Answer for a page with the stream of a record; mount it for GET and POST at one address.

    ``show(part)`` renders the page around the stream. Raises NotFound when the reader may not see the record.
    """
    if request.method != "POST":
        return show(_stream(record))
    do, _colon, what = request.form.get("do", "").partition(":")
    if do == "add":
        return _add(record, what, show)
    with transaction(_("Stream of a record")) as session:
        demand_seen(session, record)
        _change(session, record, do, what)
    return redirect(request.full_path.rstrip("?"))


def _change(session: Session, record: RecordRef, do: str, what: str) -> None:
    if do in ("follow", "unfollow"):
        (following.follow if do == "follow" else following.unfollow)(session, record)
    elif do in ("pin", "unpin"):
        key, _dash, written = what.rpartition("-")
        entry_id = read_id(written)
        if entry_id is None:
            raise NotFound
        if do == "pin":
            if not _reader(session, record).some([(key, entry_id)]):
                raise NotFound
            following.pin_entry(session, record, key, entry_id)
        else:
            following.unpin_entry(session, record, key, entry_id)


def _add(record: RecordRef, key: str, show: Show) -> Answer:
    with reading() as session:
        demand_seen(session, record)
        slot = next((one for one in _slots(session, record, key) if one.source.key == key and one.form), None)
    if slot is None or slot.composer.save is None:
        raise NotFound
    if slot.form.validate_on_submit():
        told = save_form(
            slot.form, slot.composer.title, lambda session: slot.composer.save(session, record, slot.form.values())
        )
        if told is not None:
            toast(told)
            return redirect(request.path)
    return show(_stream(record, slot)), 422


def _reader(session: Session, record: RecordRef, only: str | None = None, search: Search | None = None) -> StreamReader:
    demand_seen(session, record)
    sources = timeline_sources(session, record.kind)
    chosen = [one for one in sources if only is None or one.key == only]
    return StreamReader(session, record, chosen or sources, describe_all, search)


def _stream(record: RecordRef, sent: Slot | None = None) -> Markup:
    before, only = Place.parse(request.args.get("before")), request.args.get("only") or None
    search = asked_search(current_formats().zone)
    with reading() as session:
        reader = _reader(session, record, only, search)
        pins = queries.pins_of(session, record) if before is None and not search.is_active else []
        pinned = reader.some(pins) if pins else []
        page = reader.page(before, without={one.key for one in pinned})
        sources = timeline_sources(session, record.kind)
        slots = _slots(session, record, request.args.get("add"), sent) if before is None else []
        follows = queries.is_following(session, record)
        users = active_users(session) if sent is None else []
    return render_part(
        "timeline/stream.html",
        record=record,
        path=request.path,
        only=only if any(one.key == only for one in sources) else None,
        before=before,
        search=search,
        names=[name for _id, name in users],
        page=page,
        pinned=pinned,
        pins={f"{key}-{entry_id}" for key, entry_id in pins},
        sources=sources,
        slots=slots,
        follows=follows,
        may_follow=visitor().can(VIEW),
        may_pin=visitor().can(WRITE),
        body=_body,
        kind_title=_kind_title,
        mentions_url=url_for("timeline.offer_readers", kind=record.kind, record_id=record.id),
    )


def _slots(session: Session, record: RecordRef, opened: str | None, sent: Slot | None = None) -> list[Slot]:
    """Return the slots of the composer for a record; the one that was asked for is open, or else the first."""
    if sent is not None:
        opened = sent.source.key
    found: list[Slot] = []
    for source in timeline_sources(session, record.kind):
        slot = source.composer
        if slot is None or not visitor().can(slot.permission) or not _takes(session, source, slot, record):
            continue
        if slot.page is not None:
            found.append(Slot(source=source, composer=slot, url=slot.page(record)))
        elif slot.form is not None:
            form = sent.form if sent is not None and sent.source is source else slot.form()
            found.append(Slot(source=source, composer=slot, form=form, is_open=source.key == opened))
    return _with_one_open(found)


def _with_one_open(slots: list[Slot]) -> list[Slot]:
    if any(one.is_open for one in slots):
        return slots
    first = next((one for one in slots if one.form), None)
    return [replace(one, is_open=one is first) for one in slots]


def _takes(session: Session, source: TimelineSource, slot: Composer, record: RecordRef) -> bool:
    when = slot.when
    if when is None:
        return True
    return bool(attempt(session, f"when of {source.key}", source.module, lambda: when(session, record)).value)


def _body(shown: ShownEntry) -> Markup:
    """Return what stands below the title of an entry; a template that fails says so."""
    template = shown.source.template
    if template is None:
        return render_part("timeline/text.html", entry=shown.entry)
    try:
        return render_part(template, entry=shown.entry, **shown.entry.values)
    except Exception as error:  # noqa: BLE001 - whatever a template of a module raises, the page stays
        log.error("template of timeline %s failed: %s", shown.source.key, without_values(error))
        title = current().registry.module(shown.source.module).title
        return render_part("timeline/broken.html", module=title)


def _kind_title(kind: str) -> Message | str:
    found = current().registry.find_kind(kind)
    return found.title if found else ""
