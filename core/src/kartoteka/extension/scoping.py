"""Turns the scopes that modules declare into the row rules that the database layer puts into every statement."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, false, literal_column, or_, select, table, union
from sqlalchemy import column as sql_column
from sqlalchemy.orm import aliased

from kartoteka.db.actor import Actor, Reach
from kartoteka.db.among import among_words
from kartoteka.db.base import Model
from kartoteka.db.rights import PUBLIC, SYSTEM_ONLY
from kartoteka.extension.declarations.scopes import (
    OwnedBy,
    OwnedByClient,
    OwnedByClientOr,
    OwnedByClientWithRight,
    Public,
    Scope,
    ScopeRule,
    SystemOnly,
)
from kartoteka.extension.guarding import without_values
from kartoteka.vocabulary.record import RecordState

if TYPE_CHECKING:
    from kartoteka.db.rights import RowRights

CLIENT_TABLE = "core_client"
USER_TABLE = "core_user"

log = logging.getLogger("kartoteka.rights")


def row_rule(rights: RowRights, model: type[Any], scope: Scope) -> ScopeRule:
    """Return the rule that a scope means for a model."""
    if isinstance(scope, Public):
        return PUBLIC
    if isinstance(scope, SystemOnly):
        return SYSTEM_ONLY
    if isinstance(scope, OwnedByClient):
        return _seen_with_client(rights, model, scope.column)
    if isinstance(scope, OwnedByClientOr):
        return _seen_with_client_or(rights, model, scope)
    if isinstance(scope, OwnedByClientWithRight):
        return _seen_with_right(rights, model, scope)
    if isinstance(scope, OwnedBy):
        return _owned_within_reach(model, scope.columns)
    return getattr(scope, "__func__", scope)


def failing_shut(module: str, model: type[Any], rule: ScopeRule) -> ScopeRule:
    """Return a rule that shows nothing, and says so in the log, when a module's own rule raises."""

    def guarded(actor: Actor) -> ColumnElement[bool] | None:
        try:
            return rule(actor)
        except Exception as error:  # noqa: BLE001 - every statement asks every rule: one module must not stop all
            log.error("Scope of %s of module %s failed: %s", model.__name__, module, without_values(error))
            return false()

    return guarded


def _seen_with_client(rights: RowRights, model: type[Any], column: str) -> ScopeRule:
    def rule(actor: Actor) -> ColumnElement[bool] | None:
        owner = getattr(model, column)
        ids = rights.visible_ids(_client_model(), actor)
        not_binned = _not_in_bin(owner)
        return not_binned if ids is None else and_(owner.in_(ids), not_binned)

    return rule


def _seen_with_client_or(rights: RowRights, model: type[Any], scope: OwnedByClientOr) -> ScopeRule:
    beside = _named_in_row(model, scope.others.columns) if isinstance(scope.others, OwnedBy) else scope.others

    def rule(actor: Actor) -> ColumnElement[bool] | None:
        owner = getattr(model, scope.column)
        not_binned, others = _not_in_bin(owner), beside(actor)
        if others is None:
            return not_binned
        ids = rights.visible_ids(_client_model(), actor)
        with_client = owner.is_not(None) if ids is None else owner.in_(ids)
        return and_(not_binned, or_(others, with_client))

    return rule


def _seen_with_right(rights: RowRights, model: type[Any], scope: OwnedByClientWithRight) -> ScopeRule:
    with_client = _seen_with_client(rights, model, scope.column)

    def rule(actor: Actor) -> ColumnElement[bool] | None:
        mine = among_words(getattr(model, scope.right), ["", *sorted(actor.permissions)])
        has_client = getattr(model, scope.column).is_not(None)
        seen = with_client(actor)
        with_it = has_client if seen is None else and_(has_client, seen)
        if scope.others is None:
            return and_(mine, with_it)
        others = scope.others(actor)
        without = ~has_client if others is None else and_(~has_client, others)
        return and_(mine, or_(with_it, without))

    return rule


_clients = table(CLIENT_TABLE, sql_column("id"), sql_column("state")).alias("binned_client")
# Written out and no parameter: a plan made for any state would walk through all clients.
_BINNED = select(_clients.c.id).where(_clients.c.state == literal_column(f"'{RecordState.DELETED}'"))


def _not_in_bin(owner: Any) -> ColumnElement[bool]:
    """Return the condition that hides what belongs to a client in the bin, for as long as it is there (X-31)."""
    kept: ColumnElement[bool] = owner.not_in(_BINNED)
    return or_(owner.is_(None), kept) if owner.property.columns[0].nullable else kept


def _client_model() -> type[Any]:
    for mapper in Model.registry.mappers:
        if getattr(mapper.local_table, "name", None) == CLIENT_TABLE:
            return mapper.class_
    raise LookupError("There is no client registry in this installation.")


def _owned_within_reach(model: type[Any], columns: Sequence[str]) -> ScopeRule:
    def rule(actor: Actor) -> ColumnElement[bool] | None:
        if actor.reach is Reach.ALL:
            return None
        if len(columns) == 1:
            return _is_owner(getattr(model, columns[0]), actor)
        # A union and no OR: with OR neither index is used.
        table = aliased(model)
        owned = [select(table.id).where(_is_owner(getattr(table, column), actor)) for column in columns]
        condition: ColumnElement[bool] = model.id.in_(union(*owned))
        return condition

    return rule


def _named_in_row(model: type[Any], columns: Sequence[str]) -> ScopeRule:
    """As `_owned_within_reach`, to stand beside another condition on the same row.

    Compared row by row and not by a set of ids: what else the row is seen by is looked at anyway, and who has worked
    here for years has done a great deal.
    """

    def rule(actor: Actor) -> ColumnElement[bool] | None:
        if actor.reach is Reach.ALL:
            return None
        return or_(*(_is_owner(getattr(model, column), actor) for column in columns))

    return rule


def _is_owner(column: Any, actor: Actor) -> ColumnElement[bool]:
    if actor.reach is Reach.OWN or actor.department_id is None:
        own: ColumnElement[bool] = column == actor.user_id
        return own
    users = Model.metadata.tables[USER_TABLE]
    colleagues = select(users.c.id).where(
        or_(users.c.department_id == actor.department_id, users.c.id == actor.user_id)
    )
    condition: ColumnElement[bool] = column.in_(colleagues)
    return condition
