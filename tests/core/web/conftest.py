"""One application with the small module ``shop``, on or off, for whoever is signed in."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from kartoteka.db.actor import Actor
from kartoteka.db.base import Model
from kartoteka.db.engine import Database
from kartoteka.extension.loader import load_modules
from kartoteka.extension.registry import build
from kartoteka.extension.wiring import wire
from kartoteka.web.assembly import make_flask, setup
from kartoteka.web.current import Kartoteka

HERE = Path(__file__).parent
RIGHTS = frozenset({"shop.view", "shop.edit"})


def load_shop() -> ModuleType:
    """Import the module ``shop`` once, by its path: tests are no package."""
    if "web_test_shop" not in sys.modules:
        spec = importlib.util.spec_from_file_location("web_test_shop", HERE / "shop" / "plugin.py")
        assert spec
        assert spec.loader
        module = sys.modules["web_test_shop"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules["web_test_shop"]


@dataclass
class Person:
    """Who is signed in."""

    permissions: frozenset[str] = RIGHTS
    modules: frozenset[str] = frozenset({"shop"})
    id: int = 1
    name: str = "Ona Žukauskaitė"
    language: str | None = "en"
    timezone: str | None = None
    theme: str = "light"
    preferences: dict[str, Any] = field(default_factory=dict)
    must_change_password: bool = False
    needs_second_factor: bool = False
    lacks_second_factor: bool = False
    is_authenticated = True

    @property
    def actor(self) -> Actor:
        return Actor(user_id=self.id, name=self.name, permissions=self.permissions, modules=self.modules)

    def can(self, permission: str) -> bool:
        return permission in self.permissions


@dataclass
class Config:
    company: str = "Šiaurės langai"
    language: str = "en"
    timezone: str = "Europe/Vilnius"
    https: bool = False
    pseudo_locale: bool = True


@dataclass
class World:
    """The application and who sits in front of it."""

    app: Flask
    database: Database
    shop: ModuleType
    config: Config
    person: Person | None = field(default_factory=Person)
    modules_on: frozenset[str] = frozenset({"shop"})


def make_world(folder: Path, **settings: Any) -> World:
    """Build an application on a fresh database with three orders."""
    shop = load_shop()
    point: Any = SimpleNamespace(name="shop", value="shop", dist=None, load=lambda: shop)
    registry = build(load_modules([], [point]))
    assert not registry.broken, [str(one) for one in registry.broken]
    database = Database(f"sqlite:///{folder / 'web.db'}", secret="s" * 32)
    extension = wire(database, registry)
    Model.metadata.create_all(database.engine)
    app = make_flask()
    app.config.update(SECRET_KEY="s" * 32)
    config = Config(**settings)
    world = World(app, database, shop, config)
    kartoteka = Kartoteka(
        registry=registry,
        database=database,
        config=config,
        activation=extension.activation,
        load_user=lambda: world.person,
        active_modules=lambda: world.modules_on,
    )
    setup(app, kartoteka)
    with database.transaction(Actor.system("test")) as session:
        session.add_all(shop.Order(id=number, name=f"Užsakymas {number}") for number in (1, 2, 3, 200))
    return world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(tmp_path)


@pytest.fixture
def surfer(world: World) -> Any:
    """A browser in which CSRF is not checked; tests of CSRF switch it on again."""
    world.app.config["WTF_CSRF_ENABLED"] = False
    world.app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    return world.app.test_client()


@pytest.fixture
def fresh_world(tmp_path: Path) -> Callable[..., World]:
    """Makes a world with other settings."""
    return lambda **settings: make_world(tmp_path, **settings)
