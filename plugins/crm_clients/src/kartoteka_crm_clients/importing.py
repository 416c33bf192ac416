"""Contact persons from files: which client they belong to, how they are found again, how they are stored."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, insert_rows, update_rows, utc_now
from kartoteka.api.declare import (
    Fate,
    Field,
    FieldsOf,
    FieldType,
    ImportKey,
    ImportOutcome,
    ImportRow,
    ImportRun,
    ImportTarget,
)
from kartoteka.api.identifiers import company_code, country_code
from kartoteka.api.records import RecordState
from kartoteka.api.signals import record_changed, record_created
from kartoteka.api.texts import Message, Texts, clean_line, fold, sort_key
from kartoteka.api.values import resolve_many
from kartoteka.api.work import announce
from kartoteka_crm_clients.checking import check_contact
from kartoteka_crm_clients.fields import CONTACT, CONTACT_FIELDS, EDIT, ROLE_CHOICES
from kartoteka_crm_clients.models import Contact, normal_email
from kartoteka_crm_clients.rules import name_order

_ = Texts("crm_clients")

TABLE = "crm_clients_contact"
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
CLIENT_COLUMNS = (
    Field(
        name="client_number",
        title=_("Client's number"),
        type=FieldType.CODE,
        import_headers=("Client number", "Kliento numeris", "Kliendi number", "Номер клієнта", "Номер клиента"),
    ),
    Field(
        name="client_code",
        title=_("Client's registration code"),
        type=FieldType.CODE,
        import_headers=("Registration code", "Įmonės kodas", "Kodas", "Registrikood", "ЄДРПОУ", "Код"),
    ),
    Field(
        name="client_name",
        title=_("Client's name"),
        type=FieldType.LINE,
        import_headers=("Client", "Company", "Klientas", "Įmonė", "Klient", "Ettevõte", "Клієнт", "Компанія", "Клиент"),
    ),
)
_HEADERS = {
    "phone": ("Phone", "Telefonas", "Telefon", "Телефон"),
    "mobile": ("Mobile", "Mobilusis", "Mobiil", "Мобільний", "Мобильный"),
    "email": ("E-mail", "Email", "El. paštas", "E-post", "Ел. пошта", "Эл. почта"),
    "birthday": ("Birthday", "Birth date", "Gimimo data", "Sünniaeg", "Дата народження", "Дата рождения"),
    "notes": ("Notes", "Pastabos", "Märkused", "Примітки", "Примечания"),
    "role": ("Role", "Vaidmuo", "Roll", "Роль"),
    "country": ("Country", "Šalis", "Riik", "Країна", "Страна"),
}
COLUMNS = FieldsOf(
    CONTACT,
    (
        *CLIENT_COLUMNS,
        *(
            replace(one, import_headers=_HEADERS[one.name]) if one.name in _HEADERS else replace(one)
            for one in CONTACT_FIELDS.declared
        ),
    ),
)
CLIENT_NAMES = tuple(one.name for one in CLIENT_COLUMNS)
_ROLES = {fold(word): choice.value for choice in ROLE_CHOICES for word in (choice.value, choice.title.text)}


@dataclass
class _Read:
    """A row with its client and its values as they may be stored; ``country`` is the client's."""

    row: ImportRow
    client_id: int | None
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)
    warnings: dict[str, Message] = field(default_factory=dict)


def match_contacts(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> dict[int, int]:
    """Return the contacts of these clients who have that name, or that e-mail address, by line."""
    clients = clients_of(session, rows)
    by_email = run.key == "email"
    wanted = {row.line: (client.id, _sought(row, by_email=by_email)) for row in rows if (client := clients[row.line])}
    compared = Contact.email_norm if by_email else Contact.name_sort
    statement = select(Contact.id, Contact.client_id, compared.label("value")).where(
        Contact.client_id.in_({client_id for client_id, _value in wanted.values()}), Contact.state.in_(_LIVING)
    )
    found = {(one.client_id, one.value): one.id for one in session.execute(statement.order_by(Contact.id.desc()))}
    return {line: found[key] for line, key in wanted.items() if key[1] and key in found}


def write_contacts(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> list[ImportOutcome]:
    """Add and change contacts of clients that the user sees, and return what became of each row."""
    stored = _stored(session, [row.record_id for row in rows if row.record_id is not None])
    clients = clients_of(session, rows)
    links = resolve_many(session, [row.cells for row in rows], CONTACT)
    read = [_read(row, clients[row.line], stored.get(row.record_id or 0)) for row in rows]
    for one, problems in zip(read, links, strict=True):
        one.errors.update(problems)
    new = [one for one in read if one.row.record_id is None and not one.errors]
    changes = {one.row.record_id: one.values for one in read if one.row.record_id and one.values and not one.errors}
    ids: dict[int, int] = {}
    if not run.dry:
        made = insert_rows(session, TABLE, [{**one.values, "client_id": one.client_id} for one in new])
        ids = {one.row.line: record_id for one, record_id in zip(new, made, strict=True)}
        update_rows(session, TABLE, changes)
        _announce(session, list(ids.values()), changes)
    return [_outcome(one, ids) for one in read]


def _read(row: ImportRow, client: Any, known: Mapping[str, Any] | None) -> _Read:
    read = _Read(row, None if client is None else client.id)
    if client is None:
        read.errors[client_column(row)] = _("There is no such client, several have this name, or you may not see it.")
        return read
    cells = {name: cell for name, cell in row.cells.items() if name not in CLIENT_NAMES}
    _read_words(cells, read)
    given = cells if known else {"country": client.country, "role": "other", "first_name": "", "surname": "", **cells}
    found = check_contact(given, known, today=utc_now().date())
    read.errors.update(found.errors)
    read.warnings.update(found.warnings)
    read.values = {name: value for name, value in found.values.items() if known is None or known[name] != value}
    return read


def _read_words(cells: dict[str, Any], read: _Read) -> None:
    """Understand roles and countries by name; what nobody knows is left out with a warning."""
    if "role" in cells:
        role = _ROLES.get(fold(cells["role"]))
        if role is None and clean_line(cells["role"]):
            read.warnings["role"] = _(
                "The role %(name)s is not known; it was left out.", name=clean_line(cells["role"])
            )
        if role is None:
            del cells["role"]
        else:
            cells["role"] = role
    country = clean_line(cells.get("country"))
    if "country" in cells and not (country and country_code(country)):
        del cells["country"]


def _outcome(one: _Read, ids: Mapping[int, int]) -> ImportOutcome:
    line, record_id = one.row.line, one.row.record_id
    if one.errors:
        return ImportOutcome(line, Fate.REFUSED, one.errors)
    if record_id is None:
        return ImportOutcome(line, Fate.CREATED, {}, one.warnings, bool(one.warnings), ids.get(line))
    fate = Fate.CHANGED if one.values else Fate.UNCHANGED
    return ImportOutcome(line, fate, {}, one.warnings, bool(one.values and one.warnings), record_id)


def _announce(session: Session, created: Sequence[int], changes: Mapping[int, Mapping[str, Any]]) -> None:
    if created:
        announce(session, record_created, CONTACT, ids=list(created))
    if changes:
        fields = sorted({name for values in changes.values() for name in values})
        announce(session, record_changed, CONTACT, ids=list(changes), fields=fields)


def _stored(session: Session, ids: Sequence[int]) -> dict[int, Mapping[str, Any]]:
    """Return the values of these contacts, as far as the user sees them."""
    rows = session.scalars(select(Contact).where(Contact.id.in_(ids))) if ids else ()
    return {row.id: {one.name: getattr(row, one.attribute) for one in CONTACT_FIELDS} for row in rows}


def clients_of(session: Session, rows: Sequence[ImportRow]) -> Mapping[int, Any]:
    """Return the client of each line that the user sees and that is in use, None where none or several fit."""
    found: dict[int, Any] = dict.fromkeys(row.line for row in rows)
    for name, column, normal in _WAYS:
        values = {row.line: normal(row.cells[name]) for row in rows if row.cells.get(name) and found[row.line] is None}
        known = _clients_by(session, column, {value for value in values.values() if value})
        for line, value in values.items():
            if len(known[value]) == 1:
                found[line] = known[value][0]
    return found


def _clients_by(session: Session, column: Any, values: Iterable[str]) -> Mapping[str, list[Any]]:
    known: dict[str, list[Any]] = defaultdict(list)
    wanted = set(values)
    if wanted:
        statement = select(Client.id, Client.country, column.label("value"))
        for row in session.execute(statement.where(column.in_(wanted), Client.state.in_(_LIVING))):
            known[row.value].append(row)
    return known


def client_column(row: ImportRow) -> str:
    return next((name for name in CLIENT_NAMES if row.cells.get(name)), CLIENT_NAMES[0])


def _sought(row: ImportRow, *, by_email: bool) -> str:
    if by_email:
        return normal_email(row.cells.get("email", ""))
    return name_order(clean_line(row.cells.get("first_name")), clean_line(row.cells.get("surname")))


def _normal_code(typed: str) -> str:
    return company_code(typed, "").value or ""


_WAYS: tuple[tuple[str, Any, Callable[[str], str]], ...] = (
    ("client_number", Client.number, clean_line),
    ("client_code", Client.registration_code_norm, _normal_code),
    ("client_name", Client.name_sort, sort_key),
)

CONTACTS = ImportTarget(
    name="contacts",
    title=_("Contact persons"),
    permission=EDIT,
    kind=CONTACT,
    columns=COLUMNS,
    keys=(
        ImportKey("name", _("Client and name"), (*CLIENT_NAMES, "first_name", "surname")),
        ImportKey("email", _("Client and e-mail"), (*CLIENT_NAMES, "email")),
    ),
    match=match_contacts,
    write=write_contacts,
)
