"""What needs and appeals are to the program: kinds, search, directories, menu and API."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import (
    ApiResource,
    Directory,
    MenuItem,
    OwnedBy,
    OwnedByClientOr,
    RecordKind,
    SearchText,
    StartEntry,
)
from kartoteka.api.texts import Message, Texts
from kartoteka_crm_inquiries.naming import (
    APPEAL,
    APPEAL_RESULTS,
    APPEAL_SUBJECTS,
    CHANNELS,
    EDIT,
    NEED,
    PRODUCT_GROUPS,
    VIEW,
)
from kartoteka_crm_inquiries.needs import queries, service
from kartoteka_crm_inquiries.needs.fields import APPEAL_FIELDS, NEED_FIELDS
from kartoteka_crm_inquiries.needs.models import Appeal, Need

_ = Texts("crm_inquiries")

KINDS = [
    RecordKind(
        kind=NEED,
        title=_("Need"),
        plural_title=_("Needs and interests"),
        icon="heart-handshake",
        model=Need,
        permission=VIEW,
        scope=OwnedByClientOr(others=OwnedBy("manager_id")),
        client_column="client_id",
        owner_columns=("manager_id",),
        change_permission=EDIT,
        fields=NEED_FIELDS,
        summarise=queries.summarise_needs,
        url=queries.need_url,
    ),
    RecordKind(
        kind=APPEAL,
        title=_("Appeal"),
        plural_title=_("Appeals"),
        icon="message-circle",
        model=Appeal,
        permission=VIEW,
        scope=OwnedByClientOr(others=OwnedBy("manager_id")),
        client_column="client_id",
        owner_columns=("manager_id",),
        change_permission=EDIT,
        fields=APPEAL_FIELDS,
        summarise=queries.summarise_appeals,
        url=queries.appeal_url,
    ),
]
SEARCH = [
    SearchText(kind=NEED, fields=("text",), permission=VIEW),
    SearchText(kind=APPEAL, fields=("number", "text"), permission=VIEW),
]
MENU = [
    MenuItem(
        name=name,
        title=title,
        endpoint=f"crm_inquiries.list_{name}",
        permission=VIEW,
        icon=icon,
        parent="crm_inquiries.inquiries",
        weight=weight,
    )
    for name, title, icon, weight in (
        ("appeals", _("Appeals"), "message-circle", 60),
        ("needs", _("Needs and interests"), "heart-handshake", 70),
    )
]


def _start(titles: Mapping[str, Message]) -> Callable[[], Iterable[StartEntry]]:
    return lambda: StartEntry.by_code(titles)


GROUPS = {
    "goods": _("Goods"),
    "materials": _("Materials"),
    "equipment": _("Equipment"),
    "installation": _("Installation"),
    "service": _("Maintenance"),
    "advice": _("Advice"),
}
CHANNEL_TITLES = {
    "phone": _("Phone"),
    "mail": _("E-mail"),
    "web": _("Website"),
    "visit": _("Visit"),
    "social": _("Social networks"),
    "letter": _("Letter"),
}
SUBJECT_TITLES = {
    "price": _("Price"),
    "order": _("Order"),
    "delivery": _("Delivery"),
    "quality": _("Quality"),
    "service": _("Service"),
    "payment": _("Payment"),
    "other": _("Something else"),
}
RESULT_TITLES = {
    "answered": _("Answered"),
    "inquiry": _("Became an inquiry"),
    "passed": _("Passed on"),
    "compensated": _("Made good"),
    "refused": _("Refused"),
}
DIRECTORIES = [
    Directory(name=key.partition(".")[2], title=title, entry_title=one, icon=icon, start=_start(titles))
    for key, title, one, icon, titles in (
        (PRODUCT_GROUPS, _("Groups of products"), _("Group of products"), "package", GROUPS),
        (CHANNELS, _("Channels of appeals"), _("Channel"), "phone-call", CHANNEL_TITLES),
        (APPEAL_SUBJECTS, _("Subjects of appeals"), _("Subject"), "message-circle", SUBJECT_TITLES),
        (APPEAL_RESULTS, _("Results of appeals"), _("Result"), "checkbox", RESULT_TITLES),
    )
]


def create_need(session: Session, values: dict[str, Any]) -> Need:
    """Note what the client that is named needs."""
    return service.add_need(session, values.pop("client"), values)


def create_appeal(session: Session, values: dict[str, Any]) -> Appeal:
    """Register an appeal of the client that is named."""
    return service.add_appeal(session, values.pop("client"), values)


API_RESOURCES = [
    ApiResource(
        name="needs",
        title=_("Needs and interests"),
        kind=NEED,
        create=create_need,
        change=service.change_need,
        remove=service.archive_need,
    ),
    ApiResource(
        name="appeals",
        title=_("Appeals"),
        kind=APPEAL,
        fixed=("number", "done_at"),
        create=create_appeal,
        change=service.change_appeal,
        remove=service.archive_appeal,
    ),
]
