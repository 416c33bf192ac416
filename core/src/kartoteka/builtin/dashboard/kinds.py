"""Notices as records: what the change log says about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.builtin.dashboard.models import Notice, for_reader
from kartoteka.builtin.dashboard.rights import MANAGE_NOTICES
from kartoteka.builtin.dashboard.service import NOTICE
from kartoteka.builtin.users.queries import list_departments
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary


def notice_url(id: int) -> str:
    return f"/dashboard/notices/{id}"


def summarise_notices(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    rows = session.execute(select(Notice.id, Notice.title, Notice.state).where(Notice.id.in_(ids)))
    return {
        row.id: RecordSummary(RecordRef(NOTICE, row.id), title=row.title, url=notice_url(row.id), state=row.state)
        for row in rows
    }


def choose_departments(session: Session) -> list[Choice]:
    return [Choice(str(one.id), one.name) for one in list_departments(session)]


KINDS = [
    RecordKind(
        kind=NOTICE,
        title=_("Notice"),
        plural_title=_("Notices"),
        icon="speakerphone",
        model=Notice,
        permission=MANAGE_NOTICES,
        change_permission=MANAGE_NOTICES,
        scope=for_reader,
        fields=(
            Field(name="title", title=_("Title"), type=FieldType.LINE, required=True),
            Field(name="text", title=_("Text"), type=FieldType.BLOCK),
            Field(name="important", title=_("Important"), type=FieldType.YES_NO),
            Field(name="valid_from", title=_("Shown from"), type=FieldType.DATE, required=True),
            Field(name="valid_until", title=_("Shown until"), type=FieldType.DATE),
            Field(name="department_id", title=_("For"), type=FieldType.CHOICE, choices=choose_departments),
            Field(name="author_id", title=_("Posted by"), type=FieldType.USER),
            Field(name="state", title=_("State"), type=FieldType.LINE),
        ),
        summarise=summarise_notices,
        url=notice_url,
    )
]
