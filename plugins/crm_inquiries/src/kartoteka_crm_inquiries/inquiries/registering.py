"""Use case of registering: an inquiry, order or tender with its number, stage and next action. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client, client_of, client_to_write, create_client
from kartoteka.api.db import Session, actor_of, demand, utc_now
from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts
from kartoteka.api.values import read_values
from kartoteka.api.work import Draw, next_of_each
from kartoteka_crm_inquiries.activities.next_action import NextStep
from kartoteka_crm_inquiries.inquiries.answering import answer_deadline
from kartoteka_crm_inquiries.inquiries.assigning import choose_manager, working_manager
from kartoteka_crm_inquiries.inquiries.items import name_items
from kartoteka_crm_inquiries.inquiries.models import Inquiry, InquiryLine
from kartoteka_crm_inquiries.inquiries.planning import plan_next
from kartoteka_crm_inquiries.inquiries.reading import read_lines, readers
from kartoteka_crm_inquiries.inquiries.reminding import remind_of_deadline
from kartoteka_crm_inquiries.inquiries.rules import INQUIRY_SORT, SERIES
from kartoteka_crm_inquiries.inquiries.selling import demand_sale
from kartoteka_crm_inquiries.inquiries.steps import first_step
from kartoteka_crm_inquiries.naming import ACTIVITY_MASK, ACTIVITY_SERIES, ASSIGN, EDIT
from kartoteka_crm_inquiries.processes.models import Process, Stage
from kartoteka_crm_inquiries.processes.queries import beginning_of, first_stage, stages_of
from kartoteka_crm_inquiries.processes.service import ensure_processes
from kartoteka_crm_inquiries.projects.service import check_project

_ = Texts("crm_inquiries")


def register_inquiry(
    session: Session, values: Mapping[str, Any], next_step: NextStep, *, came_in: bool = False
) -> Inquiry:
    """Register an inquiry, order or tender with its number, stage and next action (IN-01, IN-03, IN-04).

    ``values`` are by column; ``lines`` are rows of text, quantity and unit. Instead of ``client_id`` there may be
    ``new_client``, the values of a potential client, and ``accept_duplicates`` for one that resembles another.
    ``came_in`` says that nobody sits before a form: without ``manager_id`` it is the client's own manager's (CL-50).
    Raises InvalidInput naming the field, PossibleDuplicate, Forbidden and NotFound.
    """
    given = dict(values)
    lines = read_lines(given.pop("lines", None) or ())
    name_items(session, lines)
    sort = _sort(given.pop("sort", INQUIRY_SORT))
    new_client, accepted = given.pop("new_client", None), bool(given.pop("accept_duplicates", False))
    stage_id = given.pop("stage_id", None)
    given.setdefault("subject", "")
    checked = read_values(given, {**readers(session), "client_id": client_of(session, EDIT)})
    client = checked.pop("client_id", None) or _new_client(session, new_client, accepted)
    check_project(session, checked.get("project_id"), client.id)
    demand_sale(session, sort, client.id, checked)
    stage, process = _stage(session, sort, checked.pop("process_id", None), stage_id)
    manager_id = _manager(session, checked, client if came_in else None)
    manager_id = manager_id or choose_manager(session, client, sort, checked.get("source_id"))
    checked |= {"client_id": client.id, "manager_id": manager_id}
    checked["received_at"] = checked.get("received_at") or utc_now()
    if process is None or process.answer_hours:
        checked["answer_by"] = answer_deadline(session, stage.process_id, checked["received_at"])
    inquiry = Inquiry(sort=sort, **checked, process_id=stage.process_id, stage_id=stage.id)
    inquiry.number, first_number = next_of_each(
        session,
        Draw(*SERIES[sort], checked["received_at"].date()),
        Draw(ACTIVITY_SERIES, ACTIVITY_MASK, utc_now().date()),
    )
    # All of it goes into the database at once.
    with session.no_autoflush:
        session.add_all([first_step(session, inquiry), *_new_lines(inquiry, lines)])
        plan_next(session, inquiry, next_step, first_number)
    remind_of_deadline(session, inquiry)
    return inquiry


def demand_assigning(session: Session, user_id: int | None) -> None:
    """Raise Forbidden for who gives work to somebody else, or takes it from him, without the right to."""
    if user_id != actor_of(session).user_id:
        demand(session, ASSIGN)


def _sort(given: Any) -> str:
    if given not in SERIES:
        raise InvalidInput({"sort": _("Say whether this is an inquiry, an order or a tender.")})
    return str(given)


def _new_client(session: Session, new: Mapping[str, Any] | None, accepted: bool) -> Client:
    if not new or not str(new.get("name") or "").strip():
        raise InvalidInput({"client_id": _("Choose a client, or write who asks.")})
    return client_to_write(session, create_client(session, new, accept_duplicates=accepted).id, EDIT)


def _stage(session: Session, sort: str, process_id: int | None, stage_id: Any) -> tuple[Stage, Process | None]:
    """Return the stage to begin at, with its process where that has been read along."""
    if stage_id in (None, "") and process_id is None:
        found = beginning_of(session, sort)
        if found is not None:
            return found
    ensure_processes(session)
    if stage_id not in (None, ""):
        stage = session.scalar(select(Stage).where(Stage.id == int(stage_id), Stage.outcome == ""))
        if stage is None:
            raise InvalidInput({"stage_id": _("Choose an open stage.")})
        return stage, None
    if process_id is None:
        return first_stage(session, sort), None
    open_stages = [stage for stage in stages_of(session, process_id) if not stage.outcome]
    if not open_stages:
        raise InvalidInput({"process_id": _("This process has no open stage.")})
    return open_stages[0], None


def _manager(session: Session, checked: Mapping[str, Any], sender: Client | None) -> int | None:
    """Return who answers for a new inquiry: who is named, even nobody, or else who registers it.

    What came in goes to the manager of its sender first.
    """
    if "manager_id" not in checked:
        own = actor_of(session).user_id
        return own if sender is None else working_manager(session, sender) or own
    wanted: int | None = checked["manager_id"]
    if wanted is not None:
        demand_assigning(session, wanted)
    return wanted


def write_lines(session: Session, inquiry: Inquiry, lines: Sequence[dict[str, Any]]) -> None:
    """Make the lines of an inquiry these, in their order; those that stay keep their row."""
    stored = list(
        session.scalars(
            select(InquiryLine)
            .where(InquiryLine.inquiry_id == inquiry.id)
            .order_by(InquiryLine.position, InquiryLine.id)
        )
    )
    name_items(session, lines, stored)
    session.add_all(_new_lines(inquiry, lines[len(stored) :]))
    for number, values in enumerate(lines[: len(stored)]):
        for name, value in values.items():
            if getattr(stored[number], name) != value:
                setattr(stored[number], name, value)
    for row in stored[len(lines) :]:
        session.delete(row)
    session.flush()


def _new_lines(inquiry: Inquiry, lines: Sequence[Mapping[str, Any]]) -> list[InquiryLine]:
    return [InquiryLine(inquiry=inquiry, client_id=inquiry.client_id, **values) for values in lines]
