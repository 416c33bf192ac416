"""Rendering: a template with everything that the shell around it needs."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from flask import Flask, current_app, g, request
from markupsafe import Markup

from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.current import current, visitor
from kartoteka.web.i18n import SHARED, languages
from kartoteka.web.menu import key_links, keys_depend, menu, menu_depends, url_finder
from kartoteka.web.toasts import take_toasts
from kartoteka.web.user import THEMES

MOST_KEPT = 500
"""So many drawn parts are kept: menus of all roles with their counters, in all languages."""


def render(template: str, /, **context: Any) -> str:
    """Render a template of a module or of the shell."""
    return current_app.jinja_env.get_template(template).render({**_shared(), **context})


def render_part(template: str, /, **context: Any) -> Markup:
    """Render a template that goes into another one: its own values are escaped already."""
    return Markup(render(template, **context))  # noqa: S704


def kept_part(template: str, depends: Hashable) -> Markup:
    """Render a template once for all who share its language and what it depends on.

    For parts of the shell alone that every page shows: nothing of one person, and no token.
    """
    kept: dict[Hashable, Markup] = current().caches.setdefault("kept_parts", {})
    key = template, g.get("language"), request.script_root, depends
    part = kept.get(key)
    if part is None:
        if len(kept) >= MOST_KEPT:
            kept.clear()
        part = kept[key] = render_part(template)
    return part


def is_fragment() -> bool:
    """Tell whether the browser asks for a part of a page and not for a page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def note_record(record: RecordRef) -> None:
    """Say which record this page shows: it is remembered as opened, and the palette offers what can be done with it."""
    g.setdefault("page_record", record)


def page_record() -> RecordRef | None:
    """Return the record that this page shows, if it is the page of one."""
    found: RecordRef | None = g.get("page_record")
    return found


def _shared() -> dict[str, Any]:
    """Return what every template may use beside its own values.

    Asked for once per request: a page consists of a dozen templates, its panels among them, and Flask would run all
    context processors for each.
    """
    found: dict[str, Any] | None = g.get(SHARED)
    if found is None:
        found = {}
        current_app.update_template_context(found)
        setattr(g, SHARED, found)
    return found


def shell_context() -> dict[str, Any]:
    """Return what the shell gives to every template."""
    user = visitor()
    return {
        "current_user": user,
        "can": user.can,
        "language": g.get("language", "en"),
        "theme": user.theme if user.theme in THEMES else "system",
        "company": current().config.company,
        "menu": menu,
        "menu_depends": menu_depends,
        "key_links": key_links,
        "keys_depend": keys_depend,
        "kept_part": kept_part,
        "toasts": take_toasts,
        "url_if": url_finder(),
        "language_names": languages().names,
        "is_fragment": is_fragment,
        "page_record": page_record,
    }


def install_pages(app: Flask) -> None:
    """Give templates the names of `shell_context`."""
    app.context_processor(shell_context)
