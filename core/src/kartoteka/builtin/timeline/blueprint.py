"""The routes of timelines, shared by the modules with views."""

from __future__ import annotations

from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("timeline", __name__)
