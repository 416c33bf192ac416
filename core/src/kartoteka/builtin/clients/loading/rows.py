"""From the cells of a line to the values of a client."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from kartoteka.builtin.clients.checking import LENGTHS
from kartoteka.builtin.clients.fields import FIELDS, FIXED
from kartoteka.builtin.clients.loading.lines import FileProblem, Line
from kartoteka.builtin.clients.models import ClientKind, Relationship
from kartoteka.db.clock import utc_now
from kartoteka.vocabulary.identifiers import country_code
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, no_value

LOADABLE = frozenset(FIELDS) - (FIXED - {"name"}) - {"external_source", "manager", "group"}
"""Fields that a column of a file may be loaded into."""

_NAMES = ("name", "company_name", "surname", "first_name")
_KEY_LENGTH = LENGTHS["external_id"]


@dataclass(frozen=True)
class LoadOptions:
    """How the columns of a file become clients.

    ``columns`` maps fields to column titles. ``source`` names the list, so that its external numbers do not meet those
    of another. ``kind`` "by_code" takes a line whose registration code says that there is none ("0", "-") for a natural
    person. ``country`` is given to new clients whose line names none, ``manager_id`` to all new ones. With
    ``accept_duplicates`` a client is created although another one has its registration code.
    """

    columns: Mapping[str, str]
    source: str
    country: str = ""
    kind: Literal["company", "person", "by_code"] = "by_code"
    manager_id: int | None = None
    accept_duplicates: bool = False
    registered_on: date = field(default_factory=lambda: utc_now().date())

    def __post_init__(self) -> None:
        unknown = sorted(set(self.columns) - LOADABLE)
        if unknown:
            raise FileProblem(_("Clients have no field %(name)s to load.", name=unknown[0]), "columns")
        if not set(_NAMES) & set(self.columns):
            raise FileProblem(_("Say which column holds the name: name=TITLE."), "columns")
        if not clean_line(self.source):
            raise FileProblem(_("Give the source a name."), "source")

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The titles of the columns that are read."""
        return tuple(self.columns.values())


@dataclass(frozen=True)
class Row:
    """One line as it may become a client: its number, the key it is matched by, and its cells by field."""

    line: int
    key: str
    kind: str
    cells: dict[str, str]
    warnings: dict[str, Message] = field(default_factory=dict)
    problem: Message | None = None
    problem_field: str | None = None

    def values_for(self, kind: str) -> dict[str, Any]:
        """Return the values by attribute; a plain name is the company's, or a person's surname."""
        values: dict[str, Any] = {FIELDS[name].attribute: cell for name, cell in self.cells.items() if name != "name"}
        if "name" in self.cells:
            values["surname" if kind == ClientKind.PERSON else "company_name"] = self.cells["name"]
        return values


def demand_columns(line: Line, options: LoadOptions) -> None:
    """Raise FileProblem when a column to be loaded is not in the file."""
    absent = [title for title in options.titles if title not in line.cells]
    if absent and line.problem is None:
        problem = _("There is no column %(title)s. The columns are: %(known)s.")
        raise FileProblem(problem.with_values(title=absent[0], known=", ".join(line.cells)[:500]), "columns")


def read_row(line: Line, options: LoadOptions) -> Row:
    """Return the line's cells by field; ``problem`` says why they cannot become a client."""
    absent = [title for title in options.titles if title not in line.cells]
    if absent:
        problem = _("There is no column %(title)s in this line.", title=absent[0])
        return Row(line.number, "", "", {}, {}, problem)
    cells = {name: line.cells[title] for name, title in options.columns.items()}
    warnings = _forgive_country(cells)
    key = _key(cells)
    cells.pop("external_id", None)
    if not key:
        return Row(line.number, "", "", {}, {}, _("This line has no external number."), "external_id")
    return Row(line.number, key, _kind(cells, options), cells, warnings)


def new_values(options: LoadOptions, row: Row) -> dict[str, Any]:
    """Return what a new client has beside its cells."""
    return {
        "kind": row.kind,
        "country": options.country,
        "relationship": Relationship.EXISTING,
        "manager_id": options.manager_id,
        "registered_on": options.registered_on,
        "external_source": options.source,
        "external_id": row.key,
    }


def _kind(cells: Mapping[str, str], options: LoadOptions) -> str:
    if options.kind != "by_code":
        return options.kind
    code = clean_line(cells.get("registration_code"))
    return ClientKind.PERSON if code and no_value(code) else ClientKind.COMPANY


def _key(cells: Mapping[str, str]) -> str:
    """Return the external number; in a list without one, name and country stand for it."""
    if "external_id" in cells:
        return clean_line(cells["external_id"])
    parts = [clean_line(cells.get(name)) for name in (*_NAMES, "country")]
    key = " / ".join(filter(None, parts))
    if len(key) <= _KEY_LENGTH:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return f"{key[: _KEY_LENGTH - 17]}~{digest}"


def _forgive_country(cells: dict[str, str]) -> dict[str, Message]:
    """A country nobody knows is left out with a warning: the rest of the line is still a client."""
    written = clean_line(cells.get("country"))
    if not written or no_value(written) or country_code(written):
        return {}
    cells["country"] = ""
    return {"country": _("The country %(name)s is not known; it was left out.", name=written)}
