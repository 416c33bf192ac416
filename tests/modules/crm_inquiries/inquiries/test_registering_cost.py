"""What registering an inquiry costs: few statements, and nothing that is asked twice; nobody is forgotten by that."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.directories import DirectoryEntry, add_start_entries
from kartoteka.api.errors import InvalidInput
from kartoteka.api.users import set_preference
from kartoteka.builtin.modules.service import bump_state
from kartoteka.builtin.notifications.models import Notification
from kartoteka.db.journal.models import CREATED, JournalEntry, Operation
from kartoteka.testing.databases import chosen_kinds
from kartoteka.testing.statements import counted_statements
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry, InquiryLine
from kartoteka_crm_inquiries.inquiries.service import register_inquiry
from kartoteka_crm_inquiries.inquiries.steps import StageStep
from kartoteka_crm_inquiries.leads import NO_LEAD, PREFERENCE, USUAL_LEAD
from kartoteka_crm_inquiries.naming import ACTIVITY, INQUIRY, SOURCES, STAGE_STEP
from tests.modules.crm_inquiries.conftest import RIGHTS, InquiryHouse, step
from tests.modules.crm_inquiries.inquiries.test_pages import typed

MOST, MOST_WITH_A_LINE = 15, 16


@pytest.fixture(params=chosen_kinds())
def office(request: pytest.FixtureRequest, company_on: Callable[..., Any]) -> InquiryHouse:
    made = company_on(request.param)
    made.switch("crm_inquiries")
    with made.database.transaction(made.system) as session:
        add_start_entries(session)
    return InquiryHouse(made)


def register(office: InquiryHouse, client_id: int, **values: Any) -> list[str]:
    """Register an inquiry by its form and return the statements that saving it took."""
    path = f"/crm_inquiries/inquiries/new?client={client_id}"
    sent = typed(office.browser.get(path).text, client_id=client_id, subject="Shelves", **values)
    with counted_statements(office.company.database) as heard:
        answer = office.browser.post(path, data=sent)
    assert answer.status_code == 302, answer.text
    return heard


def told(office: InquiryHouse, user_id: int) -> list[str]:
    """Return the kinds of records that a user was told of because he follows their client."""
    with office.company.database.reading(office.company.system) as session:
        wanted = select(Notification).where(Notification.user_id == user_id, Notification.type == "timeline.followed")
        return sorted(one.about.kind for one in session.scalars(wanted) if one.about is not None)


def test_registering_keeps_its_budget_of_statements(office: InquiryHouse) -> None:
    client_id = office.client()
    register(office, client_id)
    heard = register(office, client_id)
    assert len(heard) <= MOST, "\n\n".join(heard)
    heard = register(office, client_id, line_text="Oak", line_quantity="2")
    assert len(heard) <= MOST_WITH_A_LINE, "\n\n".join(heard)


def test_nothing_is_asked_twice_while_an_inquiry_is_registered(office: InquiryHouse) -> None:
    client_id = office.client()
    register(office, client_id)
    heard = register(office, client_id)
    for asked_once in ("FROM core_follower", "FROM core_client"):
        assert sum(asked_once in " ".join(one.split()) for one in heard) == 1, asked_once
    assert not any("core_webhook" in one for one in heard), "nobody is told, and that is kept"


def test_all_of_an_inquiry_is_written_at_once_and_in_its_order(office: InquiryHouse) -> None:
    register(office, office.client())
    heard = register(office, office.client(), line_text="Oak", line_quantity="2")
    for written_once in ("INTO core_journal", "INTO core_search_text", "INTO core_number_series"):
        assert sum(written_once in one for one in heard) == 1, written_once
    with office.company.database.reading(office.company.system) as session:
        last = session.scalars(select(Operation).order_by(Operation.id.desc())).first()
        assert last is not None
        entries = select(JournalEntry).where(JournalEntry.operation_id == last.id).order_by(JournalEntry.id)
        kinds = [(one.kind, one.action, one.client_id) for one in session.scalars(entries)]
        inquiry = session.scalars(select(Inquiry).order_by(Inquiry.id.desc())).first()
        assert inquiry is not None
        owner, next_at = inquiry.client_id, inquiry.next_at
        activity = session.scalars(select(Activity).where(Activity.inquiry_id == inquiry.id)).one()
        assert (activity.client_id, activity.due_at) == (owner, next_at)
        line = session.scalars(select(InquiryLine).where(InquiryLine.inquiry_id == inquiry.id)).one()
        assert (line.client_id, line.text) == (owner, "Oak")
    assert kinds[0] == (INQUIRY, CREATED, owner), "undo goes backwards, and the inquiry goes last"
    assert {one for one, _action, _client in kinds} == {INQUIRY, ACTIVITY, STAGE_STEP}


def test_who_registers_is_reminded_as_he_prefers(office: InquiryHouse) -> None:
    client_id, reminders = office.client(), []
    for lead in (None, 60, NO_LEAD):
        with office.writing() as session:
            set_preference(session, office.user_id, PREFERENCE, lead if lead is not None else USUAL_LEAD)
        register(office, client_id)
        with office.reading() as session:
            reminders.append(session.scalars(select(Activity.remind).order_by(Activity.id.desc())).first())
    assert reminders == [USUAL_LEAD, 60, None]


def test_what_the_form_offers_is_kept_until_it_changes(office: InquiryHouse) -> None:
    client_id = office.client()
    register(office, client_id)
    heard = " ".join(" ".join(one.split()) for one in register(office, client_id))
    assert "SELECT core_user.id, core_user.name" not in heard
    path = f"/crm_inquiries/inquiries/new?client={client_id}"
    office.company.add_user(permissions=RIGHTS, name="Vilija Nauja", login="vilija")
    assert "Vilija Nauja" in office.browser.get(path).text, "a new colleague is offered at once"


def test_a_choice_that_came_back_without_a_word_is_taken(office: InquiryHouse) -> None:
    client_id = office.client()
    path = f"/crm_inquiries/inquiries/new?client={client_id}"
    with office.writing() as session:
        source = session.scalars(select(DirectoryEntry).where(DirectoryEntry.directory == SOURCES)).first()
        assert source is not None
        source_id, source.closed = source.id, True
        bump_state(session)
    sent = typed(office.browser.get(path).text, client_id=client_id, subject="Shelves", source_id=source_id)
    assert office.browser.post(path, data=sent).status_code == 422
    with office.writing() as session:
        session.scalars(select(DirectoryEntry).where(DirectoryEntry.id == source_id)).one().closed = False
    assert office.browser.post(path, data=sent).status_code == 302


def test_the_step_belongs_to_the_inquiry_and_stands_in_its_journal(office: InquiryHouse) -> None:
    register(office, office.client())
    with office.reading() as session:
        inquiry = session.scalars(select(Inquiry)).one()
        step = session.scalars(select(StageStep)).one()
        assert (step.inquiry_id, step.stage_id, step.until) == (inquiry.id, inquiry.stage_id, None)
        assert step.user_id == office.user_id
    page = office.browser.get(f"/crm_inquiries/inquiries/{inquiry.id}").text
    assert inquiry.number in page


def test_who_follows_the_client_is_told_of_the_inquiry_and_of_its_action(office: InquiryHouse) -> None:
    follower = office.company.add_user(permissions=RIGHTS, login="jonas", reach="all")
    blind = office.company.add_user(permissions=("clients.view", "timeline.view"), login="aldona", reach="all")
    followed, other = office.client(), office.client("UAB Kiras")
    for user in (follower, blind):
        answer = office.company.browser(user).post(f"/clients/{followed}/timeline", data={"do": "follow"})
        assert answer.status_code == 302
    register(office, other)
    assert told(office, follower) == []
    register(office, followed)
    assert told(office, follower) == [ACTIVITY, INQUIRY]
    assert told(office, blind) == []


def test_a_form_sent_without_its_next_action_is_shown_with_the_usual_one(office: InquiryHouse) -> None:
    client_id = office.client()
    path = f"/crm_inquiries/inquiries/new?client={client_id}"
    sent = typed(office.browser.get(path).text, client_id=client_id, subject="")
    kept = {name: value for name, value in sent.items() if not name.startswith("next_")}
    answer = office.browser.post(path, data=kept)
    assert answer.status_code == 422
    assert re.search(r'<select[^>]*name="next_kind_id".*?selected>Phone call<', answer.text, re.S)


def test_a_client_that_nobody_can_have_is_named_with_its_field(office: InquiryHouse) -> None:
    for absurd in (999_999, "0", "-1", "1e3", "99999999999999999999", "1;--"):
        with office.writing() as session, pytest.raises(InvalidInput) as wrong:
            register_inquiry(session, {"client_id": absurd, "subject": "", "source_id": "x"}, step())
        assert set(wrong.value.errors) == {"client_id", "subject", "source_id"}
