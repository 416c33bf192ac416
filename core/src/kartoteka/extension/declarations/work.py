"""What users do with records: actions and reports; and what modules are asked about a new client."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.data import FieldType
from kartoteka.vocabulary.message import Message

if TYPE_CHECKING:
    from kartoteka.db.actor import Actor
    from kartoteka.db.session import Session
    from kartoteka.vocabulary.record import RecordRef


@dataclass(frozen=True)
class Outcome:
    """What an action did: a sentence for the user, how many records changed, and the page to go to."""

    message: Message
    changed: int = 0
    url: str | None = None


@dataclass(frozen=True, kw_only=True)
class Action(Declaration):
    """Something a user does with one record, or with many when it is ``bulk``.

    ``run(session, actor, records, data)`` works inside the caller's transaction on records the user may see;
    ``data`` holds the values of ``form``. ``when(session, record)`` says whether the button is shown on a record.
    ``confirm`` is asked before it runs. A page shows one ``primary`` action.
    """

    name: str
    kinds: tuple[str, ...]
    title: Message
    icon: str
    permission: str
    run: Callable[[Session, Actor, list[RecordRef], dict[str, Any]], Outcome]
    when: Callable[[Session, RecordRef], bool] | None = None
    form: type[Any] | None = None
    bulk: bool = False
    confirm: Message | None = None
    primary: bool = False


@dataclass(frozen=True)
class ReportColumn:
    """A column of a report; ``link(row)`` returns the address that the value leads to.

    Numbers are added up below the table unless ``total`` says that their sum means nothing.
    """

    name: str
    title: Message
    type: FieldType
    link: Callable[[Mapping[str, Any]], str | None] | None = None
    total: bool = True


@dataclass(frozen=True)
class ReportChart:
    """The picture of a report: the column with the labels and the column with the values.

    Values of equal labels are added up; without ``value`` the rows are counted. Days that lie more than two months
    apart are put together by month.
    """

    kind: Literal["bar", "line", "pie"]
    label: str
    value: str | None = None


@dataclass(frozen=True, kw_only=True)
class Report(Declaration):
    """A table made for reading, printing and downloading.

    ``params`` is a form class for what the user may choose; ``rows(session, params)`` returns one mapping per row
    with a value for every column name. Rows that follow each other with the same value in the column ``group`` stand
    under one heading.
    """

    name: str
    title: Message
    description: Message
    permission: str
    columns: tuple[ReportColumn, ...]
    rows: Callable[[Session, Mapping[str, Any]], Iterable[Mapping[str, Any]]]
    params: type[Any] | None = None
    chart: ReportChart | None = None
    group: str | None = None


@dataclass(frozen=True, kw_only=True)
class DuplicateProbe:
    """What is known about a client that somebody is about to save; empty values never match.

    Values are as typed; ``country`` (ISO 3166 alpha-2) is that of phones and codes written without one, ``domain`` the
    internet domain of the client's website.
    """

    name: str = ""
    country: str = ""
    registration_code: str = ""
    vat_code: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    domain: str = ""
    exclude_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class DuplicateHit:
    """A client that may be the same one: which field says so, why, and how surely (0 to 1)."""

    client_id: int
    field: str
    reason: Message
    strength: float


@dataclass(frozen=True, kw_only=True)
class NotificationType(Declaration):
    """A sort of notification, which each user may switch off.

    Only users with ``permission`` get it. ``days_ahead`` are the numbers of days that a user may choose to be reminded
    ahead of the day itself; left empty there is nothing to choose.
    """

    name: str
    title: Message
    description: Message
    icon: str
    permission: str | None = None
    days_ahead: tuple[int, ...] = ()
