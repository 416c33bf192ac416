"""What comes in goes to the client's own manager: by mail and by a program (CL-50)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from kartoteka.api.records import RecordRef
from kartoteka.builtin.notifications.models import Notification
from kartoteka.builtin.rest.service import make_key
from kartoteka.builtin.users.service import deactivate_user
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.letters.service import let_mail_make_inquiries
from kartoteka_crm_inquiries.naming import ACTIVITY, INQUIRY
from tests.modules.crm_inquiries.letters.conftest import PostHouse

SENDER = "ona@zuvedra.lt"


def registered(post: PostHouse) -> tuple[Inquiry, Activity]:
    """Return the inquiry that came in and its next action."""
    with post.company.database.reading(post.company.system) as session:
        return session.scalars(select(Inquiry)).one(), session.scalars(select(Activity)).one()


def told(post: PostHouse) -> list[tuple[int, RecordRef | None]]:
    with post.company.database.reading(post.company.system) as session:
        found = select(Notification).where(Notification.type.startswith("crm_inquiries.")).order_by(Notification.id)
        return [(one.user_id, one.about) for one in session.scalars(found)]


def leaves(post: PostHouse, user_id: int) -> None:
    with post.system() as session:
        deactivate_user(session, user_id)


def writes(post: PostHouse) -> None:
    with post.writing() as session:
        let_mail_make_inquiries(session, on=True)
    post.comes("How much is a roof?\n", sender=SENDER, subject="A roof")


def asks_by_program(post: PostHouse, client: int, **values: Any) -> Any:
    with post.system() as session:
        scopes = ["crm_inquiries.inquiries:create", "crm_inquiries.inquiries:read"]
        _key, token = make_key(session, title="Shop", scopes=scopes, user_id=post.user_id)
    sent = {"client": client, "subject": "A roof", **values}
    head = {"Authorization": f"Bearer {token}"}
    return post.company.app.test_client().post("/api/v1/crm_inquiries/inquiries", json=sent, headers=head)


@pytest.mark.catalogue("CL-50", part="inquiries from mail")
def test_a_mail_goes_to_the_manager_of_its_client(post: PostHouse) -> None:
    post.client(email=SENDER, owner=post.other_id)
    writes(post)
    inquiry, action = registered(post)
    assert (inquiry.manager_id, action.performer_id) == (post.other_id, post.other_id)
    assert told(post) == [(post.other_id, RecordRef(INQUIRY, inquiry.id))]
    assert action.name in post.stranger.get(f"/crm_inquiries/activities/?view=open&performer_id={post.other_id}").text


@pytest.mark.catalogue("CL-50", part="inquiries from programs")
def test_what_a_program_registers_goes_to_the_manager_of_its_client(post: PostHouse) -> None:
    client = post.client(email=SENDER, owner=post.other_id)
    answer = asks_by_program(post, client)
    assert answer.status_code == 201, answer.text
    inquiry, action = registered(post)
    assert (inquiry.manager_id, action.performer_id) == (post.other_id, post.other_id)
    assert told(post) == [(post.other_id, RecordRef(ACTIVITY, action.id))]


def test_a_program_may_name_somebody_else(post: PostHouse) -> None:
    client = post.client(email=SENDER, owner=post.other_id)
    assert asks_by_program(post, client, manager_id=post.user_id).status_code == 201
    assert registered(post)[0].manager_id == post.user_id


def test_who_left_gets_nothing_that_comes_in(post: PostHouse) -> None:
    client = post.client(email=SENDER, owner=post.other_id)
    leaves(post, post.other_id)
    assert asks_by_program(post, client).status_code == 201
    assert registered(post)[0].manager_id == post.user_id


def test_a_mail_whose_manager_left_waits_for_somebody(post: PostHouse) -> None:
    post.client(email=SENDER, owner=post.other_id)
    leaves(post, post.other_id)
    writes(post)
    inquiry, action = registered(post)
    assert (inquiry.manager_id, action.performer_id, told(post)) == (None, None, [])
