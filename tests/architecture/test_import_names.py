"""Every name in an import contract means something: a misspelt layer would pass for one that keeps the rule."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
NAMES = ("source_modules", "forbidden_modules", "sources", "package", "allowed", "container", "modules", "forbidden")
IN_CONTAINERS = ("names", "doors")
BY_ID = {one["id"]: one for one in CONTRACTS}


def module_exists(name: str) -> bool:
    """Tell whether there is a module or package of this name, without importing it."""
    *packages, last = name.split(".")
    for source in [ROOT / "core" / "src", *ROOT.glob("plugins/*/src")]:
        folder = source.joinpath(*packages)
        if (folder / f"{last}.py").exists() or (folder / last / "__init__.py").exists():
            return True
    return not packages and find_spec(name) is not None


def layers_of(contract: Mapping[str, Any]) -> set[str]:
    """Return the names of a contract's layers, without what says whether they must be there."""
    return {name.strip(" ()") for line in contract.get("layers", ()) for name in line.split("|")}


def unknown_names(contract: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names in a contract that mean nothing."""
    given = [contract.get(key, ()) for key in NAMES]
    plain = {name for one in given for name in ([one] if isinstance(one, str) else one)}
    containers = contract.get("containers", [contract["container"]] if "container" in contract else [])
    inside = {name for key in IN_CONTAINERS for name in contract.get(key, ())}
    if containers:
        inside |= layers_of(contract)
        plain |= set(containers)
    else:
        plain |= layers_of(contract)
    yield from (name for name in sorted(plain) if not module_exists(name))
    rooms = [room for one in containers for room in (one, *rooms_of(one))]
    for name in sorted(inside):
        if not any(module_exists(f"{room}.{name}") for room in rooms):
            yield name


def rooms_of(package: str) -> list[str]:
    """Return the packages inside a package."""
    folders = [source / package.replace(".", "/") for source in [ROOT / "core" / "src", *ROOT.glob("plugins/*/src")]]
    found = [path.parent.name for folder in folders if folder.is_dir() for path in folder.glob("*/__init__.py")]
    return [f"{package}.{name}" for name in sorted(found)]


@pytest.mark.parametrize("name", BY_ID)
def test_names_in_contracts_are_modules(name: str) -> None:
    assert list(unknown_names(BY_ID[name])) == []


@pytest.mark.parametrize(
    ("contract", "wrong"),
    [
        ({"layers": ["(kartoteka.wbe)", "kartoteka.db"]}, "kartoteka.wbe"),
        ({"containers": ["kartoteka_crm_clients.segmnets"], "layers": ["(plugin)"]}, "kartoteka_crm_clients.segmnets"),
        ({"containers": ["kartoteka_crm_clients.segments"], "layers": ["(sevrice)", "(models)"]}, "sevrice"),
        ({"source_modules": ["kartoteka.dbb"], "forbidden_modules": ["flask"]}, "kartoteka.dbb"),
        ({"source_modules": ["kartoteka.db"], "forbidden_modules": ["flaks"]}, "flaks"),
        ({"container": "kartoteka.builtin", "doors": ["servcie"]}, "servcie"),
    ],
)
def test_a_misspelt_name_is_found(contract: Mapping[str, Any], wrong: str) -> None:
    assert next(unknown_names(contract)) == wrong


def test_every_feature_of_the_core_stands_in_a_layer() -> None:
    assert set(rooms_of("kartoteka.builtin")) == layers_of(BY_ID["builtin-layers"])


@pytest.mark.parametrize("module", ["crm-clients", "crm-inquiries"])
def test_every_room_of_a_module_with_services_has_layers(module: str) -> None:
    contract = BY_ID[f"inside-{module}"]
    rooms = rooms_of(f"kartoteka_{module.replace('-', '_')}")
    served = [room for room in rooms if module_exists(f"{room}.service")]
    assert [room for room in served if room not in contract["containers"]] == []
