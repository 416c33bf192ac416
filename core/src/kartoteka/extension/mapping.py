"""Takes classes that cannot be mapped out of the common registry: one of them would stop every statement of all.

SQLAlchemy configures all mapped classes together and refuses to work while one of them fails, so a module whose
relationship or foreign key leads nowhere has to be taken out whole, not only set aside.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import NoReferenceError, SQLAlchemyError
from sqlalchemy.orm import Mapper, configure_mappers

from kartoteka.db.base import Model

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Unmappable:
    """A class that was taken out, and why."""

    model: type[Any]
    reason: str


def take_out_unmappable() -> list[Unmappable]:
    """Configure all mapped classes; take out those that fail and return them."""
    _forget_half_mapped()
    found = [Unmappable(mapper.class_, reason) for mapper in _mappers() if (reason := _dead_end(*mapper.tables))]
    for one in found:
        _take_out(one.model.__mapper__)
    _take_out_tables_left_behind()
    while True:
        try:
            configure_mappers()
        except SQLAlchemyError as error:
            failed = [mapper for mapper in _mappers() if getattr(mapper, "_configure_failed", False)]
            if not failed:
                raise
            for mapper in failed:
                found.append(Unmappable(mapper.class_, str(error).splitlines()[0]))
                _take_out(mapper)
        else:
            return found


def _mappers() -> list[Mapper[Any]]:
    return sorted(Model.registry.mappers, key=lambda mapper: mapper.class_.__name__)


def _forget_half_mapped() -> None:
    """Forget classes that were never mapped, as one whose table name was taken: they make reading all mappers fail."""
    for manager in list(Model.registry._managers):
        if not manager.is_mapped:
            Model.registry._managers.pop(manager, None)


def _take_out_tables_left_behind() -> None:
    """Remove tables with dead ends that no class has any more: sorting the tables would fail for everybody."""
    owned = {table for mapper in _mappers() for table in mapper.tables}
    for table in list(Model.metadata.tables.values()):
        if table not in owned and _dead_end(table):
            log.error("Table %s is taken out", table.name)
            Model.metadata.remove(table)


def _dead_end(*tables: Any) -> str:
    """Return what is wrong with a foreign key of these tables, or nothing."""
    for table in tables:
        for key in table.foreign_keys:
            try:
                _column = key.column
            except NoReferenceError as error:
                return str(error)
    return ""


def _take_out(mapper: Mapper[Any]) -> None:
    log.error("Mapped class %s is taken out", mapper.class_.__qualname__)
    table, manager, registry = mapper.local_table, mapper.class_manager, Model.registry
    registry._dispose_manager_and_mapper(manager)
    registry._managers.pop(manager, None)
    if isinstance(table, Table):
        Model.metadata.remove(table)
