"""The routes of the search, shared by the modules with views."""

from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("search", __name__)
