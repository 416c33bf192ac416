"""The page of actions: form or question, one transaction, 404 for whom it is not meant."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.db.actor import Actor

NOTE = "/actions/shop/note"


def names(world: Any) -> list[str]:
    with world.database.reading(Actor.system("test")) as session:
        return list(session.scalars(select(world.shop.Order.name).order_by(world.shop.Order.id)))


def test_form_is_shown_with_the_chosen_records(surfer: Any) -> None:
    page = surfer.get(f"{NOTE}?id=1&id=2").text
    assert "2 records are chosen:" in page
    assert "Užsakymas 2" in page


def test_action_runs_on_all_records_and_comes_back(world: Any, surfer: Any) -> None:
    data = {"id": ["1", "2"], "note": "hello", "confirmed": "1", "next": "/shop/?q=a"}
    answer = surfer.post(NOTE, data=data)
    assert (answer.status_code, answer.location) == (302, "/shop/?q=a")
    assert names(world)[:3] == ["hello", "hello", "Užsakymas 3"]
    assert "2 orders noted." in surfer.get("/shop/").text


def test_list_may_post_the_records_first(world: Any, surfer: Any) -> None:
    answer = surfer.post(NOTE, data={"id": ["1"]})
    assert answer.status_code == 200
    assert names(world)[0] == "Užsakymas 1"


def test_missing_value_is_told_and_nothing_runs(world: Any, surfer: Any) -> None:
    answer = surfer.post(NOTE, data={"id": ["1"], "note": "", "confirmed": "1"})
    assert (answer.status_code, "Fill this in." in answer.text) == (422, True)
    assert names(world)[0] == "Užsakymas 1"


def test_refusal_keeps_the_form_and_what_was_typed(world: Any, surfer: Any) -> None:
    answer = surfer.post(NOTE, data={"id": ["1"], "note": "no", "confirmed": "1"})
    assert answer.status_code == 422
    assert "Not today." in answer.text
    assert 'value="no"' in answer.text


def test_confirmation_is_asked_first(surfer: Any) -> None:
    question = surfer.post("/actions/shop/wipe", data={"id": "1"})
    assert "Two invoices stay" in question.text
    done = surfer.post("/actions/shop/wipe", data={"id": "1", "confirmed": "1"})
    assert (done.status_code, done.location) == (302, "/shop/1"), "never to a foreign address"


def test_nothing_chosen_is_told(surfer: Any) -> None:
    answer = surfer.post(NOTE, data={"note": "a", "confirmed": "1", "next": "/shop/"}, follow_redirects=True)
    assert "Choose at least one record first." in answer.text


@pytest.mark.parametrize(
    "url",
    [
        "/actions/shop/none?id=1",
        "/actions/nowhere/note?id=1",
        f"{NOTE}?id=x",
        f"{NOTE}?id=-1",
        f"{NOTE}?id=99999999999999999999",
        f"{NOTE}?id=4711",
        f"{NOTE}?id=1&kind=clients.client",
        "/actions/shop/wipe",
    ],
)
def test_what_is_not_there_is_not_there(surfer: Any, url: str) -> None:
    assert surfer.get(url).status_code == 404
    assert surfer.post(url, data={"confirmed": "1", "note": "x"}).status_code == 404


def test_records_out_of_sight_cannot_be_acted_on(world: Any, surfer: Any) -> None:
    world.shop  # noqa: B018
    assert surfer.get(f"{NOTE}?id=200").status_code == 200
    world.person.permissions = frozenset({"shop.view"})
    assert surfer.get(f"{NOTE}?id=1").status_code == 404, "without the right there is no such action"


def test_unsuitable_record_is_told(surfer: Any) -> None:
    assert surfer.get("/actions/shop/wipe?id=2").status_code == 422


def test_too_many_records_are_refused(surfer: Any) -> None:
    assert surfer.post(NOTE, data={"id": [str(one) for one in range(1, 1000)]}).status_code == 400


def test_several_records_for_an_action_on_one_are_told_what_to_do(surfer: Any) -> None:
    for answer in (surfer.get("/actions/shop/wipe?id=1&id=2"), surfer.post("/actions/shop/wipe?id=1&id=2")):
        assert answer.status_code == 422
        assert "one record at a time" in answer.text
