"""Sales terms from files: one line a client, found by number, registration code or name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kartoteka.api.db import Session, actor_of
from kartoteka.api.declare import Fate, ImportKey, ImportOutcome, ImportRow, ImportRun, ImportTarget
from kartoteka.api.errors import InvalidInput, Problem
from kartoteka.api.texts import Message, Texts, clean_line, fold
from kartoteka_crm_clients.importing import CLIENT_COLUMNS, CLIENT_NAMES, client_column, clients_of
from kartoteka_crm_clients.terms.checking import check_terms
from kartoteka_crm_clients.terms.fields import FIELDS, SEE, TERMS, TERMS_FIELDS
from kartoteka_crm_clients.terms.models import Terms
from kartoteka_crm_clients.terms.queries import read_terms
from kartoteka_crm_clients.terms.service import set_terms

_ = Texts("crm_clients")

_ENTRIES = ("price_level", "discount_group")
Known = Mapping[int, Terms]


@dataclass
class _Read:
    """A line with its client and the terms as they may be stored; only what is different from the known ones."""

    row: ImportRow
    client_id: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Message] = field(default_factory=dict)


def match_terms(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> dict[int, int]:
    """Return the terms that these clients have already, by line."""
    clients = clients_of(session, rows)
    known = read_terms(session, [one.id for one in clients.values() if one is not None])
    return {line: known[one.id].id for line, one in clients.items() if one is not None and one.id in known}


def write_terms(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> list[ImportOutcome]:
    """Agree on terms with clients that the user sees, and return what became of each row."""
    clients = clients_of(session, rows)
    known = read_terms(session, [one.id for one in clients.values() if one is not None])
    names = {name: _by_name(session, name) for name in _ENTRIES}
    read = [_read(session, row, clients[row.line], known, names) for row in rows]
    return [_outcome(session, one, known, dry=run.dry) for one in read]


def _by_name(session: Session, name: str) -> dict[str, int]:
    choices: Any = FIELDS[name].choices
    return {fold(str(choice.title)): int(choice.value) for choice in choices(session)}


def _read(session: Session, row: ImportRow, client: Any, known: Known, names: Mapping[str, Mapping[str, int]]) -> _Read:
    if client is None:
        told = _("There is no such client, several have this name, or you may not see it.")
        return _Read(row, errors={client_column(row): told})
    read = _Read(row, client.id)
    cells: dict[str, Any] = {name: cell for name, cell in row.cells.items() if name not in CLIENT_NAMES}
    for name in _ENTRIES:
        typed = clean_line(cells.get(name))
        if typed and fold(typed) not in names[name]:
            read.errors[name] = _("“%(name)s” is not in the reference list; add it there first.", name=typed)
        cells |= {name: names[name].get(fold(typed))} if name in cells else {}
    terms = known.get(client.id)
    stored = {name: _stored(terms, name) for name in FIELDS}
    found = check_terms(cells, stored)
    read.errors = {**found.errors, **read.errors}
    read.values = {name: value for name, value in found.values.items() if value != stored[name]}
    can = actor_of(session).can
    for name in read.values:
        if not actor_of(session).is_system and not FIELDS[name].is_writable(can):
            read.errors.setdefault(name, _("You may not change this."))
    return read


def _stored(terms: Terms | None, name: str) -> Any:
    column = Terms.__table__.c[FIELDS[name].attribute]
    if terms is None:
        return None if column.default is None else column.default.arg  # type: ignore[attr-defined]
    return getattr(terms, column.name)


def _outcome(session: Session, one: _Read, known: Known, *, dry: bool) -> ImportOutcome:
    line, terms = one.row.line, known.get(one.client_id or 0)
    if not one.errors and one.values and not dry and one.client_id is not None:
        try:
            terms = set_terms(session, one.client_id, one.values)
        except InvalidInput as problem:
            one.errors = dict(problem.errors)
        except Problem as problem:
            one.errors = {client_column(one.row): problem.message}
    if one.errors:
        return ImportOutcome(line, Fate.REFUSED, one.errors)
    if one.row.record_id is None and one.values:
        return ImportOutcome(line, Fate.CREATED, record_id=None if terms is None else terms.id)
    fate = Fate.CHANGED if one.values else Fate.UNCHANGED
    return ImportOutcome(line, fate, record_id=one.row.record_id)


TERMS_TARGET = ImportTarget(
    name="terms",
    title=_("Sales terms"),
    permission=SEE,
    kind=TERMS,
    columns=(*(replace(one) for one in CLIENT_COLUMNS), *(replace(one) for one in TERMS_FIELDS)),
    keys=(ImportKey("client", _("Client"), CLIENT_NAMES),),
    match=match_terms,
    write=write_terms,
)
