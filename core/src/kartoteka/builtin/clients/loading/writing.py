"""The one writer of clients that come from files: checked like the form, found again by their key, journaled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kartoteka.builtin.clients.checking import NOTHING, Findings, check_values, checked_value
from kartoteka.builtin.clients.fields import CLIENT_KIND, CREATE, EDIT, FIELDS
from kartoteka.builtin.clients.linking import resolve_many
from kartoteka.builtin.clients.loading.naming import Named
from kartoteka.builtin.clients.loading.rows import BY_CODE, Row, client_row, short_key
from kartoteka.builtin.clients.loading.storing import (
    TABLE,
    Holder,
    Stored,
    code_of,
    find_by_column,
    find_by_key,
    find_holders,
    outside_ids,
    read_stored,
)
from kartoteka.builtin.clients.models import Relationship
from kartoteka.builtin.clients.numbering import draw_numbers
from kartoteka.db.announce import announce
from kartoteka.db.clock import utc_now
from kartoteka.db.journal import insert_rows, update_rows
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.declarations.importing import Fate, ImportOutcome, ImportRow, ImportRun
from kartoteka.extension.signals import client_changed, client_created
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState

_CODES = "registration_code"
_EDITABLE = (RecordState.ACTIVE, RecordState.ARCHIVED)
_BY_NUMBER = frozenset({"external_id", "name"})
"""Keys that are kept with the client, together with the name of the list."""

_COMPARED = {
    "registration_code": ("registration_code_norm", "registration_code"),
    "vat_code": ("vat_code_norm", "vat_code"),
    "email": ("email_norm", "email"),
    "phone": ("phone_e164", "phone"),
}


def match_clients(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> dict[int, int]:
    """Return the ids of the clients that are there already, by line."""
    if run.key in _BY_NUMBER:
        keys = {row.line: short_key(row.key) for row in rows}
        found = find_by_key(session, run.source, keys.values())
    else:
        column, name = _COMPARED[run.key]
        country = run.options.get("country", "")
        keys = {row.line: checked_value(name, row.key, row.cells.get("country") or country) for row in rows}
        found = find_by_column(session, column, keys.values())
    return {line: found[key] for line, key in keys.items() if key in found}


def write_clients(session: Session, rows: Sequence[ImportRow], run: ImportRun) -> list[ImportOutcome]:
    """Create and change clients as these rows say, and return what became of each."""
    kind = run.options.get("kind", BY_CODE)
    return _Step(session, run).take([client_row(row, kind) for row in rows])


@dataclass(slots=True)
class _Checked:
    row: Row
    before: Stored | None
    found: Findings
    code: str


@dataclass
class _Plan:
    """What one step is going to write."""

    new: list[dict[str, Any]] = field(default_factory=list)
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)


class _Step:
    """Some hundred rows: read what they are compared with, decide on each, write what is new or different."""

    def __init__(self, session: Session, run: ImportRun) -> None:
        self.session = session
        self.run = run
        self.actor = actor_of(session)
        self.today = utc_now().date()
        self.named = Named(session)
        self.plan = _Plan()
        self.codes: dict[str, tuple[int, str]] = {}
        self.holders: Mapping[str, Holder] = {}
        self.outside: set[int] = set()
        self.taken: set[str] = set()
        self.unlinked: Mapping[int, Mapping[str, Message]] = {}

    def take(self, rows: Sequence[Row]) -> list[ImportOutcome]:
        """Return what became of the rows, or would become of them in a dry run."""
        stored = read_stored(self.session, [row.record_id for row in rows if row.record_id is not None])
        links = resolve_many(self.session, [row.cells for row in rows])
        self.unlinked = {row.line: problems for row, problems in zip(rows, links, strict=True) if problems}
        checked = [self._check(row, stored.get(row.record_id or 0)) for row in rows]
        if self.run.duplicates != "create":
            codes = {one.code for one in checked if one.code}
            self.holders = find_holders(self.session, codes)
            self.codes.update(self.run.seen.look(_CODES, codes))
        if self.run.duplicates == "update":
            checked = self._meet_holders(checked, stored)
        self.outside = outside_ids(self.session, stored)
        self.taken = self._taken_numbers(rows)
        outcomes = [self._decide(one) for one in checked]
        self.run.seen.note(_CODES, self.codes)
        if not self.run.dry:
            self._write(outcomes)
        return outcomes

    def _check(self, row: Row, before: Stored | None) -> _Checked:
        values, unknown = self.named.resolve(row.values_for(before.values["kind"] if before else row.kind))
        found = check_values(
            {**self._new_values(row), **values} if before is None else values, before and before.values
        )
        found.errors.update(unknown)
        found.errors.update(self.unlinked.get(row.line, {}))
        whole = {**NOTHING, **(before.values if before else {}), **found.values}
        return _Checked(row, before, found, code_of(whole))

    def _new_values(self, row: Row) -> dict[str, Any]:
        return {
            "kind": row.kind,
            "country": self.run.options.get("country", ""),
            "relationship": Relationship.EXISTING,
            "manager_id": self.actor.user_id,
            "registered_on": self.today,
            "external_source": self.run.source if row.key else None,
            "external_id": row.key or None,
        }

    def _meet_holders(self, checked: list[_Checked], stored: dict[int, Stored]) -> list[_Checked]:
        """Let rows whose code a client has already be about that client."""
        met = {
            one.row.line: holder.id
            for one in checked
            if one.before is None and (holder := self.holders.get(one.code)) and holder.number
        }
        stored.update(read_stored(self.session, met.values()))
        return [self._check(one.row, stored[met[one.row.line]]) if one.row.line in met else one for one in checked]

    def _taken_numbers(self, rows: Sequence[Row]) -> set[str]:
        """Return the external numbers that clients have already, where rows are found by something else."""
        keys = {row.key for row in rows if row.key}
        if self.run.key in _BY_NUMBER or not keys:
            return set()
        return set(find_by_key(self.session, self.run.source, keys))

    def _decide(self, one: _Checked) -> ImportOutcome:
        line, before = one.row.line, one.before
        if errors := self._errors(one):
            return ImportOutcome(line, Fate.REFUSED, errors, one.row.warnings)
        if problem := self._duplicate(one):
            return ImportOutcome(line, Fate.DUPLICATE, {_CODES: problem}, one.row.warnings)
        if one.code and self.run.duplicates != "create":
            self.codes.setdefault(one.code, (line, ""))
        if before is None:
            self.plan.new.append(one.found.values)
            return ImportOutcome(line, Fate.CREATED, {}, one.row.warnings, unusual=bool(one.found.warnings))
        changes = {name: value for name, value in one.found.values.items() if before.values[name] != value}
        if not changes:
            return ImportOutcome(line, Fate.UNCHANGED, {}, one.row.warnings)
        if problem := self._forbidden(changes):
            return ImportOutcome(line, Fate.REFUSED, problem, one.row.warnings)
        self.plan.changed[before.id] = changes
        return ImportOutcome(line, Fate.CHANGED, {}, one.row.warnings, bool(one.found.warnings), before.id)

    def _errors(self, one: _Checked) -> Mapping[str, Message]:
        before, row = one.before, one.row
        if before is not None and before.id in self.outside:
            return {"external_id": _("This client belongs to another manager.")}
        if before is not None and before.state not in _EDITABLE:
            return {"external_id": _("This client is in the bin. Restore it first, or leave the line out.")}
        if before is not None and before.id in self.plan.changed:
            return {"": _("Another line of this file is about the same client.")}
        if before is None and row.key in self.taken:
            return {"external_id": _("Another client already has this external number.")}
        if one.found.errors or before is not None or self.actor.is_system:
            return one.found.errors
        return self._forbidden({name: value for name, value in one.found.values.items() if value}, is_new=True)

    def _forbidden(self, values: Mapping[str, Any], *, is_new: bool = False) -> dict[str, Message]:
        if self.actor.is_system:
            return {}
        if not self.actor.can(CREATE if is_new else EDIT):
            return {"": _("You do not have the right to do this.")}
        own = {"manager_id": self.actor.user_id} if is_new else {}
        return {
            field.name: _("You may not change this.")
            for field in _GUARDED
            if field.attribute in values
            and values[field.attribute] != own.get(field.attribute)
            and not self.actor.can(str(field.write_permission))
        }

    def _duplicate(self, one: _Checked) -> Message | None:
        if not one.code or self.run.duplicates == "create":
            return None
        line, _note = self.codes.get(one.code, (one.row.line, ""))
        if line < one.row.line:
            return _("Line %(line)s of this file has the same registration code.", line=line)
        holder = self.holders.get(one.code)
        if holder is None or (one.before is not None and holder.id == one.before.id):
            return None
        if not holder.number:
            return _("This client belongs to another manager.")
        return _("Client %(number)s has the same registration code.", number=holder.number)

    def _write(self, outcomes: Sequence[ImportOutcome]) -> None:
        plan, session = self.plan, self.session
        if plan.new:
            for values, number in zip(plan.new, draw_numbers(session, len(plan.new)), strict=True):
                values["number"] = number
            ids = insert_rows(session, TABLE, plan.new)
            for outcome, record_id in zip((o for o in outcomes if o.fate == Fate.CREATED), ids, strict=True):
                outcome.record_id = record_id
            announce(session, client_created, CLIENT_KIND, ids=list(ids))
        if plan.changed:
            update_rows(session, TABLE, plan.changed)
            names = sorted({name for values in plan.changed.values() for name in values})
            announce(session, client_changed, CLIENT_KIND, ids=list(plan.changed), fields=names)


_GUARDED = tuple(field for field in FIELDS.values() if field.write_permission)
