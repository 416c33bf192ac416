"""The routes of the module; its rooms add theirs."""

from __future__ import annotations

from kartoteka.api.web import ModuleBlueprint

blueprint = ModuleBlueprint("crm_inquiries", __name__)
