"""Use case: bring the relationship with a client to another stage. Services never commit."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import add_record, apply_changes, client_to_write
from kartoteka.api.db import Session, actor_of, update_rows
from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts
from kartoteka.api.values import day as read_day
from kartoteka.api.values import entry_of, read_values
from kartoteka_crm_clients.fields import EDIT
from kartoteka_crm_clients.stages.fields import STAGE, STAGES
from kartoteka_crm_clients.stages.models import Stage

_ = Texts("crm_clients")


def set_stage(session: Session, client_id: int, stage_id: Any, since: Any, *, today: date) -> Stage | None:
    """Say that a client has been at a stage since a day; None when it is there already.

    The stage before ends on that day. Raises NotFound, Forbidden, Refused, and InvalidInput naming the field.
    """
    client = client_to_write(session, client_id, EDIT)
    readers = {"stage_id": entry_of(session, STAGES), "since": read_day}
    values = read_values({"stage_id": stage_id, "since": since or today}, readers)
    if values["stage_id"] is None:
        raise InvalidInput({"stage_id": _("Choose a stage.")})
    if values["since"] > today:
        raise InvalidInput({"since": _("This day is still to come.")})
    present = session.scalars(
        select(Stage).where(Stage.client_id == client.id, Stage.until.is_(None)).order_by(Stage.id.desc()).limit(1)
    ).one_or_none()
    if present is not None:
        if present.stage_id == values["stage_id"]:
            return None
        if values["since"] < present.since:
            raise InvalidInput({"since": _("The present stage began later. Choose a day after that.")})
        apply_changes(session, present, STAGE, {"until": values["since"]})
    return add_record(session, Stage(client_id=client.id, user_id=actor_of(session).user_id, **values), STAGE)


def join_stages(session: Session, kept_id: int) -> None:
    """Put the stages of merged clients behind each other, so that one of them is the present one."""
    rows = session.scalars(select(Stage).where(Stage.client_id == kept_id).order_by(Stage.since, Stage.id)).all()
    ends = [row.since for row in rows[1:]] + [None] if rows else []
    changes = {row.id: {"until": end} for row, end in zip(rows, ends, strict=True) if row.until != end}
    update_rows(session, Stage, changes)
