"""Roles and rights as records, so that the change log says who gave whom which right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, select

from kartoteka.builtin.access.confidential.models import ConfidentialField
from kartoteka.builtin.access.models import Role, RolePermission, UserPermission, UserRole
from kartoteka.builtin.access.service import ROLE_KIND
from kartoteka.db.actor import Actor, Reach
from kartoteka.db.session import Session
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary

USER_ROLE_KIND = "access.user_role"
CONFIDENTIAL_KIND = "access.confidential_field"
REACH_TITLES = {
    Reach.OWN: _("Own clients only"),
    Reach.DEPARTMENT: _("Clients of the own department"),
    Reach.ALL: _("All clients"),
}


def visible_to_access_managers(actor: Actor) -> ColumnElement[bool] | None:
    """Rule: only those who may manage access read who has which rights."""
    return None if actor.can("access.manage") else false()


def role_url(role_id: int) -> str:
    return f"/access/roles/{role_id}"


def summarise_roles(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    rows = session.execute(select(Role.id, Role.title).where(Role.id.in_(ids)))
    return {row.id: RecordSummary(RecordRef(ROLE_KIND, row.id), title=row.title, url=role_url(row.id)) for row in rows}


def _summarise_rights(kind: str, model: Any) -> Callable[[Session, Sequence[int]], Mapping[int, RecordSummary]]:
    def summarise(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
        titles = {one.name: str(one.title) for one in extension_of(session).registry.permissions}
        rows = session.execute(select(model.id, model.permission).where(model.id.in_(ids)))
        return {key: RecordSummary(RecordRef(kind, key), title=titles.get(name, name)) for key, name in rows}

    return summarise


def summarise_user_roles(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    rows = session.execute(select(UserRole.id, Role.title).join(Role).where(UserRole.id.in_(ids)))
    return {key: RecordSummary(RecordRef(USER_ROLE_KIND, key), title=title) for key, title in rows}


def summarise_confidential(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    rows = session.execute(select(ConfidentialField).where(ConfidentialField.id.in_(ids))).scalars()
    return {row.id: RecordSummary(RecordRef(CONFIDENTIAL_KIND, row.id), title=row.field) for row in rows}


def _roles_page(id: int) -> str:
    return "/access/roles"


def _confidential_page(id: int) -> str:
    return "/access/confidential"


PERMISSION = Field(name="permission", title=_("Right"), type=FieldType.LINE, required=True)
GRANTED = Field(name="granted", title=_("Granted"), type=FieldType.YES_NO, required=True)
OF_USER = Field(name="user_id", title=_("User"), type=FieldType.USER, required=True)
OF_ROLE = Field(name="role_id", title=_("Role"), type=FieldType.RECORD, required=True)


KINDS = [
    RecordKind(
        kind=ROLE_KIND,
        title=_("Role"),
        plural_title=_("Roles"),
        icon="shield",
        model=Role,
        permission="access.manage",
        scope=visible_to_access_managers,
        fields=(
            Field(name="title", title=_("Name"), type=FieldType.LINE, required=True),
            Field(
                name="reach",
                title=_("Sees"),
                type=FieldType.CHOICE,
                choices=tuple(Choice(value, title) for value, title in REACH_TITLES.items()),
            ),
            Field(name="all_permissions", title=_("Has every right"), type=FieldType.YES_NO),
            Field(name="needs_second_factor", title=_("Second factor required"), type=FieldType.YES_NO),
        ),
        summarise=summarise_roles,
        url=role_url,
    ),
    RecordKind(
        kind="access.role_right",
        title=_("Right of a role"),
        plural_title=_("Rights of roles"),
        icon="shield",
        model=RolePermission,
        permission="access.manage",
        scope=visible_to_access_managers,
        fields=(OF_ROLE, PERMISSION, GRANTED),
        summarise=_summarise_rights("access.role_right", RolePermission),
        url=_roles_page,
    ),
    RecordKind(
        kind=USER_ROLE_KIND,
        title=_("Role of a user"),
        plural_title=_("Roles of users"),
        icon="shield",
        model=UserRole,
        permission="access.manage",
        scope=visible_to_access_managers,
        fields=(OF_USER, OF_ROLE),
        summarise=summarise_user_roles,
        url=_roles_page,
    ),
    RecordKind(
        kind="access.user_right",
        title=_("Right of a user"),
        plural_title=_("Rights of users"),
        icon="shield",
        model=UserPermission,
        permission="access.manage",
        scope=visible_to_access_managers,
        fields=(OF_USER, PERMISSION, GRANTED),
        summarise=_summarise_rights("access.user_right", UserPermission),
        url=_roles_page,
    ),
    RecordKind(
        kind=CONFIDENTIAL_KIND,
        title=_("Confidential field"),
        plural_title=_("Confidential fields"),
        icon="lock",
        model=ConfidentialField,
        permission="access.manage",
        scope=visible_to_access_managers,
        fields=(
            Field(name="kind", title=_("Of"), type=FieldType.LINE, required=True),
            Field(name="field", title=_("Field"), type=FieldType.LINE, required=True),
        ),
        summarise=summarise_confidential,
        url=_confidential_page,
    ),
]
