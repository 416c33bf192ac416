"""Declared scopes become row rights, tracked fields journal rules, searched fields search rules."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import pytest
from sqlalchemy import String, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api import declare as d
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.users.models import Department, User
from kartoteka.db.actor import Actor, Reach
from kartoteka.db.base import Model, Record
from kartoteka.db.rights import UnguardedStatement
from kartoteka.db.types import client_id
from kartoteka.extension.binding import extension_of
from kartoteka.extension.wiring import journal_rule, search_rule, wire
from kartoteka.testing.databases import storage
from kartoteka.vocabulary.message import Message

__all__ = ["storage"]


class Call(Record, Model):
    __tablename__ = "calls_call"
    client_id: Mapped[int] = client_id()
    caller_id: Mapped[int]
    listener_id: Mapped[int]
    number: Mapped[str] = mapped_column("phone_number", String(30), default="")
    code: Mapped[str] = mapped_column(String(30), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    note: Mapped[str] = mapped_column(String(100), default="")


class Attempt(Record, Model):
    __tablename__ = "calls_attempt"
    __row_scope__ = d.OwnedBy("user_id")
    user_id: Mapped[int]


class Secret(Record, Model):
    __tablename__ = "calls_secret"
    __row_scope__ = d.SystemOnly()


class OfSetAsideModule(Record, Model):
    __tablename__ = "nonsense_thing"
    __row_scope__ = d.Public()


def build_storage(url: str) -> None:
    from kartoteka.db.engine import Database
    from kartoteka.db.search import prepare_search
    from kartoteka.installation import builtin_plugins

    builtin_plugins()
    # Other tests map classes of modules whose other classes nobody has imported here.
    names = ("core_", "calls_", "nonsense_")
    tables = [table for name, table in Model.metadata.tables.items() if name.startswith(names)]
    database = Database(url)
    with database.engine.begin() as connection:
        prepare_search(connection)
        Model.metadata.create_all(connection, tables)
    database.dispose()


def kind(scope: Any = None, **changes: Any) -> d.RecordKind:
    values: dict[str, Any] = {
        "module": "calls",
        "kind": "calls.call",
        "title": Message("Call"),
        "plural_title": Message("Calls"),
        "icon": "phone",
        "model": Call,
        "permission": "calls.view",
        "scope": scope or d.Public(),
        "fields": FIELDS,
        "summarise": lambda session, ids: {},
        "url": lambda call_id: "/calls/",
        "client_column": "client_id",
        "tracked": False,
    }
    return d.RecordKind(**{**values, **changes})


FIELDS = (
    d.Field(name="number", title=Message("Number"), type=d.FieldType.PHONE, searchable=True),
    d.Field(name="code", title=Message("Code"), type=d.FieldType.CODE, searchable=True),
    d.Field(name="country", title=Message("Country"), type=d.FieldType.LINE),
    d.Field(name="note", title=Message("Note"), type=d.FieldType.LINE, tracked=False),
)


def install(storage: Any, fakes: Any, scope: Any) -> Any:
    rights = [d.Permission(name="calls.view", title=Message("See"), description=Message("See calls."))]
    calls = fakes.plugin(
        "calls",
        register_models=[Call, Attempt, Secret],
        register_record_kinds=[kind(scope, module="")],
        register_permissions=rights,
    )
    wire(storage, fakes.registry(calls))
    storage.rights.add(Client, lambda actor: None if actor.reach is Reach.ALL else Client.manager_id == actor.user_id)
    with storage.transaction(Actor.system("people")) as session:
        session.add_all([Department(id=1, name="Sales"), Department(id=2, name="Service")])
        session.flush()
        for number, department in ((1, 1), (2, 1), (3, 2)):
            user = {"login": f"u{number}", "name": f"U{number}", "password_hash": "", "department_id": department}
            session.add(User(id=number, **user))
        session.flush()
    with storage.engine.begin() as connection:
        # Not through the services of clients: only their rows matter here.
        basics = {"company_name": "C", "registered_on": date(2026, 11, 1)}
        rows = [{"id": one, "number": f"K{one}", "manager_id": one, **basics} for one in (1, 2, 3)]
        connection.execute(insert(Client), rows)
    with storage.transaction(Actor.system("calls")) as session:
        pairs = {1: (1, 1), 2: (2, 2), 3: (3, 3), 4: (3, 1)}
        for number, (caller, listener) in pairs.items():
            session.add(Call(id=number, client_id=min(number, 3), caller_id=caller, listener_id=listener))
        session.add_all([Attempt(user_id=1), Attempt(user_id=2), Secret()])
    return storage


def seen(storage: Any, reach: Reach, model: Any = Call, department: int | None = 1) -> list[int]:
    actor = Actor(user_id=1, department_id=department, reach=reach)
    with storage.reading(actor) as session:
        return sorted(session.scalars(select(model.id)))


@pytest.mark.parametrize(
    ("scope", "own", "department"),
    [
        (d.OwnedBy("caller_id"), [1], [1, 2]),
        (d.OwnedBy("caller_id", "listener_id"), [1, 4], [1, 2, 4]),
        (d.OwnedByClient("client_id"), [1], [1]),
        (d.OwnedByClientOr(others=d.OwnedBy("listener_id")), [1, 4], [1, 2, 4]),
        (d.OwnedByClientOr(others=d.OwnedBy("caller_id", "listener_id")), [1, 4], [1, 2, 4]),
        (d.Public(), [1, 2, 3, 4], [1, 2, 3, 4]),
        (lambda actor: Call.id > 2, [3, 4], [3, 4]),
    ],
)
def test_a_scope_limits_what_is_read(storage, fakes, scope, own, department):
    install(storage, fakes, scope)
    assert seen(storage, Reach.OWN) == own
    assert seen(storage, Reach.DEPARTMENT) == department
    everything = [3, 4] if callable(scope) else [1, 2, 3, 4]
    assert seen(storage, Reach.ALL) == everything


def test_nobody_but_the_system_sees_system_rows_and_those_of_modules_set_aside(storage, fakes):
    install(storage, fakes, d.Public())
    assert seen(storage, Reach.OWN, Attempt) == [1]
    assert seen(storage, Reach.DEPARTMENT, Attempt) == [1, 2]
    assert seen(storage, Reach.DEPARTMENT, Attempt, department=None) == [1]
    assert seen(storage, Reach.ALL, Secret) == []
    assert seen(storage, Reach.ALL, OfSetAsideModule) == []
    with storage.reading(Actor.system("look")) as session:
        assert len(session.scalars(select(Secret)).all()) == 1


def test_a_scope_that_raises_shows_nothing_and_stops_nobody(storage, fakes, caplog):
    def scope(actor):
        raise RuntimeError(actor.name)

    install(storage, fakes, scope)
    with caplog.at_level(logging.ERROR):
        assert seen(storage, Reach.ALL) == []
        assert seen(storage, Reach.ALL, Attempt) == [1, 2]
    assert "Scope of Call of module calls failed" in caplog.text


def test_a_model_without_a_rule_cannot_be_read(storage, fakes):
    wire(storage, fakes.registry())
    with pytest.raises(UnguardedStatement):
        seen(storage, Reach.ALL)


def test_the_modules_of_a_database_are_found_by_database_and_session(storage, fakes):
    extension = wire(storage, fakes.registry(fakes.plugin("ant")))
    assert extension_of(storage) is extension
    with storage.reading(Actor.system("look")) as session:
        assert extension_of(session) is extension


def test_a_database_without_modules_says_so(storage):
    with pytest.raises(LookupError, match="wire"):
        extension_of(storage)


def test_fields_that_are_not_tracked_stay_out_of_the_journal():
    rule = journal_rule(kind())
    assert (rule.kind, rule.table, rule.client_column) == ("calls.call", "calls_call", "client_id")
    assert rule.excluded == {"note"}


def test_phones_are_found_by_digits_codes_both_ways():
    search = d.SearchText(kind="calls.call", fields=("number", "code", "note"), permission="calls.view")
    rule = search_rule(kind(), search)
    assert rule.text_columns == ("code", "note")
    assert rule.digit_columns == ("phone_number",)
    assert rule.code_columns == ("code",)
    assert (rule.module, rule.client_column, rule.region_column) == ("calls", "client_id", "country")
