"""The modules as migrations see them."""

from __future__ import annotations

import importlib.metadata

from kartoteka.db.lineages import CORE, CORE_VERSIONS, Lineage
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.owning import owned_columns
from kartoteka.extension.registry import Registry
from kartoteka.extension.version import PROJECT


def lineages(registry: Registry) -> list[Lineage]:
    """Return what ``kartoteka db`` works on: the core, which is one lineage, and each installed module, on or off."""
    return [_core_lineage(registry), *(_lineage(registry, module) for module in _installed(registry))]


def _installed(registry: Registry) -> list[Module]:
    return [module for module in registry.modules if module.name not in registry.builtins]


def _core_lineage(registry: Registry) -> Lineage:
    return Lineage(
        name=CORE,
        versions=CORE_VERSIONS,
        table_prefix=CORE,
        client_references=tuple(one for one in registry.client_references if one.module in registry.builtins),
        personal_data=tuple(one for one in registry.personal_data if one.module in registry.builtins),
        owners=tuple(one for one in owned_columns(registry) if one.module in registry.builtins),
        title="Kartoteka",
        version=importlib.metadata.version(PROJECT),
    )


def _lineage(registry: Registry, module: Module) -> Lineage:
    return Lineage(
        name=module.name,
        versions=module.migrations,
        table_prefix=module.prefix,
        requires=tuple(name for name in module.requires if name not in registry.builtins),
        client_references=tuple(one for one in registry.client_references if one.module == module.name),
        personal_data=tuple(one for one in registry.personal_data if one.module == module.name),
        owners=tuple(one for one in owned_columns(registry) if one.module == module.name),
        title=module.title,
        version=module.version,
    )
