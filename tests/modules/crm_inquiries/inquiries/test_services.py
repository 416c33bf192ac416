"""Inquiries are registered with their next action, moved through their process, closed and opened again."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.db import utc_now
from kartoteka.api.errors import Forbidden, InvalidInput, NotFound, Refused
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.inquiries import service
from kartoteka_crm_inquiries.inquiries.models import Inquiry, InquiryLine
from kartoteka_crm_inquiries.processes.models import Stage


def test_an_inquiry_gets_number_stage_manager_and_next_action(house: Any) -> None:
    client_id = house.client()
    lines = [{"text": "Pages", "quantity": "12,5", "unit": "h"}, {"text": " "}, {"text": "Hosting"}]
    inquiry_id = house.inquiry(client_id, lines=lines, client_number="K-7", goods="services", value="1 250,50")
    with house.reading() as session:
        inquiry = session.scalars(select(Inquiry)).one()
        assert inquiry.number == f"U{utc_now():%Y}-00001"
        assert (inquiry.client_number, inquiry.goods, inquiry.value) == ("K-7", "services", Decimal("1250.50"))
        assert inquiry.manager_id == house.user_id
        activity = session.scalars(select(Activity)).one()
        assert (activity.inquiry_id, activity.performer_id, activity.name) == (inquiry_id, house.user_id, "Call back")
        assert inquiry.next_at == activity.due_at
        rows = [(row.text, row.quantity, row.unit) for row in session.scalars(select(InquiryLine))]
        assert rows == [("Pages", Decimal("12.500"), "h"), ("Hosting", Decimal(1), "")]


def test_wrong_values_are_named_by_their_field(house: Any) -> None:
    client_id = house.client()
    for field, values in (
        ("subject", {"subject": " "}),
        ("value", {"value": "many"}),
        ("goods", {"goods": "both"}),
        ("link", {"link": "javascript:alert(1)"}),
        ("client_id", {"client_id": None}),
        ("client_id", {"client_id": 999_999}),
        ("lines", {"lines": [{"text": "A", "quantity": "-1"}]}),
        ("sort", {"sort": "wish"}),
        ("nothing", {"nothing": 1}),
    ):
        with pytest.raises(InvalidInput) as caught:
            house.inquiry(client_id, **values)
        assert list(caught.value.errors) == [field]


def test_rights_hold(house: Any) -> None:
    inquiry_id = house.inquiry(house.client())
    reader = house.company.add_user(permissions=["clients.view", "crm_inquiries.view"], reach="all")
    with house.writing(reader) as session, pytest.raises(Forbidden):
        service.change_inquiry(session, inquiry_id, {"subject": "Mine"})
    with house.writing(house.other_id) as session, pytest.raises(NotFound):
        service.change_inquiry(session, inquiry_id, {"subject": "Mine"})


def test_lines_are_replaced_and_the_rest_stays(house: Any) -> None:
    inquiry_id = house.inquiry(house.client(), lines=[{"text": "One"}, {"text": "Two"}])
    with house.writing() as session:
        service.change_inquiry(session, inquiry_id, {"lines": [{"text": "Three"}], "subject": "Shop"}, 1)
    with house.reading() as session:
        assert session.scalars(select(InquiryLine.text)).all() == ["Three"]
        assert session.scalars(select(Inquiry)).one().subject == "Shop"


def test_an_inquiry_is_moved_closed_and_opened_again(house: Any) -> None:
    inquiry_id = house.inquiry(house.client())
    with house.writing() as session:
        stages = list(session.scalars(select(Stage).where(Stage.process_id == 1).order_by(Stage.position)))
        following = next(stage for stage in stages[1:] if not stage.outcome)
        service.move_to_stage(session, inquiry_id, following.id, {"value": 100})
    with house.writing() as session:
        with pytest.raises(InvalidInput) as caught:
            service.close_inquiry(session, inquiry_id, "lost")
        assert "reason_id" in caught.value.errors
        closed = service.close_inquiry(session, inquiry_id, "lost", reason_text="Too dear")
        assert (closed.outcome, closed.closed_at is None) == ("lost", False)
        assert session.scalars(select(Activity.status)).all() == ["cancelled"]
        with pytest.raises(Refused):
            service.close_inquiry(session, inquiry_id, "won")
    with house.writing() as session:
        opened = service.reopen_inquiry(session, inquiry_id, NextStep(starts_at=utc_now(), name="Ask again"))
        assert (opened.outcome, opened.closed_at, opened.stage_id) == ("", None, stages[0].id)
        assert opened.next_at is not None
