"""What the rule of documents costs: one parameter for all rights of whoever asks, and the index is used as before."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import event, select

from kartoteka.builtin.files.models import File
from kartoteka.builtin.files.service import store_file
from kartoteka.testing.databases import chosen_kinds


@pytest.fixture(params=chosen_kinds())
def house(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> Any:
    return company_on(request.param)


def asked(company: Any, actor: Any, statement: Any) -> tuple[list[Any], str, Any]:
    """Return rows, and the words and parameters with which the database was asked for them."""
    said: list[tuple[str, Any]] = []

    def note(connection: Any, cursor: Any, words: str, parameters: Any, context: Any, many: Any) -> None:
        said.append((words, parameters))

    with company.database.reading(actor) as session:
        event.listen(company.database.engine, "before_cursor_execute", note)
        try:
            rows = list(session.execute(statement))
        finally:
            event.remove(company.database.engine, "before_cursor_execute", note)
    words, parameters = said[-1]
    return rows, words, parameters


def plan(company: Any, words: str, parameters: Any) -> str:
    start = "EXPLAIN QUERY PLAN " if company.database.is_sqlite else "EXPLAIN "
    with company.database.engine.connect() as connection:
        if not company.database.is_sqlite:
            connection.exec_driver_sql("SET enable_seqscan = off")
        return "\n".join(str(row) for row in connection.exec_driver_sql(start + words, parameters))


def test_the_rights_of_whoever_asks_are_one_parameter(house: Any) -> None:
    few = house.add_user(permissions=["files.view", "clients.view"], login="few")
    rights = sorted(house.actor(house.add_user("administrator", login="many")).permissions)
    many = house.add_user(permissions=[one for one in rights if one != "files.see_all"], login="all")
    statement = select(File.id, File.client_id).where(File.client_id == 7)
    numbers = []
    for user_id in (few, many):
        _rows, words, parameters = asked(house, house.actor(user_id), statement)
        numbers.append(len(parameters))
        assert "ix_core_file_of_client" in plan(house, words, parameters)
    assert numbers[0] == numbers[1] <= 6, "who may much costs no more"


def test_who_lacks_the_right_of_a_record_sees_no_document_of_it(house: Any) -> None:
    boss = house.add_user("administrator", login="boss")
    client = house.add_client("UAB Žuvėdra", actor=house.actor(boss), manager_id=boss)
    with house.database.transaction(house.actor(boss), "Test") as session:
        plain = store_file(session, BytesIO(b"a"), "plain.txt", client_id=client.id).id
        secret = store_file(session, BytesIO(b"b"), "secret.txt", client_id=client.id).id
        session.scalar(select(File).where(File.id == secret)).needs = "users.manage"
    seen = {}
    for name, rights in (("without", []), ("with", ["users.manage"])):
        user_id = house.add_user(permissions=["files.view", "clients.view", *rights], login=name, reach="all")
        rows, _words, _parameters = asked(house, house.actor(user_id), select(File.id, File.client_id))
        seen[name] = {row.id for row in rows}
    assert seen == {"without": {plain}, "with": {plain, secret}}
