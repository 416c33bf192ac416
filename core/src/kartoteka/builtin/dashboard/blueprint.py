"""The addresses of the front page."""

from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("dashboard", __name__)
