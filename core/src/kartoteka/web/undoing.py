"""Whether what a request has just saved can be undone by this user, and where."""

from __future__ import annotations

from kartoteka.db.session import workplace
from kartoteka.web.current import current, modules_on, visitor
from kartoteka.web.menu import url_if

ENDPOINT = "operations.undo"


def undo_url() -> str | None:
    """Return the address that undoes the last thing this request saved; None when nothing was, or not by this user."""
    place = workplace.get(None)
    last = place.last_work if place is not None else None
    if last is None:
        return None
    known = [name for name in last.kinds if _is_on(name)]
    if not known or not all(map(_may_change, known)):
        return None
    return url_if(ENDPOINT, record_id=last.operation_id)


def _is_on(name: str) -> bool:
    kind = current().registry.find_kind(name)
    return kind is not None and kind.module in modules_on()


def _may_change(name: str) -> bool:
    permission = current().registry.kind(name).change_permission
    return permission is not None and visitor().can(permission)
