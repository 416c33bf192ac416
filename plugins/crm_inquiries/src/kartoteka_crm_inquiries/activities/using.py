"""Use cases of resources and services bought: add, change, put away. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from kartoteka.api.clients import add_record, apply_changes, set_state
from kartoteka.api.db import Session, demand, find, settle
from kartoteka.api.values import Reader, line, read_values, yes_no
from kartoteka_crm_inquiries.activities.models import ExtraService, Resource
from kartoteka_crm_inquiries.activities.writing import decimal, one_of
from kartoteka_crm_inquiries.naming import EXTRA_SERVICE, MANAGE_PROCESSES, RESOURCE

SORTS = ("car", "room", "device", "other")
_NONE = Decimal(0)


def _money(given: Any) -> Decimal:
    return decimal(Decimal(999_999))(given) or _NONE


_READERS: dict[type[Any], dict[str, Reader]] = {
    Resource: {
        "name": line(100, required=True),
        "sort": one_of(SORTS),
        "exclusive": yes_no,
        "km_rate": _money,
        "hour_price": _money,
    },
    ExtraService: {"name": line(100, required=True), "price": _money},
}
_KINDS: dict[type[Any], str] = {Resource: RESOURCE, ExtraService: EXTRA_SERVICE}


def add_used(session: Session, model: type[Any], values: Mapping[str, Any]) -> Any:
    """Add a resource or a service; raises Forbidden, and InvalidInput naming the field."""
    demand(session, MANAGE_PROCESSES)
    return add_record(session, model(**read_values(values, _READERS[model])), _KINDS[model])


def change_used(session: Session, model: type[Any], id: int, values: Mapping[str, Any], version: int | None) -> Any:
    """Change one, typed over ``version``; raises EditConflict and what `add_used` raises."""
    demand(session, MANAGE_PROCESSES)
    record = find(session, model, id)
    kind = _KINDS[model]
    checked = read_values(values, _READERS[model])
    apply_changes(session, record, kind, settle(session, record, kind, checked, version))
    return record


def set_used_state(session: Session, model: type[Any], id: int, state: str) -> Any:
    """Put one away or take it back; what used it keeps it."""
    demand(session, MANAGE_PROCESSES)
    return set_state(session, find(session, model, id), _KINDS[model], state)
