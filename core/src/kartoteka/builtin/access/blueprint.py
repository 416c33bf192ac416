"""The blueprint that the pages of this feature hang on."""

from __future__ import annotations

from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("access", __name__)
