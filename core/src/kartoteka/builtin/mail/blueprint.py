"""The blueprint that all pages of mail belong to."""

from __future__ import annotations

from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("mail", __name__)
