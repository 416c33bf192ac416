"""All checks, in an order in which the later ones may rely on the earlier ones."""

from __future__ import annotations

from dataclasses import replace

from kartoteka.extension.checks.module import check_prefixes
from kartoteka.extension.checks.names import check_declarations, check_objects, check_owners, check_references
from kartoteka.extension.checks.records import check_kind_models, check_kinds, check_mapping, check_models, check_tables
from kartoteka.extension.collected import Collected
from kartoteka.extension.findings import BrokenModule

_STAGES = (
    (check_declarations, check_objects),
    (check_owners, check_kind_models, check_models),
    (check_kinds, check_references, check_tables),
)


def find_faults(collected: Collected) -> list[BrokenModule]:
    """Return the modules that declare nonsense, each once with its first fault.

    Later stages read what earlier ones have made sure of, so they run only when those found nothing.
    """
    faults = [*collected.faults, *_prefix_faults(collected), *check_mapping(collected)]
    for stage in _STAGES:
        if faults:
            break
        faults = [fault for check in stage for fault in check(collected)]
    versions = {module.name: module.version for module in collected.modules}
    first: dict[str, BrokenModule] = {}
    for fault in faults:
        first.setdefault(fault.name, replace(fault, version=versions[fault.name]))
    return list(first.values())


def _prefix_faults(collected: Collected) -> list[BrokenModule]:
    faults = check_prefixes(collected.modules, collected.builtins)
    return [BrokenModule(name, "register_module", "table_prefix", problem) for name, problem in faults]
