"""What a module is and which rights it knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from kartoteka.extension.declarations.base import Declaration
from kartoteka.vocabulary.message import Message


@dataclass(frozen=True, kw_only=True)
class Module(Declaration):
    """A part of the product that a company switches on when it has bought it.

    ``name`` is the entry point's name and the first part of all its addresses. ``api`` is the version of
    `kartoteka.api` it was written for. ``requires`` names modules it cannot run without, ``works_with``
    modules it does more with. Every table begins with ``table_prefix`` and an underscore; left empty it is the
    module's name. ``migrations`` is the folder with its Alembic revisions. ``audit_words`` says what the module writes
    into the audit log in words: its events by their names behind the module's and a dot, and their facts.
    """

    name: str
    title: Message
    description: Message
    version: str
    api: str
    requires: tuple[str, ...] = ()
    works_with: tuple[str, ...] = ()
    migrations: Path | None = None
    table_prefix: str = ""
    audit_words: Mapping[str, Message] = field(default_factory=dict, hash=False)

    @property
    def key(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """The table prefix without the underscore at its end."""
        return (self.table_prefix or self.name).rstrip("_")


@dataclass(frozen=True, kw_only=True)
class Permission(Declaration):
    """A right that an administrator grants or refuses, to a role or to a user.

    ``name`` is ``module.verb``; ``record_kind`` is the kind whose records it is about; ``also_requires`` names
    rights without which this one is of no use.
    """

    name: str
    title: Message
    description: Message
    record_kind: str | None = None
    also_requires: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return self.name


@dataclass(frozen=True, kw_only=True)
class RoleTemplate(Declaration):
    """A role that a module offers: copied into the company on request, and editable from then on.

    ``permissions`` may name rights of other modules; those of an absent module are left out. ``reach`` says whose
    records the role sees: its own, its department's or all.
    """

    name: str
    title: Message
    permissions: tuple[str, ...]
    reach: Literal["own", "department", "all"] = "own"
