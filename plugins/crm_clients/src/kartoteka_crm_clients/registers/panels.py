"""What the registers put on the client card: a mark in its head, and a box with what the register says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.clients import EDIT as EDIT_CLIENT
from kartoteka.api.db import Session, actor_of
from kartoteka.api.declare import CARD_SIDE, Badge, BadgeValue, Colour, Panel
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import EDIT, VIEW
from kartoteka_crm_clients.registers import queries
from kartoteka_crm_clients.registers.comparing import mark_title
from kartoteka_crm_clients.registers.fields import REGISTER_TITLES, STATUS_TITLES, WHAT_TITLES
from kartoteka_crm_clients.registers.suggesting import warning_of

_ = Texts("crm_clients")


def load_marks(session: Session, ids: Sequence[int]) -> Mapping[int, BadgeValue]:
    """Return a mark for clients that end or are no VAT payers any more; one statement."""
    marks: dict[int, BadgeValue] = {}
    for client_id, mark in queries.marks_of(session, ids):
        marks.setdefault(client_id, BadgeValue(mark_title(mark), Colour.OVERDUE, "alert-triangle"))
    return marks


def load_company(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return what the register says of a client and what has to be decided; None when it does not know it."""
    company = queries.company_of_client(session, record.id)
    if company is None:
        return None
    can = actor_of(session).can
    return {
        "company": company,
        "warning": warning_of(company),
        "register": REGISTER_TITLES[company.country],
        "status": STATUS_TITLES[company.status],
        "differences": queries.open_differences_of(session, record.id),
        "what_titles": WHAT_TITLES,
        "mark_title": mark_title,
        "may_decide": can(EDIT) and can(EDIT_CLIENT),
    }


BADGES = [
    Badge(
        kinds=(CLIENT_KIND,),
        name="register",
        permission=VIEW,
        load=load_marks,
        in_lists=False,
        count=queries.count_marks,
        weight=40,
    )
]
PANELS = [
    Panel(
        name="register",
        slot=CARD_SIDE,
        kinds=(CLIENT_KIND,),
        title=_("Company register"),
        permission=VIEW,
        template="crm_clients/registers/panel.html",
        load=load_company,
        lazy=True,
        weight=80,
    )
]
