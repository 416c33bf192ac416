"""The routes of the client registry, shared by the modules with views."""

from __future__ import annotations

from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("clients", __name__)
