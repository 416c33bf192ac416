"""From the cells of a line to the values of a client."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from kartoteka.builtin.clients.checking import LENGTHS
from kartoteka.builtin.clients.fields import FIELDS, FIXED
from kartoteka.builtin.clients.models import ClientKind
from kartoteka.db.members import is_member
from kartoteka.extension.declarations.data import FieldType
from kartoteka.extension.declarations.importing import ImportRow
from kartoteka.vocabulary.identifiers import country_code
from kartoteka.vocabulary.lines import FileProblem, Line
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, no_value

LOADABLE = frozenset(FIELDS) - (FIXED - {"name"}) - {"external_source"}
"""Fields that a column of a file may be loaded into."""


def is_loadable(name: str) -> bool:
    """Tell whether a column of a file may be loaded into a field, one that the company has added among them."""
    own = is_member(name) and name in FIELDS and FIELDS[name].type is not FieldType.FILE
    return name in LOADABLE or own


NAMES = ("name", "company_name", "surname", "first_name")
BY_CODE = "by_code"
_KEY_LENGTH = LENGTHS["external_id"]


@dataclass(frozen=True)
class LoadOptions:
    """How the columns of a file become clients.

    ``columns`` maps fields to column titles. ``source`` names the list, so that its external numbers do not meet those
    of another. ``kind`` "by_code" takes a line whose registration code says that there is none ("0", "-") for a natural
    person. ``country`` is given to new clients whose line names none. With ``accept_duplicates`` a client is created
    although another one has its registration code.
    """

    columns: Mapping[str, str]
    source: str
    country: str = ""
    kind: Literal["company", "person", "by_code"] = BY_CODE
    accept_duplicates: bool = False

    def __post_init__(self) -> None:
        unknown = sorted(name for name in self.columns if not is_loadable(name))
        if unknown:
            raise FileProblem(_("Clients have no field %(name)s to load.", name=unknown[0]), "columns")
        if not set(NAMES) & set(self.columns):
            raise FileProblem(_("Say which column holds the name: name=TITLE."), "columns")
        if not clean_line(self.source):
            raise FileProblem(_("Give the source a name."), "source")

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The titles of the columns that are read."""
        return tuple(self.columns.values())


@dataclass(frozen=True, slots=True)
class Row:
    """One line as it may become a client: its number, its key, its kind, and its cells by field."""

    line: int
    key: str
    kind: str
    cells: dict[str, str]
    record_id: int | None = None
    warnings: dict[str, Message] = field(default_factory=dict)

    def values_for(self, kind: str) -> dict[str, Any]:
        """Return the values by attribute; a plain name is the company's, or a person's surname."""
        values: dict[str, Any] = {
            _ATTRIBUTES.get(name, name): cell for name, cell in self.cells.items() if name != "name"
        }
        if "name" in self.cells:
            values["surname" if kind == ClientKind.PERSON else "company_name"] = self.cells["name"]
        return values


_ATTRIBUTES = {name: field.attribute for name, field in FIELDS.items()}


def demand_columns(line: Line, options: LoadOptions) -> None:
    """Raise FileProblem when a column to be loaded is not in the file."""
    absent = [title for title in options.titles if title not in line.cells]
    if absent and line.problem is None:
        problem = _("There is no column %(title)s. The columns are: %(known)s.")
        raise FileProblem(problem.with_values(title=absent[0], known=", ".join(line.cells)[:500]), "columns")


def client_row(row: ImportRow, kind: str) -> Row:
    """Return the cells of a row as a client's; ``kind`` is company, person or by_code."""
    cells = dict(row.cells)
    warnings = _forgive_country(cells)
    external = clean_line(cells.pop("external_id", ""))
    return Row(row.line, short_key(external or row.key), _kind(cells, kind), cells, row.record_id, warnings)


def short_key(key: str) -> str:
    """Return a key that fits into the column of external numbers."""
    if len(key) <= _KEY_LENGTH:
        return key
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return f"{key[: _KEY_LENGTH - 17]}~{digest}"


def _kind(cells: Mapping[str, str], kind: str) -> str:
    if kind != BY_CODE:
        return kind
    code = clean_line(cells.get("registration_code"))
    return ClientKind.PERSON if code and no_value(code) else ClientKind.COMPANY


def _forgive_country(cells: dict[str, str]) -> dict[str, Message]:
    """A country nobody knows is left out with a warning: the rest of the line is still a client."""
    written = clean_line(cells.get("country"))
    if not written or no_value(written) or country_code(written):
        return {}
    cells["country"] = ""
    return {"country": _("The country %(name)s is not known; it was left out.", name=written)}
