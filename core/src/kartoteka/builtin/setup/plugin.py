"""What the feature "setup" adds: the first steps of a new installation."""

from __future__ import annotations

from kartoteka.builtin.setup.views import blueprint
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint


@hookimpl
def register_module() -> Module:
    return Module(
        name="setup",
        title=_("First steps"),
        description=_("Sets a new installation up."),
        version="1.0",
        api=API_VERSION,
        requires=("access", "modules", "settings"),
        table_prefix="core",
    )


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]
