"""A user's front page: what he has placed, loaded and rendered, each box by itself so that none takes others down."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from markupsafe import Markup

from kartoteka.builtin.dashboard.layout import Layout, Placement, first_layout, read_layout
from kartoteka.db.session import Session
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.ui import Widget
from kartoteka.extension.dispatch import visible
from kartoteka.extension.guarding import without_values
from kartoteka.extension.loading import LoadedWidget, load_widget
from kartoteka.vocabulary.message import Translatable
from kartoteka.web.pages import render_part

log = logging.getLogger("kartoteka.modules")


@dataclass(frozen=True)
class Box:
    """A placed widget as the page shows it; ``body`` is None where there is nothing to show."""

    placement: Placement
    widget: Widget
    body: Markup | None = None
    failed: Translatable | None = None
    waiting: bool = False

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to show: a box with nothing in it appears only while the page is arranged."""
        return self.body is not None or self.failed is not None or self.waiting

    @property
    def url(self) -> str:
        """The address of the box alone."""
        return url_for("dashboard.show_box", placement_id=self.placement.id)


def offered_widgets(session: Session) -> list[Widget]:
    """Return the widgets of active modules that the user may have."""
    return visible(session, extension_of(session).registry.widgets)


def layout_of(session: Session, preferences: Mapping[str, Any]) -> Layout:
    """Return the user's layout, his own or the one of everybody.

    Widgets of modules that are off, and those that he may not see at present, keep their places in it.
    """
    own = read_layout(preferences)
    return first_layout(extension_of(session).registry.widgets) if own is None else own


def load_boxes(session: Session, layout: Layout) -> list[Box]:
    """Return the boxes of a layout that the user may see, lazy ones still waiting."""
    known = {widget.key: widget for widget in offered_widgets(session)}
    return [load_box(session, one, known[one.widget], now=False) for one in layout if one.widget in known]


def load_box(session: Session, placement: Placement, widget: Widget, *, now: bool = True) -> Box:
    """Return one box; what a module's function or template raises is logged and shown as its failure."""
    loaded = load_widget(session, widget, placement.options, now=now)
    if loaded.waiting:
        return Box(placement, widget, waiting=True)
    if loaded.failed:
        return Box(placement, widget, failed=loaded.module_title)
    return Box(placement, widget) if loaded.empty else _rendered(placement, loaded)


def _rendered(placement: Placement, loaded: LoadedWidget) -> Box:
    widget = loaded.widget
    try:
        return Box(placement, widget, render_part(widget.template, **loaded.values, widget=widget, placement=placement))
    except Exception as error:  # noqa: BLE001 - whatever a template of a module raises, the page stays
        log.error("template of widget %s failed: %s", widget.key, without_values(error))
        return Box(placement, widget, failed=loaded.module_title)
