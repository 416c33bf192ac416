"""The saved views of the visitor of a request, read once per process until anything about views or rights changes."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.search.saved_views import arrange_views, arrangement_of, read_views
from kartoteka.db.session import Session
from kartoteka.web.current import current, visitor
from kartoteka.web.lists.saved import ListView

VIEWS_PATH = "/search/views/"


def listed_views(session: Session, list_name: str) -> list[ListView]:
    """Return the views of a list that the visitor may use, as he has arranged them; usually without a statement."""
    user = visitor()
    version, key = getattr(user, "state_version", None), (user.id, list_name)
    kept: dict[Any, Any] = current().caches.setdefault("saved_views", {})
    if version is None or kept.get(key, (None,))[0] != version:
        kept[key] = (version, read_views(session, list_name))
    return arrange_views(kept[key][1], arrangement_of(user.preferences, list_name))
