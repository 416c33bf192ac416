"""Rendering: a template with everything that the shell around it needs."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, render_template, request
from markupsafe import Markup

from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.current import current, visitor
from kartoteka.web.i18n import languages
from kartoteka.web.menu import menu, url_finder
from kartoteka.web.toasts import take_toasts
from kartoteka.web.user import THEMES


def render(template: str, /, **context: Any) -> str:
    """Render a template of a module or of the shell."""
    return render_template(template, **context)


def render_part(template: str, /, **context: Any) -> Markup:
    """Render a template that goes into another one: its own values are escaped already."""
    return Markup(render_template(template, **context))  # noqa: S704


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


def shell_context() -> dict[str, Any]:
    """Return what every template may use beside its own values; made once per request, for page and panels alike."""
    found: dict[str, Any] | None = g.get("shell_context")
    if found is None:
        found = g.shell_context = _make_context()
    return found


def _make_context() -> dict[str, Any]:
    user = visitor()
    return {
        "current_user": user,
        "can": user.can,
        "language": g.get("language", "en"),
        "theme": user.theme if user.theme in THEMES else "system",
        "company": current().config.company,
        "menu": menu,
        "toasts": take_toasts,
        "url_if": url_finder(),
        "language_names": languages().names,
        "is_fragment": is_fragment,
        "page_record": page_record,
    }


def install_pages(app: Flask) -> None:
    """Give templates the names of `shell_context`."""
    app.context_processor(shell_context)
