"""A website hands in inquiries with its key: each once, and only while the module is on (CORE-29)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.db.clock import at_moment
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from tests.core.rest.conftest import Program, make_program
from tests.modules.crm_inquiries.conftest import RIGHTS, InquiryHouse

PATH = "/api/v1/crm_inquiries/inquiries"
FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company: Callable[..., Any]) -> InquiryHouse:
    return InquiryHouse(company(modules=["crm_inquiries"], database=request.param))


def website(office: InquiryHouse) -> Program:
    """Return a program that may only add inquiries."""
    return make_program(office.company, "crm_inquiries.inquiries:create", permissions=RIGHTS)


def rows(office: InquiryHouse, model: Any) -> list[Any]:
    with office.company.database.reading(office.company.system) as session:
        return list(session.scalars(select(model)))


@pytest.mark.catalogue("CORE-29", part="inquiries")
def test_a_website_hands_in_an_inquiry_once(office: InquiryHouse) -> None:
    program = website(office)
    sent = {"client": office.client(), "sort": "inquiry", "subject": "Roof windows", "manager_id": office.user_id}
    with at_moment(FRIDAY):
        made = program.post(PATH, sent, Idempotency_Key="web-1")
        again = program.post(PATH, sent, Idempotency_Key="web-1")
    assert made.status_code == 201, made.text
    assert made.json["number"].startswith("U2026-")
    assert (again.status_code, again.json) == (201, made.json)
    (inquiry,), (call,) = rows(office, Inquiry), rows(office, Activity)
    assert (inquiry.number, inquiry.manager_id) == (made.json["number"], office.user_id)
    assert call.starts_at == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    wrong = office.company.app.test_client().post(PATH, json=sent, headers={"Authorization": "Bearer kk_wrong"})
    assert wrong.status_code == 401
    office.company.switch("crm_inquiries", on=False)
    assert program.post(PATH, sent, Idempotency_Key="web-2").status_code == 404
    assert len(rows(office, Inquiry)) == 1


@pytest.mark.catalogue("IN-06")
def test_an_inquiry_from_a_newsletter_goes_to_the_manager_with_the_moment_of_contact(office: InquiryHouse) -> None:
    sent = {
        "client": office.client(),
        "sort": "inquiry",
        "subject": "Gates",
        "description": "From the newsletter “November offers”",
        "manager_id": office.user_id,
        "next_at": "2026-11-25T08:00:00Z",
    }
    assert website(office).post(PATH, sent).status_code == 201
    (inquiry,), (call,) = rows(office, Inquiry), rows(office, Activity)
    assert (inquiry.subject, inquiry.manager_id) == ("Gates", office.user_id)
    assert (call.performer_id, call.starts_at) == (office.user_id, datetime(2026, 11, 25, 8, 0, tzinfo=UTC))
