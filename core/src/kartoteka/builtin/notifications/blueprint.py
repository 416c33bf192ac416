"""The routes of notifications, shared by the modules with views."""

from __future__ import annotations

from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("notifications", __name__)
