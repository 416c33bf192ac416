"""The routes of the add-in for office programs."""

from __future__ import annotations

from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("office", __name__, static_folder="static")
