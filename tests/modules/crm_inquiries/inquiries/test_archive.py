"""Whatever takes an open inquiry out of the archive leaves it with a next action (M-09)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.errors import Problem
from kartoteka.builtin.operations.service import undo
from kartoteka.builtin.users.service import deactivate_user
from kartoteka.db.journal import operation_of
from kartoteka.db.journal.models import Operation
from kartoteka.testing.databases import chosen_kinds
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.service import finish_activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.service import archive_inquiry
from tests.modules.crm_inquiries.conftest import InquiryHouse

KIND = "crm_inquiries.inquiry"


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> InquiryHouse:
    return InquiryHouse(company_on(request.param, modules=["crm_inquiries"]))


def emptied(office: InquiryHouse, **values: Any) -> tuple[int, int]:
    """Archive an open inquiry and finish its only action; return it and the operation that archived it."""
    made = office.inquiry(office.client(), **values)
    with office.writing() as session:
        archive_inquiry(session, made)
        operation = operation_of(session)
    with office.writing() as session:
        finish_activity(session, session.scalars(select(Activity.id).where(Activity.inquiry_id == made)).one(), {})
    assert found(office, made).next_at is None
    return made, operation


def found(office: InquiryHouse, inquiry_id: int) -> Inquiry:
    with office.company.database.reading(office.company.system) as session:
        return session.get_one(Inquiry, inquiry_id)


def planned(office: InquiryHouse, inquiry_id: int) -> list[Activity]:
    with office.company.database.reading(office.company.system) as session:
        wanted = select(Activity).where(Activity.inquiry_id == inquiry_id, Activity.status == "planned")
        return list(session.scalars(wanted))


def restores(office: InquiryHouse, *ids: int) -> Any:
    """Press "Restore" on a page or over some rows of the list."""
    chosen = "&".join(f"id={one}" for one in ids)
    address = f"/actions/crm_inquiries/restore_inquiries?kind={KIND}&{chosen}"
    return office.browser.post(address, data={"confirmed": "1"})


@pytest.mark.catalogue("M-09", part="taken out of the archive")
def test_an_inquiry_out_of_the_archive_has_its_usual_next_step(office: InquiryHouse) -> None:
    made, _operation = emptied(office)
    assert restores(office, made).status_code == 302
    (step,) = planned(office, made)
    assert (found(office, made).state, found(office, made).next_at) == ("active", step.due_at)
    assert step.performer_id == office.user_id
    assert office.browser.get(f"/crm_inquiries/inquiries/{made}").status_code == 200


def test_many_come_out_of_the_archive_and_go_back_by_an_undo(office: InquiryHouse) -> None:
    made = [emptied(office)[0] for _one in range(2)]
    assert restores(office, *made).status_code == 302
    assert [len(planned(office, one)) for one in made] == [1, 1]
    with office.company.database.reading(office.company.system) as session:
        operation = session.scalar(select(Operation.id).order_by(Operation.id.desc()).limit(1))
    with office.writing() as session:
        undo(session, operation)
    assert [found(office, one).state for one in made] == ["archived", "archived"]
    assert [len(planned(office, one)) for one in made] == [0, 0]


def test_the_step_is_not_for_somebody_who_left(office: InquiryHouse) -> None:
    made, _operation = emptied(office, manager_id=office.other_id)
    with office.company.database.transaction(office.company.system) as session:
        deactivate_user(session, office.other_id)
    assert restores(office, made).status_code == 302
    assert [one.performer_id for one in planned(office, made)] == [office.user_id]


def test_what_still_has_its_action_gets_no_other(office: InquiryHouse) -> None:
    made = office.inquiry(office.client())
    with office.writing() as session:
        archive_inquiry(session, made)
    assert restores(office, made).status_code == 302
    assert len(planned(office, made)) == 1


@pytest.mark.catalogue("M-09", part="an archiving that is undone")
def test_an_archiving_is_not_undone_into_an_inquiry_without_a_next_action(office: InquiryHouse) -> None:
    made, operation = emptied(office)
    with pytest.raises(Problem), office.writing() as session:
        undo(session, operation)
    answer = office.browser.post(f"/operations/{operation}/undo")
    assert answer.status_code < 500
    assert found(office, made).state == "archived"
