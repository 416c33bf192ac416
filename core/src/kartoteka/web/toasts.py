"""Short news after a save: shown once, on the next page, with Undo where there is a way back."""

from __future__ import annotations

import json
from typing import Any, Literal

from flask import flash, get_flashed_messages, session

from kartoteka.vocabulary.message import Translatable
from kartoteka.web.undoing import undo_url

ICONS = {"success": "circle-check", "info": "info-circle", "warning": "alert-triangle", "error": "exclamation-circle"}
_CATEGORY = "toast"
_LONGEST = 300
_MOST = 3
_WAITING = "_flashes"  # where Flask keeps them


def toast(
    message: Translatable, kind: str = "success", undo: str | Literal[False] | None = None, *, url: str | None = None
) -> None:
    """Show a message on the next page.

    ``kind`` is success, info, warning or error. A success offers to undo what this request has just saved, if this user
    may; ``undo`` is another address that takes a POST to undo it, or False for none. ``url`` leads to the record.
    """
    if kind not in ICONS:
        raise ValueError(f"A toast is one of {', '.join(ICONS)}, not {kind!r}")
    # The cookie holds what is waiting to be shown, and browsers drop a cookie above 4 kB: the newest messages count.
    if undo is None and kind == "success":
        undo = undo_url()
    entry = {"text": str(message)[:_LONGEST], "kind": kind, "undo": undo or None, "url": url}
    # As one text: Flask's cookie looks at every part of a structure, to write down what type it is.
    flash(json.dumps(entry, ensure_ascii=False), _CATEGORY)
    session[_WAITING] = session[_WAITING][-_MOST:]


def take_toasts() -> list[dict[str, Any]]:
    """Return the waiting messages, each with the icon for its kind; they are gone afterwards."""
    waiting = map(json.loads, get_flashed_messages(category_filter=(_CATEGORY,)))
    return [{**entry, "icon": ICONS.get(entry["kind"], ICONS["info"])} for entry in waiting]
