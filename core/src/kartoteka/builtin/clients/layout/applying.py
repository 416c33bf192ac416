"""The layout that counts for the visitor of this request."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.clients.layout.rules import Layout
from kartoteka.builtin.clients.layout.service import Owner, layout_of, read_layouts
from kartoteka.db.session import Session
from kartoteka.web.current import current, visitor

ME = Owner(is_me=True)


def visitor_layout(session: Session) -> Layout:
    """Return the layout of the visitor's cards; those of company and departments are kept until the state changes."""
    return layout_of(ME, shared_layouts(session), visitor().actor.department_id, visitor().preferences or {})


def shared_layouts(session: Session) -> dict[int | None, dict[str, Any]]:
    """Return the layouts of the company and its departments, read anew when the state of the company has changed."""
    version = getattr(visitor(), "state_version", None)
    kept: dict[str, Any] = current().caches.setdefault("layouts", {})
    if version is None or kept.get("version") != version:
        kept.update(found=read_layouts(session), version=version)
    found: dict[int | None, dict[str, Any]] = kept["found"]
    return found
