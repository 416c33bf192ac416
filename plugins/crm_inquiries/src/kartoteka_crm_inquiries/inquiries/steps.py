"""Which stages an inquiry has been at, since when and until when: what funnels are counted from (IN-47)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kartoteka.api.db import Actor, Model, Reach, Record, Session, actor_of, utc_now
from kartoteka.api.db import client_id as to_client
from kartoteka.api.declare import Field, FieldType, OwnedByClientOr, RecordKind
from kartoteka.api.records import RecordRef, RecordSummary
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import EDIT, STAGE_STEP, VIEW
from kartoteka_crm_inquiries.processes.models import Stage

_ = Texts("crm_inquiries")


def _of_own_inquiries(actor: Actor) -> ColumnElement[bool] | None:
    """Rule for steps beside those of the actor's clients: of inquiries that are his own."""
    if actor.reach is Reach.ALL:
        return None
    return StageStep.inquiry_id.in_(select(Inquiry.__table__.c.id).where(Inquiry.manager_id == actor.user_id))


class StageStep(Record, Model):
    """The time that an inquiry spent at a stage; the one without ``until`` is where it is now.

    ``user_id`` brought it there.
    """

    __tablename__ = "crm_inquiries_stage_step"

    inquiry_id: Mapped[int] = mapped_column(ForeignKey("crm_inquiries_inquiry.id", ondelete="CASCADE"))
    client_id: Mapped[int] = to_client()
    stage_id: Mapped[int] = mapped_column(ForeignKey("crm_inquiries_stage.id", ondelete="RESTRICT"))
    since: Mapped[datetime] = mapped_column(default=utc_now)
    until: Mapped[datetime | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    inquiry: Mapped[Inquiry] = relationship(lambda: Inquiry, lazy="raise")

    __table_args__ = (
        Index("ix_crm_inquiries_stage_step_of_inquiry", "inquiry_id", "since", "id"),
        Index("ix_crm_inquiries_stage_step_by_stage", "stage_id", "inquiry_id"),
    )


def first_step(session: Session, inquiry: Inquiry) -> StageStep:
    """Return the step that an inquiry begins with when it is registered."""
    step = StageStep(inquiry=inquiry, client_id=inquiry.client_id, stage_id=inquiry.stage_id)
    step.since, step.user_id = inquiry.stage_since or utc_now(), actor_of(session).user_id
    return step


def note_stage(session: Session, inquiry: Inquiry) -> None:
    """Keep the steps of an inquiry: the last one is the stage that it is at now.

    Called by whoever moves an inquiry, after that; nothing changes when it stayed where it was.
    """
    last = session.scalar(
        select(StageStep)
        .where(StageStep.inquiry_id == inquiry.id, StageStep.until.is_(None))
        .order_by(StageStep.since.desc(), StageStep.id.desc())
        .limit(1)
    )
    if last is not None and last.stage_id == inquiry.stage_id:
        return
    step = first_step(session, inquiry)
    if last is not None:
        last.until = max(step.since, last.since)
    session.add(step)
    session.flush()


def summarise_steps(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return which stage each step was; one statement."""
    rows = session.execute(
        select(StageStep.id, StageStep.inquiry_id, Stage.name)
        .join(Stage, Stage.id == StageStep.stage_id)
        .where(StageStep.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(STAGE_STEP, row.id), title=row.name, url=f"/crm_inquiries/inquiries/{row.inquiry_id}"
        )
        for row in rows
    }


def step_url(id: int) -> str:
    """Return the address that leads to the inquiry of a step."""
    return f"/crm_inquiries/steps/{id}"


STEP_FIELDS = (
    Field(name="since", title=_("Since"), type=FieldType.DATETIME),
    Field(name="until", title=_("Until"), type=FieldType.DATETIME),
)
STEP_KIND = RecordKind(
    kind=STAGE_STEP,
    title=_("Step of an inquiry"),
    plural_title=_("Steps of inquiries"),
    icon="timeline",
    model=StageStep,
    permission=VIEW,
    scope=OwnedByClientOr(others=_of_own_inquiries),
    client_column="client_id",
    change_permission=EDIT,
    fields=STEP_FIELDS,
    summarise=summarise_steps,
    url=step_url,
)


def reached_stage(record_id: ColumnElement[int], stage_ids: Sequence[Any]) -> ColumnElement[bool]:
    """Return the condition for inquiries that have been at one of these stages."""
    wanted = [int(one) for one in stage_ids if str(one).isascii() and str(one).isdigit() and len(str(one)) < 10]
    return record_id.in_(select(StageStep.inquiry_id).where(StageStep.stage_id.in_(wanted)))
