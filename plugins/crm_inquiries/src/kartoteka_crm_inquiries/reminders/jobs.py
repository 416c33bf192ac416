"""The jobs of reminders, what users choose about them, and who is asked."""

from __future__ import annotations

from kartoteka.api.db import Session
from kartoteka.api.declare import Job, NotificationType, RunningJob, Schedule
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import VIEW, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.reminders import rules, service

_ = Texts("crm_inquiries")
WAYS = ("notifications.email", "notifications.push")


def remind(session: Session, job: RunningJob) -> None:
    """Remind of what is due, page by page, first of what begins and then of what must be done."""
    sort, after = job.checkpoint.get("sort", rules.START), job.checkpoint.get("after", 0)
    told, after = service.remind_of_activities(session, sort, after)
    job.report((job.done or 0) + told)
    if after == 0 and sort == rules.START:
        sort, after = rules.DUE, 0
    elif after == 0:
        job.finish(_.plural("%(count)s reminder", "%(count)s reminders", job.done or 0))
        return
    job.checkpoint |= {"sort": sort, "after": after}
    job.again()


def remind_of_still(session: Session, job: RunningJob) -> None:
    """Remind of inquiries that stand still, page by page."""
    told, after = service.remind_of_inquiries(session, job.checkpoint.get("after", 0))
    job.report((job.done or 0) + told)
    if after:
        job.checkpoint |= {"after": after}
        job.again()
        return
    job.finish(_.plural("%(count)s reminder", "%(count)s reminders", job.done or 0))


def forget(session: Session, job: RunningJob) -> None:
    """Forget old reminders."""
    service.forget_reminded(session)


JOBS = [
    Job(name="remind", title=_("Remind of activities"), run=remind),
    Job(name="remind_of_still", title=_("Remind of inquiries that stand still"), run=remind_of_still),
    Job(name="forget_reminders", title=_("Forget old reminders"), run=forget),
]
SCHEDULES = [
    Schedule(job="crm_inquiries.remind", cron="* * * * *", title=_("Every minute")),
    Schedule(job="crm_inquiries.remind_of_still", cron="*/15 * * * *", title=_("Every quarter of an hour")),
    Schedule(job="crm_inquiries.forget_reminders", cron="35 3 * * *", title=_("Every night")),
]
NOTIFICATION_TYPES = [
    NotificationType(
        name="reminder",
        title=_("Reminders of activities"),
        description=_("Ahead of an activity or its deadline, by the lead time that is set in it."),
        icon="alarm",
        permission=VIEW_ACTIVITIES,
        channels=WAYS,
    ),
    NotificationType(
        name="urgent_reminder",
        title=_("Reminders of critical activities"),
        description=_("The same for activities of critical importance; quiet hours don't hold them up."),
        icon="alarm",
        permission=VIEW_ACTIVITIES,
        channels=WAYS,
        urgent=True,
    ),
    NotificationType(
        name="still",
        title=_("Inquiries that stand still"),
        description=_("When nothing was done about one of your open inquiries for some days, or nothing is planned."),
        icon="clock",
        permission=VIEW,
        channels=("notifications.email",),
    ),
]
