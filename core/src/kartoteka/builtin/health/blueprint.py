"""The addresses of data health."""

from kartoteka.web.blueprint import ModuleBlueprint

blueprint = ModuleBlueprint("health", __name__)
