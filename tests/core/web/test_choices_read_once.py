"""What fields offer is read once for a page, and anew after something was written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import wtforms

from kartoteka.builtin.users.queries import active_users
from kartoteka.db.session import Session, transaction, use_workplace
from kartoteka.web.forms import UserField


def test_choices_of_several_fields_are_read_once_until_something_is_written(company: Callable[..., Any]) -> None:
    made = company()
    asked: list[bool] = []

    def people(session: Session) -> list[tuple[int, str]]:
        asked.append(session.is_reading)
        return active_users(session)

    class Two(wtforms.Form):
        seller = UserField(users=people)
        helper = UserField(users=people)

    def offered() -> list[list[str]]:
        return [[str(one.label) for one in field.iter_choices()] for field in Two()]

    with use_workplace(made.database, made.system):
        before = offered()
        assert before[0] == before[1]
        assert asked == [True]
        with transaction():
            offered()
        offered()
        assert asked == [True] * 3, "what was read before the commit may be old"
    made.add_user(name="Vilija Nauja")
    with use_workplace(made.database, made.system):
        assert all("Vilija Nauja" in titles for titles in offered())
    assert asked == [True] * 4
