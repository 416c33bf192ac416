"""Which client's value each field of the kept card gets: the rows of the side-by-side page, and what they come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kartoteka.builtin.clients.checking import LENGTHS, checked_value
from kartoteka.builtin.clients.fields import CLIENT_FIELDS, FIXED
from kartoteka.builtin.clients.models import Client
from kartoteka.extension.declarations.data import Field
from kartoteka.vocabulary.text import fold

JOINED = "joined"
"""What is picked where the values of all clients are kept together."""

_JOINABLE = frozenset({"phone", "mobile", "fax", "email", "notes"})
# External numbers stay with the merged card: files that name them find the kept one by its signpost.
_STAYING = FIXED | {"external_source", "external_id"}


def _fields() -> list[Field]:
    return [field for field in CLIENT_FIELDS if field.name not in _STAYING]


Can = Callable[[str], bool]
Picks = Mapping[str, str]
"""For fields by name, whose value is taken: the id of a client, or ``joined``."""


@dataclass(frozen=True)
class Cell:
    """One client's value in one row; ``key`` is None where there is nothing to pick."""

    client_id: int
    value: Any
    key: str | None
    is_picked: bool


@dataclass(frozen=True)
class PickRow:
    """One field of the side-by-side page; ``joined`` is the value that keeps them all, where there is one."""

    field: Field
    cells: Sequence[Cell]
    joined: Any = None
    is_joined: bool = False


def pick_rows(clients: Sequence[Client], picks: Picks, can: Can) -> list[PickRow]:
    """Return the fields that at least one client has a value in and that the user may read, the kept client first."""
    shown = (field for field in _fields() if field.is_readable(can))
    rows = (_row(field, clients, picks, can) for field in shown)
    return [row for row in rows if any(not _is_empty(cell.value) for cell in row.cells)]


def picked_values(clients: Sequence[Client], picks: Picks, can: Can) -> dict[str, Any]:
    """Return what changes on the kept client, the first of ``clients``, by attribute.

    A pick that makes no sense, or that the user has no right to make, counts as none: the kept client's value stays,
    and where it has none the first other value is taken.
    """
    values = {field.attribute: _picked(field, clients, picks, can) for field in _fields()}
    return {name: value for name, value in values.items() if value != getattr(clients[0], name)}


def _row(field: Field, clients: Sequence[Client], picks: Picks, can: Can) -> PickRow:
    values = [getattr(client, field.attribute) for client in clients]
    if not field.is_writable(can) or len({value for value in values if not _is_empty(value)}) < 2:
        cells = [Cell(one.id, value, key=None, is_picked=False) for one, value in zip(clients, values, strict=True)]
        return PickRow(field, cells)
    pick = _pick(field, clients, picks)
    cells = [
        Cell(one.id, value, None if _is_empty(value) else str(one.id), pick == str(one.id))
        for one, value in zip(clients, values, strict=True)
    ]
    return PickRow(field, cells, _joined(field, clients), pick == JOINED)


def _picked(field: Field, clients: Sequence[Client], picks: Picks, can: Can) -> Any:
    pick = _pick(field, clients, picks if field.is_writable(can) else {})
    if pick == JOINED:
        return _joined(field, clients)
    return next(getattr(client, field.attribute) for client in clients if str(client.id) == pick)


def _pick(field: Field, clients: Sequence[Client], picks: Picks) -> str:
    """Return what is picked in a field: as asked, or the default."""
    full = [str(client.id) for client in clients if not _is_empty(getattr(client, field.attribute))]
    wanted = picks.get(field.name, "")
    joined = _joined(field, clients)
    if wanted in full or (wanted == JOINED and joined is not None):
        return wanted
    if joined is not None:
        return JOINED
    return full[0] if full else str(clients[0].id)


def _joined(field: Field, clients: Sequence[Client]) -> str | None:
    """Return all values together; None when there is but one, or when they do not fit."""
    if field.name not in _JOINABLE:
        return None
    joined = _joined_notes(clients) if field.name == "notes" else _joined_values(field, clients)
    return joined if joined is not None and len(joined) <= LENGTHS[field.name] else None


def _joined_notes(clients: Sequence[Client]) -> str | None:
    texts = {client.notes: client for client in reversed(clients) if client.notes}
    if len(texts) < 2:
        return None
    named = [
        client.notes if client is clients[0] else f"{client.number} {client.name}:\n{client.notes}"
        for client in clients
        if texts.get(client.notes) is client
    ]
    return "\n\n".join(named)


def _joined_values(field: Field, clients: Sequence[Client]) -> str | None:
    """Join phones or addresses; two spellings of one are one."""
    distinct: dict[str, str] = {}
    for client in clients:
        for part in _parts(getattr(client, field.attribute)):
            distinct.setdefault(checked_value(field.name, part, client.country) or fold(part), part)
    return "; ".join(distinct.values()) if len(distinct) > 1 else None


def _parts(value: str) -> Iterable[str]:
    return (part.strip() for part in value.replace(",", ";").split(";") if part.strip())


def _is_empty(value: Any) -> bool:
    return value is None or value == ""
