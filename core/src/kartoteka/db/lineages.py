"""Modules as migrations see them: their lineages, the order of these, and where each stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from kartoteka.db.references import ClientReferenceFacts, OwnerFacts, PersonalDataFacts

CORE = "core"
CORE_VERSIONS = Path(__file__).parent / "migrations" / "versions"
VERSION_TABLE = "kartoteka_revision_"


class MigrationProblem(RuntimeError):
    """The schema cannot be brought to where it should be; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """A module as migrations see it: its revisions, its tables, and what it says about clients in them.

    ``versions`` is the folder with the revisions, or None for a module without tables; ``table_prefix`` is written
    with or without the underscore at its end; ``requires`` names the modules whose tables must be there before.
    """

    name: str
    versions: Path | None = None
    table_prefix: str = ""
    requires: tuple[str, ...] = ()
    client_references: tuple[ClientReferenceFacts, ...] = ()
    personal_data: tuple[PersonalDataFacts, ...] = ()
    owners: tuple[OwnerFacts, ...] = ()
    title: object = ""
    version: str = ""

    @property
    def prefix(self) -> str:
        """What the names of all its tables begin with, underscore included."""
        return (self.table_prefix or self.name).rstrip("_") + "_"

    @property
    def version_table(self) -> str:
        """The table that holds the revision its tables are at."""
        return VERSION_TABLE + self.name


@dataclass(frozen=True)
class ModuleRevision:
    """Where a module's tables are (``current``, None before the first upgrade) and where its code wants them."""

    name: str
    current: str | None
    head: str | None

    @property
    def is_current(self) -> bool:
        """Whether nothing is to be done."""
        return self.current == self.head


@dataclass(frozen=True)
class DataWithoutCode:
    """Tables of a module that is not installed any more."""

    module: str
    title: str
    version: str
    tables: tuple[str, ...]


class Status(NamedTuple):
    """All modules' revisions, and the data whose code is gone."""

    revisions: tuple[ModuleRevision, ...]
    data_without_code: tuple[DataWithoutCode, ...]

    @property
    def is_current(self) -> bool:
        """Whether the web application may start."""
        return all(revision.is_current for revision in self.revisions)


def sort_lineages(lineages: Sequence[Lineage]) -> list[Lineage]:
    """Return the lineages in the order of their requirements, the core first, otherwise by name.

    Raises MigrationProblem when one requires a module that is not there, when they require each other in a
    circle, or when one's table prefix is the beginning of another's.
    """
    by_name = {lineage.name: lineage for lineage in sorted(lineages, key=lambda one: one.name)}
    wanted = {name: {*one.requires, CORE} - {name} for name, one in by_name.items()}
    for name, requires in wanted.items():
        if missing := requires - by_name.keys():
            raise MigrationProblem(f"{name} requires {', '.join(sorted(missing))}, which is not installed.")
    check_prefixes([(one.name, one.prefix) for one in by_name.values()])
    try:
        return [by_name[name] for name in TopologicalSorter(wanted).static_order()]
    except CycleError as error:
        raise MigrationProblem(f"Modules require each other in a circle: {' -> '.join(error.args[1])}.") from error


def check_prefixes(prefixes: Sequence[tuple[str, str]]) -> None:
    ordered = sorted(prefixes, key=lambda pair: pair[1])
    for (first, shorter), (second, longer) in pairwise(ordered):
        if longer.startswith(shorter):
            raise MigrationProblem(
                f"The table prefix {shorter!r} of {first} is the beginning of {longer!r} of {second}; "
                "one could not tell whose a table is."
            )
    if any(prefix.startswith("kartoteka_") for _, prefix in prefixes):
        raise MigrationProblem("The table prefix kartoteka_ is taken by the version tables.")
