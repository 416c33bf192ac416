"""Roles and rights through their services."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kartoteka.builtin.access.models import Role, UserRole
from kartoteka.builtin.access.queries import rights_of_user, role_rights
from kartoteka.builtin.access.service import (
    add_role,
    change_role,
    delete_role,
    ensure_administrator,
    give_role,
    set_user_access,
)
from kartoteka.builtin.modules.queries import state_version
from kartoteka.builtin.users.models import User
from kartoteka.builtin.users.service import deactivate_user, set_password
from kartoteka.db.journal import JournalEntry
from kartoteka.db.session import find
from kartoteka.testing.plugin import ADMINISTRATOR, PASSWORD, Company
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Refused

NEW_PASSWORD = "seven little goats"


@pytest.fixture
def made(company: Callable[..., Company]) -> Company:
    return company()


def test_actor_has_what_the_role_grants(made: Company) -> None:
    user_id = made.add_user(permissions=["users.manage"], reach="department")
    actor = made.actor(user_id)
    assert actor.permissions == {"users.manage"}
    assert actor.reach == "department"


def test_administrator_has_every_right_and_sees_everything(made: Company) -> None:
    actor = made.actor(made.add_user(ADMINISTRATOR))
    assert {"users.manage", "access.manage", "modules.manage"} <= actor.permissions
    assert actor.reach == "all"


def test_every_change_of_rights_raises_the_state_version(made: Company) -> None:
    user_id = made.add_user()

    def version() -> int:
        with made.database.reading(made.system) as session:
            return state_version(session)

    seen = [version()]
    with made.database.transaction(made.system) as session:
        role = add_role(session, title="Seller", rights={"users.manage": True})
    seen.append(version())
    with made.database.transaction(made.system) as session:
        set_user_access(session, user_id, role_ids=[role.id], rights={})
    seen.append(version())
    with made.database.transaction(made.system) as session:
        change_role(session, role.id, title="Seller", reach="all", rights={"users.manage": None})
    seen.append(version())
    assert seen == sorted(set(seen))
    assert made.actor(user_id).permissions == frozenset()


def test_permissions_that_are_not_mentioned_stay(made: Company) -> None:
    with made.database.transaction(made.system) as session:
        role = add_role(session, title="Seller", rights={"users.manage": True, "gone_module.view": True})
        change_role(session, role.id, title="Seller", reach="own", rights={"users.manage": None})
    with made.database.reading(made.system) as session:
        assert dict(role_rights(session, [role.id])[role.id].rights) == {"gone_module.view": True}


@pytest.mark.parametrize(("title", "reach", "field"), [("", "own", "title"), ("Seller", "moon", "reach")])
def test_a_role_needs_a_name_and_a_reach(made: Company, title: str, reach: str, field: str) -> None:
    with pytest.raises(InvalidInput) as caught, made.database.transaction(made.system) as session:
        add_role(session, title=title, reach=reach)
    assert list(caught.value.errors) == [field]


def test_two_roles_cannot_have_one_name(made: Company) -> None:
    with made.database.transaction(made.system) as session:
        add_role(session, title="Seller")
    with pytest.raises(InvalidInput), made.database.transaction(made.system) as session:
        add_role(session, title=" Seller ")


def test_a_role_that_somebody_has_is_not_deleted(made: Company) -> None:
    user_id = made.add_user()
    with made.database.transaction(made.system) as session:
        role = add_role(session, title="Seller", rights={"users.manage": True})
        give_role(session, user_id, role.id)
    with pytest.raises(Refused), made.database.transaction(made.system) as session:
        delete_role(session, role.id)
    with made.database.transaction(made.system) as session:
        set_user_access(session, user_id, role_ids=[], rights={})
        delete_role(session, role.id)


def test_an_unknown_role_is_refused(made: Company) -> None:
    user_id = made.add_user()
    with pytest.raises(InvalidInput), made.database.transaction(made.system) as session:
        set_user_access(session, user_id, role_ids=[4711], rights={})


def test_the_last_administrator_stays_one(made: Company) -> None:
    only = made.add_user(ADMINISTRATOR)
    for rights in ({"users.manage": False}, {"access.manage": False}):
        with made.database.reading(made.system) as session:
            roles = [role.role_id for role in rights_of_user(session, only).roles]
        with pytest.raises(Refused), made.database.transaction(made.system) as session:
            set_user_access(session, only, role_ids=roles, rights=rights)
    with pytest.raises(Refused), made.database.transaction(made.system) as session:
        set_user_access(session, only, role_ids=[], rights={})
    with pytest.raises(Refused), made.database.transaction(made.system) as session:
        change_role(session, ensure_administrator(session).id, title="A", reach="all", rights={"users.manage": False})
    with pytest.raises(Refused), made.database.transaction(made.system) as session:
        deactivate_user(session, only)
    assert "access.manage" in made.actor(only).permissions


def test_one_of_two_administrators_may_go(made: Company) -> None:
    first, second = made.add_user(ADMINISTRATOR), made.add_user(ADMINISTRATOR)
    with made.database.transaction(made.actor(first)) as session:
        deactivate_user(session, second)
    with pytest.raises(Refused), made.database.transaction(made.actor(first)) as session:
        deactivate_user(session, first)


def test_nobody_takes_over_an_account_that_may_do_more(made: Company) -> None:
    boss, clerk = made.add_user(ADMINISTRATOR), made.add_user(permissions=["users.manage"])
    equal = made.add_user(permissions=["users.manage"])
    with pytest.raises(Refused), made.database.transaction(made.actor(clerk)) as session:
        set_password(session, boss, NEW_PASSWORD)
    with made.database.transaction(made.actor(clerk)) as session:
        set_password(session, equal, NEW_PASSWORD)
    with made.database.transaction(made.actor(boss)) as session:
        set_password(session, clerk, NEW_PASSWORD)


def test_rights_are_seen_by_those_who_manage_them_only(made: Company) -> None:
    manager, clerk = made.add_user(ADMINISTRATOR), made.add_user(permissions=["users.manage"])
    for user_id, sees in ((manager, True), (clerk, False)):
        with made.database.reading(made.actor(user_id)) as session:
            assert bool(session.scalars(select(Role.id)).all()) is sees
            assert bool(session.scalars(select(UserRole.id)).all()) is sees
            assert find(session, User, manager).id == manager
    with pytest.raises(NotFound), made.database.transaction(made.actor(clerk)) as session:
        change_role(session, 1, title="x", reach="own", rights={})


def test_changes_of_rights_are_in_the_journal(made: Company) -> None:
    user_id = made.add_user(ADMINISTRATOR)
    with made.database.transaction(made.actor(user_id), "Rights") as session:
        add_role(session, title="Seller", rights={"users.manage": False})
    with made.database.reading(made.system) as session:
        kinds = set(session.scalars(select(JournalEntry.kind)))
        written = session.scalars(select(JournalEntry.changes)).all()
    assert {"users.user", "access.role", "access.role_right", "access.user_role"} <= kinds
    assert PASSWORD not in str(written)
    assert "argon2" not in str(written)
