"""Events of the audit chain in words; modules' own events are shown as they are called."""

from __future__ import annotations

from collections.abc import Mapping

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


def title_of(event: str) -> Translatable:
    """Return an event in words."""
    return TITLES.get(event, event)
