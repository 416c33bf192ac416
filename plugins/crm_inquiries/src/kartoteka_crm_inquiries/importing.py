"""What imports of inquiries and of activities share: whose they are, who does them, words and moments of files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kartoteka.api.clients import LIVING, Client
from kartoteka.api.company import company_place
from kartoteka.api.db import Session, actor_of, as_system
from kartoteka.api.declare import Choice, Fate, Field, FieldType, ImportOutcome, ImportRow, ImportRun
from kartoteka.api.identifiers import company_code
from kartoteka.api.signals import record_changed, record_created
from kartoteka.api.texts import Message, Texts, clean_line, fold, sort_key, speaking
from kartoteka.api.users import active_users, user_with_login
from kartoteka.api.values import Reader, Wrong
from kartoteka.api.work import announce
from kartoteka_crm_inquiries.naming import ASSIGN

_ = Texts("crm_inquiries")

LANGUAGES = ("en", "lt", "et", "ru", "uk")
"""Words of these languages are understood in files, whatever the language of whoever imports them."""

CLIENT_COLUMNS = (
    Field(
        name="client_external",
        title=_("External number of the client"),
        type=FieldType.CODE,
        import_headers=("Client ID", "External ID", "Kliento ID", "Kliendi ID", "ID клієнта", "ID клиента"),
    ),
    Field(
        name="client_no",
        title=_("Number of the client"),
        type=FieldType.CODE,
        import_headers=("Client No", "Kliento nr.", "Kliendi nr", "№ клієнта", "№ клиента"),
    ),
    Field(
        name="client_code",
        title=_("Registration code of the client"),
        type=FieldType.CODE,
        import_headers=("Registration code", "Įmonės kodas", "Kodas", "Registrikood", "ЄДРПОУ", "Код"),
    ),
    Field(
        name="client_name",
        title=_("Name of the client"),
        type=FieldType.LINE,
        import_headers=("Client", "Company", "Klientas", "Įmonė", "Klient", "Ettevõte", "Клієнт", "Компанія", "Клиент"),
    ),
)
CLIENT_NAMES = tuple(one.name for one in CLIENT_COLUMNS)
_FORMATS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y.%m.%d %H:%M", "%d/%m/%Y %H:%M")
_DAYS = ("%d.%m.%Y", "%Y.%m.%d", "%d/%m/%Y")


@dataclass
class Read:
    """A line with what may be stored of it; ``values`` are by column."""

    row: ImportRow
    client: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)
    warnings: dict[str, Message] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether the line makes a record."""
        return self.row.record_id is None

    def take(self, readers: Mapping[str, Reader]) -> None:
        """Read the cells that there are, each mistake named by its field."""
        for name, read in readers.items():
            if name not in self.row.cells:
                continue
            try:
                self.values[name] = read(self.row.cells[name])
            except Wrong as wrong:
                self.errors[name] = wrong.message

    def outcome(self, ids: Mapping[int, int], changed: Iterable[int]) -> ImportOutcome:
        """Return what became of the line: ``ids`` of records made, by line, and the lines that ``changed`` theirs."""
        line = self.row.line
        if self.errors:
            return ImportOutcome(line, Fate.REFUSED, self.errors)
        if self.is_new:
            return ImportOutcome(line, Fate.CREATED, {}, self.warnings, bool(self.warnings), ids.get(line))
        fate = Fate.CHANGED if line in set(changed) else Fate.UNCHANGED
        return ImportOutcome(line, fate, {}, self.warnings, record_id=self.row.record_id)


def read_rows(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> list[Read]:
    """Return the lines with the clients that are meant, as far as the user sees them; a wrong one is an error."""
    clients = clients_of(session, rows, run.source)
    found = []
    for row in rows:
        read = Read(row, clients[row.line])
        named = next((name for name in CLIENT_NAMES if clean_line(row.cells.get(name))), None)
        if named is not None and read.client is None:
            read.errors[named] = _("There is no such client, several have this name, or you may not see it.")
        found.append(read)
    return found


def clients_of(session: Session, rows: Sequence[ImportRow], source: str) -> dict[int, Any]:
    """Return the client of each line that the user sees, None where none or several fit; at most four statements.

    External numbers of the list that ``source`` names come before those of others.
    """
    found: dict[int, Any] = dict.fromkeys(row.line for row in rows)
    for name, column, normal in _WAYS:
        wanted = {row.line: normal(row.cells.get(name, "")) for row in rows if found[row.line] is None}
        known = _clients_by(session, column, {value for value in wanted.values() if value})
        for line, value in wanted.items():
            hits = known.get(value, [])
            own = [one for one in hits if one.external_source == source]
            hits = own if name == "client_external" and len(hits) > 1 else hits
            found[line] = hits[0] if len(hits) == 1 else None
    return found


def _clients_by(session: Session, column: Any, values: set[str]) -> Mapping[str, list[Any]]:
    known: dict[str, list[Any]] = defaultdict(list)
    if values:
        columns = (Client.id, Client.manager_id, Client.external_source, column.label("value"))
        for row in session.execute(select(*columns).where(column.in_(values), Client.state.in_(LIVING))):
            known[row.value].append(row)
    return known


_WAYS: tuple[tuple[str, Any, Callable[[str], str]], ...] = (
    ("client_external", Client.external_id, clean_line),
    ("client_no", Client.number, clean_line),
    ("client_code", Client.registration_code_norm, lambda typed: company_code(typed, "").value or ""),
    ("client_name", Client.name_sort, sort_key),
)


def taken_numbers(session: Session, model: Any, reads: Sequence[Read]) -> None:
    """Refuse new lines whose number another record has already, even one that the user does not see."""
    given = {one.values.get("number", "") for one in reads if one.is_new} - {""}
    with as_system(session, reason="numbers that are taken"):
        taken = set(session.scalars(select(model.number).where(model.number.in_(given)))) if given else set()
    for one in (one for one in reads if one.is_new and one.values.get("number")):
        if one.values["number"] in taken:
            one.errors["number"] = _("This number is taken already.")
        taken.add(one.values["number"])


def among(choices: Sequence[Choice], *, number: bool = False) -> Reader:
    """Read one of some choices by its value or its title, in any language; ``number`` makes a whole number of it."""
    known: dict[str, str] = {}
    for choice in choices:
        known |= {fold(word): choice.value for word in (choice.value, str(choice.title), *_said(choice.title))}

    def read(given: Any) -> Any:
        wanted = known.get(fold(clean_line(given)))
        if wanted is None and clean_line(given):
            raise Wrong(_("“%(name)s” is not known here.", name=clean_line(given)[:60]))
        return int(wanted) if number and wanted else wanted or ("" if not number else None)

    return read


def _said(title: Any) -> set[str]:
    said = set()
    for language in LANGUAGES:
        with speaking(language):
            said.add(str(title))
    return said


def entries(choices: Sequence[Choice]) -> Reader:
    """Read an entry of a directory by its title."""
    return among(choices, number=True)


def people(session: Session) -> Reader:
    """Read who works here by name or sign-in name; somebody else than the user only with the right to give work."""
    actor = actor_of(session)
    known: dict[str, list[int]] = defaultdict(list)
    with as_system(session, reason="who works here"):
        for user_id, name in active_users(session):
            known[fold(name)].append(user_id)

    def read(given: Any) -> int | None:
        typed = clean_line(given)
        if not typed:
            return None
        found = known.get(fold(typed), [])
        with_login = None if found else _with_login(session, typed)
        found = found if with_login is None else [with_login]
        if len(found) != 1:
            raise Wrong(_("“%(name)s” is not known here.", name=typed[:60]))
        if found[0] != actor.user_id and not actor.can(ASSIGN):
            raise Wrong(_("You may not assign work to others."))
        return found[0]

    return read


def _with_login(session: Session, login: str) -> int | None:
    with as_system(session, reason="who works here"):
        found: Any = user_with_login(session, login)
    return None if found is None else int(getattr(found, "id", found))


def moments(session: Session, hour: int = 0) -> Reader:
    """Read moments on the company's clock; a day without a time stands for that ``hour``."""
    zone = ZoneInfo(company_place(session)[1])

    def read(given: Any) -> datetime | None:
        typed = clean_line(given)
        if not typed:
            return None
        found = _moment(typed, hour)
        if found is None:
            raise Wrong(_("This is not a moment. Write it as 2026-11-22 10:00."))
        if not 1900 <= found.year <= 2999:
            raise Wrong(_("Check the year of this date."))
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)

    return read


def days(given: Any) -> date | None:
    """Read a day."""
    typed = clean_line(given)
    found = _moment(typed, 0) if typed else None
    if typed and (found is None or not 1900 <= found.year <= 2999):
        raise Wrong(_("This is not a date. Write it as 2026-11-22."))
    return found.date() if found else None


def _moment(typed: str, hour: int) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(typed), time(hour))
    except ValueError:
        pass
    for form in (*_FORMATS, *_DAYS):
        try:
            found = datetime.strptime(typed, form)  # noqa: DTZ007 - the zone is the company's
        except ValueError:
            continue
        return found.replace(hour=hour) if form in _DAYS else found
    try:
        return datetime.fromisoformat(typed)
    except ValueError:
        return None


def differences(stored: Any, values: Mapping[str, Any], required: Iterable[str]) -> dict[str, Any]:
    """Return the values that are new to a record; what it must have is not emptied by an empty cell."""
    kept = set(required)
    return {
        name: value
        for name, value in values.items()
        if getattr(stored, name) != value and not (name in kept and value in (None, ""))
    }


def announce_written(
    session: Session, kind: str, created: Sequence[int], changes: Mapping[int, Mapping[str, Any]]
) -> None:
    """Announce which records of a kind a file has made and changed; ``changes`` has the new values by id."""
    if created:
        announce(session, record_created, kind, ids=list(created))
    if changes:
        fields = sorted({name for values in changes.values() for name in values})
        announce(session, record_changed, kind, ids=list(changes), fields=fields)
