"""The module under test: what it declares, its files, and the company it works in."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Table, inspect, select

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.db.actor import Actor
from kartoteka.db.base import Model
from kartoteka.db.lineages import Lineage
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.lineages import lineages
from kartoteka.extension.registry import Registry
from kartoteka.testing.company import Company
from kartoteka.vocabulary.record import RecordRef

D = TypeVar("D", bound=Declaration)


@dataclass
class Subject:
    """A module in a company in which it is on; ``actor`` is an administrator where one is needed."""

    company: Company
    module: Module
    is_demo: bool = False
    actor: Actor = field(default_factory=lambda: Actor.system("contract"))

    @property
    def name(self) -> str:
        """The name of the module."""
        return self.module.name

    @property
    def registry(self) -> Registry:
        """What all installed modules declare."""
        return self.company.installation.registry

    def own(self, declarations: Iterable[D]) -> list[D]:
        """Return those declarations that are the module's."""
        return [one for one in declarations if one.module == self.name]

    @cached_property
    def lineage(self) -> Lineage:
        """The module as migrations see it."""
        return next(one for one in lineages(self.registry) if one.name == self.name)

    @cached_property
    def tables(self) -> list[Table]:
        """The tables that the module's classes are mapped to."""
        return [model.__table__ for owner, model in self.registry.models if owner == self.name]

    def models(self) -> list[type[Model]]:
        """Return the module's mapped classes."""
        return [model for owner, model in self.registry.models if owner == self.name]

    def tables_without_migration(self) -> list[str]:
        """Return the module's tables that the migrated database lacks."""
        there = set(inspect(self.company.database.engine).get_table_names())
        return sorted(table.name for table in self.tables if table.name not in there)

    # --- Records -----------------------------------------------------------------------------------------------------

    def some_ids(self, kind: str, most: int = 50) -> list[int]:
        """Return ids of records of a kind, none for a kind whose module is not there."""
        found = self.registry.find_kind(kind)
        if found is None:
            return []
        with self.company.database.reading(Actor.system("contract")) as session:
            return list(session.scalars(select(found.model.id).order_by(found.model.id).limit(most)))

    def some_records(self, kinds: Iterable[str], most: int = 3) -> Iterator[RecordRef]:
        """Yield a few records of each kind; of clients when no kind is given."""
        for kind in tuple(kinds) or (CLIENT_KIND,):
            yield from (RecordRef(kind, number) for number in self.some_ids(kind, most))

    # --- Files -------------------------------------------------------------------------------------------------------

    @property
    def plugin(self) -> Any:
        """What the entry point names, normally the module ``plugin``."""
        return self.registry.calls.plugin(self.name)

    @property
    def package(self) -> str:
        """The name of the top package the module lives in."""
        return str(getattr(self.plugin, "__name__", None) or type(self.plugin).__module__).partition(".")[0]

    @cached_property
    def folder(self) -> Path:
        """The folder of the module's package."""
        return Path(str(sys.modules[self.package].__file__)).parent

    @cached_property
    def sources(self) -> list[Source]:
        """The Python files of the package."""
        return [Source(path, self.folder) for path in sorted(self.folder.rglob("*.py"))]


@dataclass(frozen=True)
class Source:
    """A Python file of the module."""

    path: Path
    folder: Path

    @property
    def place(self) -> str:
        """Where the file lies in the package."""
        return self.path.relative_to(self.folder).as_posix()

    @property
    def dotted(self) -> str:
        """The name it is imported by."""
        parts = [self.folder.name, *self.path.relative_to(self.folder).with_suffix("").parts]
        return ".".join(parts).removesuffix(".__init__")

    @cached_property
    def tree(self) -> ast.Module:
        """The file as Python reads it."""
        return ast.parse(self.path.read_text("utf-8"), str(self.path))

    def imports(self) -> Iterator[tuple[int, str]]:
        """Yield line and full name of everything the file imports, wherever in the file; relative imports left out."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
            elif name := _imported_by_call(node):
                yield node.lineno, name  # type: ignore[attr-defined]


def _imported_by_call(node: ast.AST) -> str | None:
    """Return what ``import_module("...")`` imports, where it says so in so many letters."""
    if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
        return None
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return str(node.args[0].value) if called in {"import_module", "__import__"} else None
