"""How many statements the module adds to a page: one for each panel, badge and column, however many rows there are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from kartoteka.api.web import today

_SILENT = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")
OWN = "crm_clients_"


@contextmanager
def statements_of(house: Any) -> Iterator[list[str]]:
    """Collect the statements that pages send meanwhile."""
    heard: list[str] = []
    engine = house.company.database.engine

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.lstrip().upper().startswith(_SILENT):
            heard.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", note)


def visit(house: Any, path: str) -> list[str]:
    """Return the statements of a page that was opened before, so that caches are warm."""
    assert house.browser.get(path).status_code == 200
    with statements_of(house) as heard:
        assert house.browser.get(path).status_code == 200
    return heard


def fill(house: Any, client_id: int, number: int) -> None:
    for index in range(number):
        house.contact(client_id, surname=f"Person {index}", role="director")
        house.address(client_id, city=f"City {index}")


@pytest.mark.parametrize("number", [0, 20])
def test_the_card_asks_once_for_each_panel_badge_and_counter(house: Any, number: int) -> None:
    client_id = house.client()
    fill(house, client_id, number)
    heard = visit(house, f"/clients/{client_id}")
    own = [statement for statement in heard if OWN in statement]
    assert len(own) == 3, "\n".join(own)  # the counters, which know of no badge, and two panels
    assert len(heard) <= 12, "\n".join(heard)


def test_a_badge_is_loaded_where_its_counter_found_something(house: Any) -> None:
    client_id, day = house.client(), today()
    house.contact(client_id, surname="Soon", birthday=(day + timedelta(days=2)).replace(year=1984))
    heard = visit(house, f"/clients/{client_id}")
    assert len([one for one in heard if "client_name" in one]) == 1, "\n".join(heard)
    assert "Birthday in 2 days" in house.browser.get(f"/clients/{client_id}").text


@pytest.mark.parametrize("number", [1, 20])
def test_the_list_asks_once_for_each_column_and_badge(house: Any, number: int) -> None:
    for index in range(number):
        fill(house, house.client(f"UAB {index}"), 2)
    own = [statement for statement in visit(house, "/clients/") if OWN in statement]
    assert len(own) == 3, "\n".join(own)  # the list itself for directors, addresses, the badge


@pytest.mark.parametrize("number", [1, 20])
def test_the_tab_asks_once_for_contacts_and_once_for_addresses(house: Any, number: int) -> None:
    client_id = house.client()
    fill(house, client_id, number)
    own = [one for one in visit(house, f"/crm_clients/clients/{client_id}/contacts") if OWN in one]
    assert len(own) == 3, "\n".join(own)  # both lists, the counters, which know of no badge


@pytest.mark.parametrize("number", [1, 20])
def test_the_report_asks_once(house: Any, number: int) -> None:
    fill(house, house.client(), number)
    own = [one for one in visit(house, "/reports/crm_clients/birthdays") if OWN in one]
    assert len(own) == 1, "\n".join(own)
