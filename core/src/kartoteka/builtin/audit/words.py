"""Events of the audit chain in words; modules' own events are shown as they are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.db.audit.chain import SEAL_BROKEN
from kartoteka.db.audit.work import DELETED, WORK
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _

TITLES: Mapping[str, Message] = {
    "sign_in.done": _("Signed in"),
    "sign_in.failed": _("Wrong password"),
    "sign_in.locked": _("Locked out after wrong passwords"),
    "sign_in.ended": _("Signed out"),
    "user.added": _("User added"),
    "user.changed": _("User changed"),
    "user.password_set": _("Password set by somebody else"),
    "user.password_changed": _("Own password changed"),
    "user.deactivated": _("User deactivated"),
    "user.reactivated": _("User activated again"),
    "role.added": _("Role added"),
    "role.changed": _("Role changed"),
    "role.deleted": _("Role deleted"),
    "access.changed": _("Rights of a user changed"),
    "module.on": _("Module switched on"),
    "module.off": _("Module switched off"),
    "module.purged": _("Data of a module deleted for good"),
    "list.exported": _("List exported"),
    "report.downloaded": _("Report downloaded"),
    "client.deleted": _("Client put into the bin"),
    "client.purged": _("Client deleted for good"),
    "audit.checked": _("Audit log checked"),
    DELETED: _("Records deleted"),
    WORK: _("Work saved"),
    SEAL_BROKEN: _("The end of the log was changed from outside"),
}
GROUPS: Mapping[str, tuple[Message, tuple[str, ...]]] = {
    "sign_in": (_("Signing in and out"), ("sign_in.",)),
    "users": (_("Users and rights"), ("user.", "role.", "access.")),
    "export": (_("Exports and downloads"), ("list.exported", "report.downloaded")),
    "deleted": (_("Deletions"), (DELETED, "client.deleted", "client.purged", "module.purged")),
    "modules": (_("Modules"), ("module.",)),
    "work": (_("All saved work"), (WORK,)),
}


FACTS: Mapping[str, Message] = {
    "address": _("address"),
    "all": _("all rights"),
    "columns": _("columns"),
    "count": _("number"),
    "entries": _("entries"),
    "fields": _("fields"),
    "file": _("file"),
    "findings": _("findings"),
    "format": _("format"),
    "granted": _("granted"),
    "ids": _("numbers"),
    "kind": _("kind"),
    "list": _("list"),
    "module": _("module"),
    "number": _("number"),
    "reach": _("reach"),
    "refused": _("refused"),
    "report": _("report"),
    "roles": _("roles"),
    "rows": _("rows"),
}
_UNTOLD = {"digest"}


def details_of(facts: Mapping[str, Any] | None, details: Mapping[str, Any] | None) -> list[tuple[Translatable, str]]:
    """Return what is known of an entry, each with its title."""
    told = {**(facts or {}), **(details or {})}
    shown = [(name, value) for name, value in told.items() if name not in _UNTOLD and value not in ([], "", False)]
    return [(FACTS.get(name, name), _written(value)) for name, value in shown]


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def title_of(event: str) -> Translatable:
    """Return an event in words."""
    return TITLES.get(event, event)
