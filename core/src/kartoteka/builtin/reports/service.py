"""Planning reports to be sent by mail, and sending them as the user who planned them sees them (X-32)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import select

from kartoteka.builtin.jobs.service import enqueue
from kartoteka.builtin.mail.service import send_mail
from kartoteka.builtin.reports.asking import Asked, ask
from kartoteka.builtin.reports.attaching import attached
from kartoteka.builtin.reports.models import Every, ReportSchedule
from kartoteka.builtin.reports.planning import next_due
from kartoteka.db.audit import audit
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system, find, reading
from kartoteka.extension.dispatch import find_report
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Problem, Refused
from kartoteka.vocabulary.mail import AttachedFile, MailDraft
from kartoteka.vocabulary.message import text as _

SEND = "reports.send"
FILES = ("pdf", "xlsx", "csv")
MOST_PLANNED = 50
AT_ONCE = 200


def plan_report(
    session: Session,
    report: str,
    params: Mapping[str, list[str]],
    *,
    file: str,
    every: str,
    hour: int,
    address: str,
    zone: ZoneInfo,
) -> ReportSchedule:
    """Let a report be sent by mail again and again; raises NotFound without the right to it, and InvalidInput.

    ``params`` are the parts of the address of the report that were typed; the others have their defaults each time.
    """
    user_id = actor_of(session).user_id
    if user_id is None or find_report(session, report) is None:
        raise NotFound
    if file not in FILES or every not in set(Every) or not 0 <= hour <= 23:
        raise InvalidInput({"every": _("Choose one of the values offered.")})
    if len(own_plans(session)) >= MOST_PLANNED:
        raise Refused(_("You already have %(count)s scheduled reports. Delete one first.", count=MOST_PLANNED))
    plan = ReportSchedule(
        user_id=user_id,
        report=report,
        params=dict(params),
        file=file,
        every=every,
        hour=hour,
        address=address,
        due_at=next_due(every, hour, zone, utc_now()),
    )
    session.add(plan)
    session.flush()
    audit(session, "report.planned", subject=report, facts={"report": report, "file": file})
    return plan


def own_plans(session: Session) -> list[ReportSchedule]:
    """Return the reports that the actor has planned."""
    mine = select(ReportSchedule).where(ReportSchedule.user_id == actor_of(session).user_id)
    return list(session.scalars(mine.order_by(ReportSchedule.id)))


def delete_plan(session: Session, plan_id: int) -> None:
    """Send a report no more; raises NotFound for one that somebody else has planned."""
    session.delete(find(session, ReportSchedule, plan_id))


def enqueue_due(session: Session, zone_of: Mapping[int, str], fallback: str) -> int:
    """Ask for a job for each report that is due, on behalf of whoever planned it; return how many.

    After a time without workers a report is sent once, late, and next at its usual time.
    """
    now = utc_now()
    with as_system(session, reason="planned reports that are due"):
        due = session.scalars(
            select(ReportSchedule).where(ReportSchedule.due_at <= now).order_by(ReportSchedule.due_at).limit(AT_ONCE)
        ).all()
        for plan in due:
            key = f"report:{plan.id}:{plan.due_at.isoformat()}"
            title = _("Send a report by e-mail")
            enqueue(session, SEND, {"plan": plan.id}, title=title, dedup=key, on_behalf_of=plan.user_id)
            zone = ZoneInfo(zone_of.get(plan.user_id) or fallback)
            plan.due_at = next_due(plan.every, plan.hour, zone, now)
        session.flush()
    return len(due)


def make_planned(plan_id: int) -> AttachedFile | Problem:
    """Return the file of a planned report with the actor's rights of today, or what stops it; no transaction is open.

    Raises NotFound for a report that somebody else has planned.
    """
    with reading() as session:
        plan = find(session, ReportSchedule, plan_id)
        report, params, file = find_report(session, plan.report), plan.params, plan.file
    if report is None:
        return Refused(_("You may not see this report any more, or its module is off."))
    asked: Asked = ask(report, params)
    if not asked.is_sound:
        return Refused(_("The parameters of the report are no longer valid. Schedule it again."))
    try:
        return attached(asked, file)
    except Problem as problem:
        return problem


def send_planned(session: Session, plan_id: int, made: AttachedFile | Problem) -> bool:
    """Send what `make_planned` made; what stops it is kept beside the plan. False when stopped."""
    plan = find(session, ReportSchedule, plan_id)
    try:
        if isinstance(made, Problem):
            raise made
        with session.begin_nested():
            _send(session, plan, made)
    except Problem as problem:
        plan.problem = problem.message
        return False
    plan.problem, plan.sent_at = None, utc_now()
    return True


def _send(session: Session, plan: ReportSchedule, file: AttachedFile) -> None:
    report = find_report(session, plan.report)
    if report is None:
        raise Refused(_("You may not see this report any more, or its module is off."))
    draft = MailDraft(
        to=tuple(filter(None, re.split(r"[,;\s]+", plan.address))),
        subject=str(report.title),
        text=str(_("%(title)s: your scheduled report is attached.", title=report.title)),
        attachments=(file,),
        headers={"Auto-Submitted": "auto-generated"},
    )
    send_mail(session, draft)
    audit(session, "report.sent", subject=plan.report, facts={"report": plan.report, "file": plan.file})
