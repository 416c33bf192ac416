"""What inquiries are to the program: kind, search, directories, card, menu, stream and API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session
from kartoteka.api.declare import (
    ApiResource,
    Beginning,
    Directory,
    MenuItem,
    OwnedBy,
    OwnedByClientOr,
    RecordKind,
    SearchText,
    StartEntry,
    Tab,
)
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.inquiries import queries, service
from kartoteka_crm_inquiries.inquiries.fields import INQUIRY_FIELDS
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.planning import usual_step
from kartoteka_crm_inquiries.naming import EDIT, INQUIRY, REASONS, SOURCES, VIEW

_ = Texts("crm_inquiries")

KINDS = [
    RecordKind(
        kind=INQUIRY,
        title=_("Inquiry"),
        plural_title=_("Inquiries"),
        icon="message-question",
        model=Inquiry,
        permission=VIEW,
        scope=OwnedByClientOr(others=OwnedBy("manager_id")),
        client_column="client_id",
        owner_columns=("manager_id",),
        change_permission=EDIT,
        fields=INQUIRY_FIELDS,
        summarise=queries.summarise_inquiries,
        url=queries.inquiry_url,
    ),
]
SEARCH = [
    SearchText(kind=INQUIRY, fields=("number", "client_number", "subject", "description"), permission=VIEW),
]
TABS = [
    Tab(
        kinds=(CLIENT_KIND,),
        name="inquiries",
        title=_("Inquiries"),
        permission=VIEW,
        tells=(INQUIRY,),
        endpoint="crm_inquiries.show_client_inquiries",
        count=queries.count_inquiries,
        weight=22,
    )
]
MENU = [
    MenuItem(
        name="inquiries",
        title=_("Inquiries"),
        endpoint="crm_inquiries.list_inquiries",
        permission=VIEW,
        icon="message-question",
        weight=30,
        keys="g i",
        begins=(
            Beginning(
                title=_("Inquiry"),
                endpoint="crm_inquiries.new_inquiry",
                permission=EDIT,
                keys="n i",
                in_head=True,
            ),
            Beginning(title=_("New order"), endpoint="crm_inquiries.new_order", permission=EDIT, keys="n o"),
            Beginning(title=_("New tender"), endpoint="crm_inquiries.new_tender", permission=EDIT, keys="n k"),
        ),
    )
]


def first_sources() -> Iterable[StartEntry]:
    """Return where clients hear of a company (IN-48)."""
    titles = {
        "website": _("Website"),
        "recommendation": _("Recommendation"),
        "search": _("Search engine"),
        "social": _("Social networks"),
        "fair": _("Trade fair"),
        "newsletter": _("Newsletter"),
        "press": _("Press and radio"),
        "call": _("We called them"),
        "regular": _("Regular client"),
        "tenders": _("Tender portal"),
    }
    return StartEntry.by_code(titles)


def first_reasons() -> Iterable[StartEntry]:
    """Return why inquiries are won or lost (IN-47)."""
    titles = {
        "price_good": _("Best price"),
        "trust": _("They know and trust us"),
        "quality": _("Quality"),
        "fast": _("We were the fastest"),
        "price": _("Too expensive"),
        "late": _("We answered too late"),
        "competitor": _("A competitor was chosen"),
        "delivery": _("Delivery would take too long"),
        "not_ours": _("We do not have this"),
        "postponed": _("The client put it off"),
        "no_answer": _("The client does not answer"),
    }
    return StartEntry.by_code(titles)


DIRECTORIES = [
    Directory(
        name=SOURCES.partition(".")[2],
        title=_("Where clients hear of us"),
        entry_title=_("Source"),
        icon="speakerphone",
        start=first_sources,
    ),
    Directory(
        name=REASONS.partition(".")[2],
        title=_("Why inquiries are won or lost"),
        entry_title=_("Reason"),
        icon="help-circle",
        start=first_reasons,
    ),
]


def create_inquiry(session: Session, values: dict[str, Any]) -> Inquiry:
    """Register an inquiry for another program; its next action is a call on the next working day, or at ``next_at``.

    Unless the program names somebody it is the client's own manager's (CL-50).
    """
    given = {**values, "client_id": values["client"]}
    del given["client"]
    at = given.pop("next_at", None)
    step = usual_step(session)
    if at is not None:
        step = NextStep(starts_at=at, kind_id=step.kind_id, name=step.name)
    return service.register_inquiry(session, given, step, came_in=True)


def change_inquiry(session: Session, id: int, values: dict[str, Any]) -> object:
    """Change an inquiry for another program; another stage moves it there."""
    given = dict(values)
    stage_id = given.pop("stage_id", None)
    if given:
        service.change_inquiry(session, id, given)
    return None if stage_id is None else service.move_to_stage(session, id, int(stage_id))


API_RESOURCES = [
    ApiResource(
        name="inquiries",
        title=_("Inquiries"),
        kind=INQUIRY,
        fixed=("number", "moved_at", "closed_at", "outcome", "reason_id", "reason_text"),
        create=create_inquiry,
        change=change_inquiry,
        remove=service.archive_inquiry,
    )
]
