"""Row rights reach statements that join inquiries and activities, whichever of them is asked for first."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.inquiries.models import Inquiry

JOINS = (
    select(Activity.id, Inquiry.client_id).select_from(Activity).join(Inquiry, Inquiry.id == Activity.inquiry_id),
    select(Activity.id, Inquiry.number).select_from(Activity).outerjoin(Inquiry, Inquiry.id == Activity.inquiry_id),
    select(Inquiry, Activity).select_from(Inquiry).join(Activity, Inquiry.id == Activity.inquiry_id),
    select(Inquiry.id, Client.name).select_from(Inquiry).join(Client, Client.id == Inquiry.client_id),
)


@pytest.mark.parametrize("statement", JOINS)
def test_a_join_shows_what_is_ones_own(house, statement):
    house.inquiry(house.client())
    with house.reading() as session:
        assert len(session.execute(statement).all()) == 1
    with house.company.database.reading(house.company.actor(house.other_id)) as session:
        assert session.execute(statement).all() == []
