"""The routes of documents; the pages add themselves."""

from __future__ import annotations

from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("files", __name__)
