"""Three modules made for tests: visits, which stands alone, routes, which needs it, and one that can't be imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from kartoteka.extension.declarations.access import Module, Permission, RoleTemplate
from kartoteka.extension.declarations.ui import MenuItem
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.testing.plugin import Company
from kartoteka.vocabulary.message import Message
from kartoteka.web.blueprint import ModuleBlueprint, public, require


@dataclass
class EntryPoint:
    """An installed module that needs no package."""

    name: str
    plugin: Any
    dist: Any = None

    @property
    def value(self) -> str:
        return f"{self.name}.plugin"

    def load(self) -> Any:
        if isinstance(self.plugin, BaseException):
            raise self.plugin
        return self.plugin


def make_module(name: str, requires: tuple[str, ...] = ()) -> ModuleType:
    plugin: Any = ModuleType(name)
    title, view = Message(name.capitalize()), f"{name}.view"
    blueprint = ModuleBlueprint(name, __name__)

    @blueprint.route("/")
    @require(f"{name}.view")
    def show() -> str:
        return f"page of {name}"

    @blueprint.post("/save")
    @require(f"{name}.view")
    def save() -> str:
        return "saved"

    @blueprint.route("/open")
    @public
    def show_open() -> str:
        return "for everybody"

    answers = {
        "register_module": Module(
            name=name,
            title=title,
            description=Message(f"What {name} is for."),
            version="3.2",
            api=API_VERSION,
            requires=requires,
        ),
        "register_permissions": [
            Permission(name=f"{name}.view", title=Message(f"See {name}"), description=Message("See them."))
        ],
        "register_roles": [RoleTemplate(name="visitor", title=Message(f"Visitor of {name}"), permissions=(view,))],
        "register_blueprints": [blueprint],
        "register_menu": [
            MenuItem(name="all", title=title, endpoint=f"{name}.show", permission=f"{name}.view", icon="walk")
        ],
    }
    for hook, answer in answers.items():
        setattr(plugin, hook, hookimpl(_returning(answer)))
    return plugin


def _returning(answer: Any) -> Callable[[], Any]:
    return lambda: answer


@pytest.fixture
def entry_points() -> list[EntryPoint]:
    return [
        EntryPoint("visits", make_module("visits")),
        EntryPoint("visit_routes", make_module("visit_routes", ("visits",))),
        EntryPoint("faulty", ImportError("no module named maps")),
    ]


@pytest.fixture
def made(company_on: Callable[..., Company], entry_points: list[EntryPoint]) -> Company:
    return company_on(entry_points=entry_points)
