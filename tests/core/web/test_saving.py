"""Saving a form: what is a page of its own, and what stands beside a field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kartoteka.builtin.clients.models import Client
from kartoteka.db.session import Session, find, use_workplace
from kartoteka.testing.company import Company
from kartoteka.vocabulary.errors import NotFound, Problem, Refused
from kartoteka.vocabulary.message import Message
from kartoteka.web.forms import Form, LineField
from kartoteka.web.saving import save_form

TITLE = Message("Saved")


class NameForm(Form):
    """A form with one field."""

    name = LineField("Name")


def saved(company: Company, save: Callable[[Session], Any]) -> tuple[Any, NameForm]:
    with company.app.test_request_context("/", method="POST"), use_workplace(company.database, company.system):
        form = NameForm()
        return save_form(form, TITLE, save), form


def raising(problem: Problem) -> Callable[[Session], Any]:
    def save(session: Session) -> None:
        raise problem

    return save


@pytest.fixture
def office(company: Callable[..., Company]) -> Company:
    return company()


@pytest.mark.catalogue("X-30", part="what is saved is told from what is refused")
def test_what_saves_is_told_from_what_does_not(office: Company) -> None:
    assert saved(office, lambda session: 7)[0] == 7
    assert saved(office, lambda session: None)[0] is True
    answer, form = saved(office, raising(Refused(Message("Not today"))))
    assert answer is None
    assert [str(message) for _field, message in form.all_errors()] == ["Not today"]


@pytest.mark.catalogue("X-30", part="a record that is gone is a page of its own, a chosen one a message")
def test_a_record_that_is_gone_is_not_a_message_in_the_form(office: Company) -> None:
    with pytest.raises(NotFound):
        saved(office, lambda session: find(session, Client, 999))
    with pytest.raises(NotFound):
        saved(office, raising(NotFound(field="something else")))
    answer, form = saved(office, raising(NotFound(field="name")))
    assert answer is None
    assert "There is no such record" in str(form.name.errors[0])
