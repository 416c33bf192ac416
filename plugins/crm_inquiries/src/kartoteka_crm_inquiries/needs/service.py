"""Use cases of needs and appeals: note, change, put away. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.clients import (
    Client,
    Relationship,
    add_record,
    apply_changes,
    client_to_write,
    record_to_write,
    set_state,
)
from kartoteka.api.db import Session, actor_of, find_or_none, settle, utc_now
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.values import Reader, block, day, entry_of, id_of, read_values
from kartoteka.api.work import next_number
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.reading import moment, one_of, user_of
from kartoteka_crm_inquiries.naming import (
    APPEAL,
    APPEAL_MASK,
    APPEAL_RESULTS,
    APPEAL_SERIES,
    APPEAL_SUBJECTS,
    CHANNELS,
    EDIT,
    NEED,
    PRODUCT_GROUPS,
    SOURCES,
)
from kartoteka_crm_inquiries.needs.fields import DONE, INTEREST, NEED_SORT, NEW, SORTS, STATUSES
from kartoteka_crm_inquiries.needs.models import TEXT_LENGTH, Appeal, Need

_ = Texts("crm_inquiries")


def add_need(session: Session, client_id: int, values: Mapping[str, Any]) -> Need:
    """Note what a client needs; of a potential client it is an interest. Raises InvalidInput naming the field."""
    client = client_to_write(session, client_id, EDIT)
    checked = read_values(values, _need_readers(session))
    checked["sort"] = checked.get("sort") or _sort_for(client)
    checked["noted_on"] = checked.get("noted_on") or utc_now().date()
    checked.setdefault("manager_id", actor_of(session).user_id)
    _check_need(session, client.id, checked)
    need: Need = add_record(session, Need(client_id=client.id, **checked), NEED)
    return need


def change_need(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Need:
    """Change a need, typed over ``version``; raises EditConflict and what `add_need` raises."""
    need: Need = record_to_write(session, Need, id, EDIT)
    checked = read_values(values, _need_readers(session, need))
    names = ("text", "group_id", "inquiry_id")
    _check_need(session, need.client_id, {**{name: getattr(need, name) for name in names}, **checked})
    apply_changes(session, need, NEED, settle(session, need, NEED, checked, version))
    return need


def archive_need(session: Session, id: int) -> Need:
    """Put a need away."""
    need: Need = set_state(session, record_to_write(session, Need, id, EDIT), NEED, RecordState.ARCHIVED)
    return need


def add_appeal(session: Session, client_id: int, values: Mapping[str, Any]) -> Appeal:
    """Register an appeal of a client with its number; who registers it answers for it unless another is named."""
    client = client_to_write(session, client_id, EDIT)
    checked = read_values(values, _appeal_readers(session))
    checked["received_at"] = checked.get("received_at") or utc_now()
    checked["status"] = checked.get("status") or NEW
    checked.setdefault("manager_id", actor_of(session).user_id)
    _check_appeal(session, client.id, checked)
    checked |= _done(checked, None)
    number = next_number(session, APPEAL_SERIES, mask=APPEAL_MASK, on=checked["received_at"].date())
    appeal: Appeal = add_record(session, Appeal(client_id=client.id, number=number, **checked), APPEAL)
    return appeal


def change_appeal(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Appeal:
    """Change an appeal, typed over ``version``; done it has a moment. Raises what `add_appeal` raises."""
    appeal: Appeal = record_to_write(session, Appeal, id, EDIT)
    checked = read_values(values, _appeal_readers(session, appeal))
    if "received_at" in checked and checked["received_at"] is None:
        raise InvalidInput({"received_at": _("Fill this in.")})
    names = ("text", "subject_id", "status", "result_id", "result", "inquiry_id")
    after = {**{name: getattr(appeal, name) for name in names}, **checked}
    _check_appeal(session, appeal.client_id, after)
    changes = settle(session, appeal, APPEAL, checked, version)
    apply_changes(session, appeal, APPEAL, changes | _done(after, appeal))
    return appeal


def archive_appeal(session: Session, id: int) -> Appeal:
    """Put an appeal away."""
    appeal: Appeal = set_state(session, record_to_write(session, Appeal, id, EDIT), APPEAL, RecordState.ARCHIVED)
    return appeal


def _sort_for(client: Client) -> str:
    return INTEREST if client.relationship == Relationship.POTENTIAL else NEED_SORT


def _done(after: Mapping[str, Any], before: Appeal | None) -> dict[str, Any]:
    """Return the moment when an appeal was done, none for one that is not."""
    if after["status"] != DONE:
        return {"done_at": None}
    return {"done_at": utc_now()} if before is None or before.done_at is None else {}


def _check_need(session: Session, client_id: int, values: Mapping[str, Any]) -> None:
    if not values.get("text") and values.get("group_id") is None:
        raise InvalidInput({"text": _("Choose a group of products, or write what is wanted.")})
    _check_inquiry(session, client_id, values)


def _check_appeal(session: Session, client_id: int, values: Mapping[str, Any]) -> None:
    if not values.get("text") and values.get("subject_id") is None:
        raise InvalidInput({"text": _("Choose a subject, or write what was said.")})
    if values["status"] == DONE and values.get("result_id") is None and not values.get("result"):
        raise InvalidInput({"result_id": _("Say what came of it.")})
    _check_inquiry(session, client_id, values)


def _check_inquiry(session: Session, client_id: int, values: Mapping[str, Any]) -> None:
    if values.get("inquiry_id") is None:
        return
    inquiry = find_or_none(session, Inquiry, values["inquiry_id"])
    if inquiry is not None and inquiry.client_id != client_id:
        raise InvalidInput({"inquiry_id": _("This inquiry is another client's.")})


def _need_readers(session: Session, stored: Need | None = None) -> dict[str, Reader]:
    return {
        "text": block(TEXT_LENGTH),
        "sort": one_of({choice.value: choice.title for choice in SORTS}),
        "group_id": entry_of(session, PRODUCT_GROUPS, stored.group_id if stored is not None else None),
        "noted_on": day,
        "manager_id": user_of(session, stored.manager_id if stored is not None else None),
        "inquiry_id": id_of(session, Inquiry),
    }


def _appeal_readers(session: Session, stored: Appeal | None = None) -> dict[str, Reader]:
    def entry(name: str, directory: str) -> Reader:
        return entry_of(session, directory, None if stored is None else getattr(stored, name))

    return {
        "received_at": moment,
        "channel_id": entry("channel_id", CHANNELS),
        "subject_id": entry("subject_id", APPEAL_SUBJECTS),
        "source_id": entry("source_id", SOURCES),
        "text": block(TEXT_LENGTH),
        "status": one_of({choice.value: choice.title for choice in STATUSES}),
        "manager_id": user_of(session, stored.manager_id if stored is not None else None),
        "result_id": entry("result_id", APPEAL_RESULTS),
        "result": block(TEXT_LENGTH),
        "inquiry_id": id_of(session, Inquiry),
    }
