"""The routes of incoming mail; the pages add themselves."""

from __future__ import annotations

from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("inbox", __name__)
