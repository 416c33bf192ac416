"""What users do with records: actions, reports and jobs; and what modules are asked about a new client."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.data import FieldType
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _

if TYPE_CHECKING:
    from kartoteka.db.actor import Actor
    from kartoteka.db.session import Session
    from kartoteka.extension.declarations.notices import ClientNotice
    from kartoteka.extension.declarations.sales import SaleObjection
    from kartoteka.vocabulary.record import RecordRef


EVERY_KIND = "core.every"
"""Among the kinds of an action: it is offered for records of every kind, and its ``when`` says for which ones."""


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
    ``confirm`` is asked before it runs. A page shows one ``primary`` action; ``minor``
    ones stand together in a menu beside the others. One that is not ``single`` is offered for
    the rows of a list only, not on a record's own page. More than a hundred records are worked on in the background,
    in slices: ``run`` is called for each of them, ``Outcome.changed`` is added up. A ``whole`` one is called once with
    all of them, because it hands them to a job of its own.

    ``foretell(session, ids)`` returns what the page that asks says beside it, for any number of records: texts,
    notices about a client, and what speaks against a sale.

    ``page(records)``, given instead of ``run``, returns the address of a page of the module's own that asks and does
    the work; given beside it, by a ``bulk`` one, that page is for a hundred records at most. ``keys`` press the button
    on a record's page: those of a menu item's beginning begin the same thing there, with what the record knows.
    """

    name: str
    kinds: tuple[str, ...]
    title: Message
    icon: str
    permission: str
    run: Callable[[Session, Actor, list[RecordRef], dict[str, Any]], Outcome] | None = None
    when: Callable[[Session, RecordRef], bool] | None = None
    form: type[Any] | None = None
    bulk: bool = False
    whole: bool = False
    single: bool = True
    confirm: Message | None = None
    primary: bool = False
    minor: bool = False
    page: Callable[[list[RecordRef]], str] | None = None
    foretell: Callable[[Session, list[int]], Sequence[Message | ClientNotice | SaleObjection]] | None = None
    keys: str = ""

    def perform(self, session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
        """Run it; raises Refused for one that has a page instead."""
        if self.run is None:
            raise Refused(_("This is done on a page of its own."))
        return self.run(session, actor, records, data)


@dataclass(frozen=True)
class ReportColumn:
    """A column of a report; ``link(row)`` returns the address that the value leads to.

    Numbers are added up below the table unless ``total`` says that their sum means nothing. ``unit`` names the column
    with what they are counted in, such as the currency: there is a sum of its own for each unit.
    """

    name: str
    title: Message
    type: FieldType
    link: Callable[[Mapping[str, Any]], str | None] | None = None
    total: bool = True
    unit: str | None = None


@dataclass(frozen=True)
class ReportChart:
    """The picture of a report: the column with the labels and the column with the values.

    Values of equal labels are added up; without ``value`` the rows are counted. Days that lie more than two months
    apart are put together by month. ``series`` is the column whose values are drawn each in a colour of its own, as are
    values in several units. ``most`` is how many labels are drawn, those of the first rows; the others are added up.
    """

    kind: Literal["bar", "line", "pie"]
    label: str
    value: str | None = None
    series: str | None = None
    most: int | None = None


@dataclass(frozen=True, kw_only=True)
class Report(Declaration):
    """A table made for reading, printing and downloading.

    ``params`` is a form class for what the user may choose; ``rows(session, params)`` returns one mapping per row
    with a value for every column name. Rows that follow each other with the same value in the column ``group`` stand
    under one heading.

    ``behind(params, common)`` returns the address of the list with the records behind a figure, None when there is no
    such list: a total, a group, a cell of a pivot table, a bar of the chart. ``common`` holds what all rows behind the
    figure have in common, also values that are no columns, such as ids. ``kinds`` are the kinds of records the report
    is made of: its chart on an open page is drawn anew soon after one of them was changed by anybody.
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
    behind: Callable[[Mapping[str, Any], Mapping[str, Any]], str | None] | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class DuplicateProbe:
    """What is known about a client that somebody is about to save; empty values never match.

    Values are as typed; ``country`` (ISO 3166 alpha-2) is that of phones and codes written without one, ``domain`` the
    internet domain of the client's website. ``personal_code`` is confidential: an answer may not repeat it.
    """

    name: str = ""
    country: str = ""
    registration_code: str = ""
    vat_code: str = ""
    personal_code: str = ""
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    domain: str = ""
    exclude_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ClientStep(Declaration):
    """A step of the assistant for new clients: what a module asks about a client that is being entered.

    ``form`` is a form class, of which ``shown`` names the fields that are asked for, all of them when left out.
    ``begin(known)`` returns the values that the form begins with; ``known`` holds texts by name as far as they are
    known: country, region, city, street, postcode, phone, mobile, email, website. A form that is left as ``begin``
    makes it for the country alone is taken for empty. ``save(session, client_id, values)`` stores the values in the
    transaction that enters the client; it raises Problem for what cannot be stored.
    """

    name: str
    title: Message
    permission: str
    form: type[Any]
    save: Callable[[Session, int, dict[str, Any]], object]
    begin: Callable[[Mapping[str, str]], Mapping[str, Any]] | None = None
    shown: tuple[str, ...] = ()


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
    ahead of the day itself; left empty there is nothing to choose. ``channels`` are keys (``module.name``) of the
    channels that it goes by, beside the page, until a user chooses others. An ``urgent`` one heeds no quiet hours.
    """

    name: str
    title: Message
    description: Message
    icon: str
    permission: str | None = None
    days_ahead: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    urgent: bool = False


STEP_SECONDS = 0.25
"""How long one step of a job may keep others from saving."""


@dataclass(kw_only=True)
class RunningJob:
    """One step of a job, as the function that does it sees it.

    ``payload`` is what `enqueue` was given; ``checkpoint`` (plain JSON values) is kept with the step and is there in
    the next one. ``attempt`` counts from 1 and starts anew after each committed step; ``step`` counts committed steps.
    ``found`` is what the job's ``outside`` has left there in the same step.
    """

    id: int
    payload: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    checkpoint: dict[str, Any] = field(default_factory=dict)
    attempt: int = 1
    step: int = 0
    done: int | None = None
    of: int | None = None
    goes_on: bool = False
    message: Message | None = None
    url: str | None = None
    warnings: list[Translatable] = field(default_factory=list)
    found: Any = None
    began: float = field(default_factory=monotonic)

    @property
    def time_is_up(self) -> bool:
        """Whether the step has taken so long that others who want to save should have their turn."""
        return monotonic() - self.began >= STEP_SECONDS

    def report(self, done: int, of: int | None = None) -> None:
        """Say how far the whole job is: ``done`` of ``of``; without ``of`` the total stays as it was."""
        self.done = done
        self.of = self.of if of is None else of

    def again(self) -> None:
        """Ask for another step: this one is committed, and the function is called once more."""
        self.goes_on = True

    def finish(self, message: Message, url: str | None = None) -> None:
        """Say what the page shows when the job is done, and where its result is."""
        self.message = message
        self.url = self.url if url is None else url

    def warn(self, text: Translatable) -> None:
        """Add a line to what the page lists as worth looking at."""
        self.warnings.append(text)


@dataclass(frozen=True, kw_only=True)
class Job(Declaration):
    """Work done in the background, in one or many steps; `enqueue` asks for it by its key, ``module.name``.

    ``run(session, job)`` does one step in a transaction of its own, for the user who asked for the job and with the
    rights he has at that moment; step, checkpoint, progress and completion are committed together. All steps are one
    operation of the change log. A step changes at most 500 records, or stops when ``job.time_is_up``, and calls
    ``job.again()`` while something is left.

    A step that fails is tried again ``retries`` times, later each time, unless it raised a `Problem`; one that takes
    longer than ``timeout`` has failed. ``permission`` is asked for before each step. While a job with the same values
    of the payload keys ``unique_by`` is unfinished, no second one is made.

    What talks to other machines belongs into ``outside(job)``: it is called before ``run`` in each step while no
    transaction is open, so that nobody waits for a slow server. It opens ``reading()`` and ``transaction()`` itself,
    which are committed whatever comes after, and leaves what ``run`` should store in ``job.found``. A worker that dies
    does the step again: what must not happen twice outside is marked before it is done.
    """

    name: str
    title: Message
    run: Callable[[Session, RunningJob], None]
    outside: Callable[[RunningJob], None] | None = None
    permission: str | None = None
    retries: int = 3
    timeout: timedelta = timedelta(minutes=5)
    unique_by: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Schedule(Declaration):
    """When a job of the same module is done by itself.

    ``job`` is its key, ``module.name``; ``cron`` are the five fields of crontab(5), in the company's time zone. It runs
    as the system, because nobody asked for it; ``as_system`` says so where it is declared.
    """

    job: str
    cron: str
    title: Message
    as_system: bool = True

    @property
    def key(self) -> str:
        return f"{self.job} {self.cron}"
