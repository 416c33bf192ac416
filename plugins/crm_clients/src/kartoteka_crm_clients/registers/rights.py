"""The right of the room."""

from __future__ import annotations

from kartoteka.api.declare import Permission
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.registers.fields import MANAGE

_ = Texts("crm_clients")

PERMISSIONS = [
    Permission(
        name=MANAGE,
        title=_("Manage company registers"),
        description=_("Load company registers and see what came of it."),
        weight=60,
    ),
]
