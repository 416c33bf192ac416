"""What modules add to a record's page: panels in slots, tabs with counters, buttons of actions, badges."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from flask import Flask, request
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from kartoteka.db.session import Session, reading
from kartoteka.extension import dispatch
from kartoteka.extension.declarations.ui import BadgeValue, Panel
from kartoteka.extension.declarations.work import Action
from kartoteka.extension.guarding import without_values
from kartoteka.extension.loading import (
    LoadedPanel,
    PanelOrder,
    load_badges,
    load_counters,
    load_panel,
    load_panels,
)
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.blueprint import signed_in
from kartoteka.web.links import describe_all
from kartoteka.web.menu import keep_counts, kept_counts, url_finder, visible_items
from kartoteka.web.pages import note_record, render_part

__all__ = ["ActionLink", "TabLink", "action_links", "record_badges", "record_tabs", "render_panels"]

log = logging.getLogger("kartoteka.modules")


@dataclass(frozen=True)
class TabLink:
    """A tab as it is shown; ``count`` is None when there is nothing to count."""

    key: str
    title: Message
    url: str
    count: int | None = None
    is_current: bool = False


@dataclass(frozen=True)
class ActionLink:
    """A button of an action as it is shown."""

    key: str
    title: Message
    icon: str
    url: str
    primary: bool = False
    minor: bool = False
    keys: str = ""


@dataclass(frozen=True)
class DrawnPanel:
    """A panel as it is shown: its body, or the address that gives it later, or that it ``failed``."""

    title: Message
    module: Message
    body: Markup | None = None
    actions: Sequence[ActionLink] = ()
    url: str = ""
    failed: bool = False


def render_panels(session: Session, slot: str, record: RecordRef, order: PanelOrder | None = None) -> Markup:
    """Return the panels of a slot; one that fails, in its function or in its template, shows an error box.

    ``order`` says which of them are shown and in what order; those left out are not loaded.
    """
    return _render(session, load_panels(session, slot, record, order), record)


def slot(name: str, record: RecordRef) -> Markup:
    """Return the panels of a slot; for templates of views that have no session open any more."""
    with reading() as session:
        return render_panels(session, name, record)


def _render(session: Session, panels: Iterable[LoadedPanel], record: RecordRef) -> Markup:
    root, asked = request.script_root, quote(str(record))

    def later(panel: Panel) -> str:
        return f"{root}/panels/{panel.module}/{panel.name}?record={asked}"

    drawn = [_draw(session, panel, record, later) for panel in panels]
    return render_part("shell/panels.html", panels=drawn) if drawn else Markup()


def _draw(session: Session, loaded: LoadedPanel, record: RecordRef, later: Callable[[Panel], str]) -> DrawnPanel:
    panel, module = loaded.panel, loaded.module_title
    if loaded.failed:
        return DrawnPanel(panel.title, module, failed=True)
    if loaded.waiting:
        return DrawnPanel(panel.title, module, url=later(panel))
    try:
        body = render_part(panel.template, **loaded.values, panel=panel, record=record)
        actions = action_links(_named_actions(session, panel.actions), [record])
    except Exception as error:  # noqa: BLE001 - whatever a template of a module raises, the page stays
        log.error("template of panel %s failed: %s", panel.key, without_values(error))
        return DrawnPanel(panel.title, module, failed=True)
    return DrawnPanel(panel.title, module, body, actions)


def _named_actions(session: Session, keys: Iterable[str]) -> list[Action]:
    return [action for key in keys if (action := dispatch.find_action(session, key)) is not None]


def action_links(actions: Iterable[Action], records: list[RecordRef], back: str | None = None) -> list[ActionLink]:
    """Return the buttons of actions on these records; the page comes back to where it is now, or to ``back``."""
    offered = list(actions)
    if not offered:
        return []
    back = back or request.full_path.rstrip("?")
    kind = records[0].kind if records else None
    query = [("kind", kind)] if kind else []
    query += [("id", str(record.id)) for record in records]
    asked, root = urlencode([*query, ("next", back)]), request.script_root
    return [
        ActionLink(
            action.key,
            action.title,
            action.icon,
            f"{root}/actions/{action.module}/{action.name}?{asked}",
            action.primary,
            action.minor,
            action.keys,
        )
        for action in offered
    ]


def record_actions(session: Session, record: RecordRef) -> list[ActionLink]:
    """Return the buttons of everything that can be done with the record of this page."""
    note_record(record)
    return action_links(dispatch.actions(session, record), [record])


def record_tabs(session: Session, record: RecordRef, current: str | None = None) -> list[TabLink]:
    """Return the tabs of a record's page, with all counters of page and menu read by one statement.

    ``current`` is the key of the tab that is shown.
    """
    note_record(record)
    tabs = dispatch.tabs(session, record.kind)
    badges = dispatch.badges(session, record.kind)
    counts = load_counters(session, menu=visible_items(), tabs=tabs, badges=badges, record_id=record.id)
    keep_counts(counts)
    url_of = url_finder()
    links = [(tab, url_of(tab.endpoint, record_id=record.id)) for tab in tabs]
    return [TabLink(tab.key, tab.title, url, counts.tabs.get(tab.key), tab.key == current) for tab, url in links if url]


def record_badges(session: Session, record: RecordRef) -> Sequence[BadgeValue]:
    """Return the badges of the record of this page, whose counters were read together with those of its tabs."""
    counted = kept_counts().badges
    return load_badges(session, record.kind, [record.id], counted=counted).of(record.id)


@signed_in
def show_panel(module: str, name: str) -> str:
    """Load a lazy panel after its page; there is none of a record that the visitor may not see."""
    try:
        record = RecordRef.parse(request.args.get("record", ""))
    except ValueError:
        raise NotFound from None
    with reading() as session:
        if not describe_all(session, [record]):
            raise NotFound
        loaded = load_panel(session, f"{module}.{name}", record)
        return "" if loaded is None else _render(session, [loaded], record)


def install_panels(app: Flask) -> None:
    """Add the address of lazy panels and the ``slot`` of templates."""
    app.add_url_rule("/panels/<module>/<name>", "show_panel", show_panel)
    app.jinja_env.globals["slot"] = slot
