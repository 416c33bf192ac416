"""What kinds of records a module keeps, which fields they have, and what happens to them with their client."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from kartoteka.db.members import MEMBERS
from kartoteka.extension.company_fields import FieldsOf
from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.scopes import OwnedBy, Scope
from kartoteka.vocabulary.message import Message, Translatable

if TYPE_CHECKING:
    from kartoteka.db.session import Session
    from kartoteka.vocabulary.record import RecordSummary

Ask = TypeVar("Ask", bound="Callable[[Session], Sequence[Any]]")


class FieldType(StrEnum):
    """What a value is: it decides how it is typed, shown, sorted, filtered, read from files and searched."""

    LINE = "line"
    BLOCK = "block"
    CODE = "code"
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "datetime"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    USER = "user"
    RECORD = "record"
    FILE = "file"


class Colour(StrEnum):
    """The named colours; each one means something, and a word or an icon always stands beside it."""

    OVERDUE = "overdue"
    TODAY = "today"
    DONE = "done"
    PLANNED = "planned"
    NONE = "none"


@dataclass(frozen=True)
class Choice:
    """One of the values a field may have: what is stored and what people read."""

    value: str
    title: Translatable
    colour: str | None = None
    icon: str | None = None


Choices: TypeAlias = "tuple[Choice, ...] | Callable[[Session], Sequence[Choice]]"
"""The choices themselves, or a function that reads them from the database."""


def keep_choices(ask: Ask) -> Ask:
    """Let choices be kept by each process until the state version rises: whoever changes them raises it."""
    setattr(ask, _KEPT, True)
    return ask


def is_kept(choices: object) -> bool:
    """Tell whether choices may be kept; see `keep_choices`."""
    return getattr(choices, _KEPT, False)


_KEPT = "kartoteka_kept"


@dataclass(frozen=True, kw_only=True)
class Field(Declaration):
    """A field of a record kind, described once.

    Lists, filters, edit in place, import, export, change log and confidentiality derive from it. ``column`` is
    the attribute of the model that holds the value; left empty it is ``name``. Without ``read_permission``
    everybody who sees the record reads the field, without ``write_permission`` everybody who may change the record
    writes it. ``tracked`` fields are in the change log, ``personal`` ones are blanked when a person is
    erased, ``searchable`` ones are found by quick search. ``sort`` names the indexed, never empty column of the
    model that lists are sorted by. ``import_headers`` are column titles recognised in files, in any language.
    ``known_choices`` are those that may be stored, also ones that nobody chooses any more: the change log speaks of the
    past. Left empty they are ``choices``. ``words(value)`` says a stored value that people do not read as it is, such
    as a rule of repetition, where it is shown and not typed.
    """

    name: str
    title: Message
    type: FieldType
    read_permission: str | None = None
    write_permission: str | None = None
    tracked: bool = True
    personal: bool = False
    searchable: bool = False
    sort: str | None = None
    import_headers: tuple[str, ...] = ()
    choices: Choices = ()
    known_choices: Choices = ()
    required: bool = False
    help: Message | None = None
    column: str | None = None
    words: Callable[[Any], str] | None = None

    @property
    def attribute(self) -> str:
        """The name of the model's attribute that holds the value."""
        return self.column or self.name

    def is_readable(self, can: Callable[[str], bool]) -> bool:
        """Tell whether somebody who ``can`` may see the field's values, of records that he sees."""
        return self.read_permission is None or can(self.read_permission)

    def is_writable(self, can: Callable[[str], bool]) -> bool:
        """Tell whether somebody who ``can`` may change the field's values; nobody changes what he may not see."""
        return self.is_readable(can) and (self.write_permission is None or can(self.write_permission))


@dataclass(frozen=True, kw_only=True)
class RecordKind(Declaration):
    """A kind of record: its names, table, rights and fields.

    ``kind`` is ``module.noun``. ``permission`` is needed to see records of this kind at all, ``scope`` says which
    of them. ``summarise(session, ids)`` returns a RecordSummary for each id the user may see, in a bounded number
    of statements; ``url(id)`` returns the address of the record's page. ``client_column`` is the attribute with
    the client's id, when there is one. Records of a ``tracked`` kind are in the change log.
    ``owner_columns`` are the attributes with the users that a record belongs to: somebody's work is handed over by
    them. Left out, they are those of the scope ``OwnedBy``.
    ``fields`` are the declared ones; a kind whose model is `Extensible` has those of the company behind them.
    Whoever has ``change_permission`` can undo own changes of such records; without it only those can who may undo
    everything.
    """

    kind: str
    title: Message
    plural_title: Message
    icon: str
    model: type[Any]
    permission: str
    scope: Scope
    fields: tuple[Field, ...]
    summarise: Callable[[Session, Sequence[int]], Mapping[int, RecordSummary]]
    url: Callable[[int], str]
    client_column: str | None = None
    tracked: bool = True
    owner_columns: tuple[str, ...] = ()
    change_permission: str | None = None

    def __post_init__(self) -> None:
        if self.is_extensible and not isinstance(self.fields, FieldsOf):
            object.__setattr__(self, "fields", FieldsOf(self.kind, self.fields))

    @property
    def is_extensible(self) -> bool:
        """Whether a company may add fields to records of this kind."""
        return hasattr(self.model, MEMBERS)

    @property
    def key(self) -> str:
        return self.kind

    @property
    def owners(self) -> tuple[str, ...]:
        """The attributes with the users that a record belongs to."""
        return self.owner_columns or (self.scope.columns if isinstance(self.scope, OwnedBy) else ())

    @property
    def table(self) -> str:
        """The name of the database table."""
        return str(self.model.__table__.name)

    def field(self, name: str) -> Field:
        """Return the field of this name; KeyError when there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.kind} has no field {name!r}")


@dataclass(frozen=True, kw_only=True)
class SearchText(Declaration):
    """What quick search finds of a record kind: the core keeps one folded, indexed row per record.

    ``fields`` are names of the kind's fields; a hit is shown to those who have ``permission`` and see the record. The
    kind's field ``country``, when there is one, tells which country's phone numbers are written without "+". Of a
    record's different words those within ``longest`` letters are found; what resembles a query is looked for among the
    first 4,000 only.
    """

    kind: str
    fields: tuple[str, ...]
    permission: str
    longest: int = 4_000

    @property
    def key(self) -> str:
        return self.kind


@dataclass(frozen=True, kw_only=True)
class ClientReference(Declaration):
    """A column that points to a client, and what happens to its rows when clients are merged or deleted.

    ``on_merge="drop_duplicates"`` keeps one row where ``unique_with`` columns are equal. ``on_delete="with_client"``
    hides the rows along with the client, ``"refuse"`` keeps the client. ``needs_code`` says that merging needs the
    module itself: when it is gone, merging is refused.
    """

    table: str
    column: str
    on_merge: Literal["move", "drop_duplicates"] = "move"
    unique_with: tuple[str, ...] = ()
    on_delete: Literal["refuse", "with_client"] = "refuse"
    needs_code: bool = False

    @property
    def key(self) -> str:
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, kw_only=True)
class PersonalData(Declaration):
    """What is personal in a table, and what stays of it when a person is erased.

    ``replacements`` gives for each column the value that takes the place of a person's data. ``keep_until`` names
    the column with the date until which the law wants the row kept as it is, ``legal_reason`` says which law.
    ``is_person`` says that each row is a person who may ask alone, while the client stays: a contact of a company.
    Such a table belongs to a record kind and has the columns ``first_name`` and ``surname``.
    """

    table: str
    client_column: str
    replacements: Mapping[str, Any]
    keep_until: str | None = None
    legal_reason: Message | None = None
    is_person: bool = False

    @property
    def key(self) -> str:
        return self.table
