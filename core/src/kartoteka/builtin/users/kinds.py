"""Users and departments as records: what the change log says about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.builtin.users.models import Department, User
from kartoteka.builtin.users.service import USER_KIND as USER
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind
from kartoteka.extension.declarations.scopes import Public
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary

DEPARTMENT = "users.department"


def user_url(user_id: int) -> str:
    return f"/users/{user_id}"


def department_url(department_id: int) -> str:
    return f"/users/departments/{department_id}"


def summarise_users(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    rows = session.execute(select(User.id, User.name, User.login).where(User.id.in_(ids)))
    return {
        row.id: RecordSummary(RecordRef(USER, row.id), title=row.name, subtitle=row.login, url=user_url(row.id))
        for row in rows
    }


def summarise_departments(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    rows = session.execute(select(Department.id, Department.name).where(Department.id.in_(ids)))
    return {
        row.id: RecordSummary(RecordRef(DEPARTMENT, row.id), title=row.name, url=department_url(row.id)) for row in rows
    }


def choose_departments(session: Session) -> list[Choice]:
    rows = session.execute(select(Department.id, Department.name).order_by(Department.name))
    return [Choice(str(row.id), row.name) for row in rows]


KINDS = [
    RecordKind(
        kind=USER,
        title=_("User"),
        plural_title=_("Users"),
        icon="user",
        model=User,
        permission="users.manage",
        scope=Public(),
        fields=(
            Field(name="login", title=_("User name"), type=FieldType.LINE, required=True),
            Field(name="name", title=_("Full name"), type=FieldType.LINE, required=True, personal=True),
            Field(name="email", title=_("E-mail"), type=FieldType.EMAIL, personal=True),
            Field(name="department_id", title=_("Department"), type=FieldType.CHOICE, choices=choose_departments),
            Field(name="birth_date", title=_("Birthday"), type=FieldType.DATE, personal=True),
            Field(name="language", title=_("Language"), type=FieldType.LINE, tracked=False),
            Field(name="timezone", title=_("Time zone"), type=FieldType.LINE, tracked=False),
            Field(name="theme", title=_("Appearance"), type=FieldType.LINE, tracked=False),
            Field(name="preferences", title=_("Preferences"), type=FieldType.BLOCK, tracked=False),
            Field(name="active", title=_("Active"), type=FieldType.YES_NO),
            Field(name="must_change_password", title=_("Must change the password"), type=FieldType.YES_NO),
        ),
        summarise=summarise_users,
        url=user_url,
    ),
    RecordKind(
        kind=DEPARTMENT,
        title=_("Department"),
        plural_title=_("Departments"),
        icon="building",
        model=Department,
        permission="users.manage",
        scope=Public(),
        fields=(
            Field(name="name", title=_("Name"), type=FieldType.LINE, required=True),
            Field(name="closed", title=_("Closed"), type=FieldType.YES_NO),
        ),
        summarise=summarise_departments,
        url=department_url,
    ),
]
