"""Reads of needs and appeals: summaries, those of a client, and what reports count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from kartoteka.api.clients import Client
from kartoteka.api.db import Session
from kartoteka.api.directories import DirectoryEntry, EntryTitle
from kartoteka.api.errors import NotFound
from kartoteka.api.records import Period, RecordRef, RecordState, RecordSummary
from kartoteka.api.texts import Translatable
from kartoteka.api.users import name_of
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.moments import within
from kartoteka_crm_inquiries.naming import APPEAL, NEED
from kartoteka_crm_inquiries.needs.models import Appeal, Need

MOST = 8
_ENTRY = aliased(DirectoryEntry)
_SUBJECT, _CHANNEL, _RESULT = aliased(DirectoryEntry), aliased(DirectoryEntry), aliased(DirectoryEntry)


def summarise_needs(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each need that the user sees is called; one statement."""
    rows = session.execute(
        select(Need.id, Need.client_id, Need.text, Need.state, _ENTRY.name.label("group"))
        .outerjoin(_ENTRY, _ENTRY.id == Need.group_id)
        .where(Need.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(NEED, row.id),
            title=row.text[:100] or row.group or "–",
            subtitle=row.group or "",
            url=need_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def need_url(id: int) -> str:
    """Return the address of a need's page."""
    return f"/crm_inquiries/needs/{id}"


def summarise_appeals(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each appeal that the user sees is called; one statement."""
    rows = session.execute(
        select(Appeal.id, Appeal.client_id, Appeal.number, Appeal.text, Appeal.state).where(Appeal.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(APPEAL, row.id),
            title=row.number,
            subtitle=row.text[:100],
            url=appeal_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def appeal_url(id: int) -> str:
    """Return the address of an appeal's page."""
    return f"/crm_inquiries/appeals/{id}"


def needs_of(session: Session, *, client_id: int | None = None, inquiry_id: int | None = None) -> list[Any]:
    """Return the needs of a client or of an inquiry, the newest first; one statement."""
    found = (
        select(Need, _ENTRY.name.label("group"), _ENTRY.titles)
        .outerjoin(_ENTRY, _ENTRY.id == Need.group_id)
        .where(Need.state == RecordState.ACTIVE)
    )
    found = (
        found.where(Need.client_id == client_id) if inquiry_id is None else found.where(Need.inquiry_id == inquiry_id)
    )
    rows = session.execute(found.order_by(Need.noted_on.desc(), Need.id.desc()).limit(MOST)).all()
    return [(need, _title(group, titles)) for need, group, titles in rows]


def client_of_inquiry(session: Session, id: int) -> int | None:
    """Return the client of an inquiry; one statement."""
    found: int | None = session.scalar(select(Inquiry.client_id).where(Inquiry.id == id))
    return found


def appeals_of(session: Session, client_id: int) -> list[Any]:
    """Return the latest appeals of a client with their subject; one statement."""
    rows = session.execute(
        select(Appeal, _ENTRY.name, _ENTRY.titles)
        .outerjoin(_ENTRY, _ENTRY.id == Appeal.subject_id)
        .where(Appeal.client_id == client_id, Appeal.state == RecordState.ACTIVE)
        .order_by(Appeal.received_at.desc(), Appeal.id.desc())
        .limit(MOST)
    ).all()
    return [(appeal, _title(name, titles)) for appeal, name, titles in rows]


def shown_appeal(session: Session, id: int) -> Mapping[str, Any]:
    """Return an appeal with everything around it by name; one statement. Raises NotFound."""
    row = session.execute(
        select(Appeal, Client.name, name_of(Appeal.manager_id), _SUBJECT, _CHANNEL, _RESULT, _ENTRY)
        .outerjoin(Client, Client.id == Appeal.client_id)
        .outerjoin(_SUBJECT, _SUBJECT.id == Appeal.subject_id)
        .outerjoin(_CHANNEL, _CHANNEL.id == Appeal.channel_id)
        .outerjoin(_RESULT, _RESULT.id == Appeal.result_id)
        .outerjoin(_ENTRY, _ENTRY.id == Appeal.source_id)
        .where(Appeal.id == id)
    ).one_or_none()
    if row is None:
        raise NotFound
    appeal, client, manager, *entries = row
    names = ("subject", "channel", "result", "source")
    titles = {
        name: "" if one is None else _title(one.name, one.titles) for name, one in zip(names, entries, strict=True)
    }
    return {"appeal": appeal, "client": client or "", "manager": manager or "", **titles}


def count_appeals(session: Session, period: Period | None, zone: tzinfo) -> Iterator[Mapping[str, Any]]:
    """Yield how many appeals there are by subject, channel and result; one statement (IN-07)."""
    counted = (
        select(Appeal.subject_id, Appeal.channel_id, Appeal.result_id, func.count(Appeal.id).label("number"))
        .where(Appeal.state == RecordState.ACTIVE)
        .group_by(Appeal.subject_id, Appeal.channel_id, Appeal.result_id)
    )
    if period is not None:
        counted = counted.where(*within(Appeal.received_at, period, zone))
    rows = session.execute(counted).all()
    ids = {one for row in rows for one in (row.subject_id, row.channel_id, row.result_id) if one is not None}
    titles = titles_of(session, ids)
    for row in sorted(rows, key=lambda one: -one.number):
        yield {
            "subject": titles.get(row.subject_id, "–"),
            "channel": titles.get(row.channel_id, "–"),
            "result": titles.get(row.result_id, "–"),
            "number": row.number,
            "subject_id": row.subject_id,
            "channel_id": row.channel_id,
            "result_id": row.result_id,
        }


def count_needs(session: Session, period: Period | None) -> Iterator[Mapping[str, Any]]:
    """Yield how many needs and interests there are by group of products; one statement (IN-07)."""
    counted = (
        select(Need.group_id, Need.sort, func.count(Need.id).label("number"))
        .where(Need.state == RecordState.ACTIVE)
        .group_by(Need.group_id, Need.sort)
    )
    if period is not None:
        counted = counted.where(Need.noted_on >= period.first, Need.noted_on <= period.last)
    rows = session.execute(counted).all()
    titles = titles_of(session, {row.group_id for row in rows if row.group_id is not None})
    for row in sorted(rows, key=lambda one: -one.number):
        group = titles.get(row.group_id, "–")
        yield {"group": group, "sort": row.sort, "number": row.number, "group_id": row.group_id}


def titles_of(session: Session, ids: set[int]) -> dict[int | None, Translatable]:
    """Return what entries of directories are called; one statement, none for nothing."""
    if not ids:
        return {}
    rows = session.execute(
        select(DirectoryEntry.id, DirectoryEntry.name, DirectoryEntry.titles).where(DirectoryEntry.id.in_(ids))
    )
    return {row.id: _title(row.name, row.titles) for row in rows}


def _title(name: str | None, titles: Any) -> Translatable:
    return "" if name is None else EntryTitle(name, dict(titles or {}))
