"""Turns schedules into jobs: each moment once, however many workers look at the clock."""

from __future__ import annotations

import logging
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from kartoteka.builtin.jobs.claiming import WORKER
from kartoteka.builtin.jobs.models import ScheduleMark
from kartoteka.builtin.jobs.service import insert_job
from kartoteka.builtin.jobs.workshop import Workshop
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session
from kartoteka.extension.cron import latest_moment
from kartoteka.extension.declarations.work import Schedule

log = logging.getLogger("kartoteka.jobs")


class Timetable:
    """The schedules of one company as one worker sees them.

    A schedule begins with the first look that any worker takes at it: moments before that are not made up for. Later
    ones that nobody was there for are: late, and the latest only. Those of a module that is off are skipped.
    """

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self._looked: datetime | None = None
        self._dealt_with: dict[str, datetime] = {}

    def look(self) -> list[int]:
        """Ask for the jobs whose moment has come since the last look; returns their ids."""
        now = utc_now()
        minute = now.replace(second=0, microsecond=0)
        if minute == self._looked:
            return []
        self._looked = minute
        active = self.workshop.active_modules()
        asked = [self._deal_with(schedule, now, active) for schedule in self.workshop.registry.schedules]
        return [job_id for job_id in asked if job_id is not None]

    def _deal_with(self, schedule: Schedule, now: datetime, active: frozenset[str]) -> int | None:
        moment = latest_moment(schedule.cron, now, self.workshop.zone)
        if self._dealt_with.get(schedule.key) == moment:
            return None
        with self.workshop.database.transaction(WORKER) as session:
            is_ours = _take_moment(session, schedule.key, moment)
            job_id = self._ask(session, schedule, moment) if is_ours and schedule.module in active else None
        self._dealt_with[schedule.key] = moment
        return job_id

    def _ask(self, session: Session, schedule: Schedule, moment: datetime) -> int | None:
        job = self.workshop.job(schedule.job)
        slot = moment.strftime("%Y-%m-%dT%H:%MZ")
        return insert_job(
            session, {"name": schedule.job, "title": job.title, "payload": {}, "dedup": f"{schedule.job}@{slot}"}
        )


def _take_moment(session: Session, name: str, moment: datetime) -> bool:
    """Say whether it falls to this worker to do what is due at a moment of a schedule."""
    marks = select(ScheduleMark.moment).where(ScheduleMark.name == name)
    if session.scalar(marks) is None:
        make = sqlite.insert if session.database.is_sqlite else postgresql.insert
        session.execute(make(ScheduleMark).values(name=name, moment=moment).on_conflict_do_nothing())
        return False
    later = update(ScheduleMark).where(ScheduleMark.name == name, ScheduleMark.moment < moment)
    done = session.execute(later.values(moment=moment), execution_options={"synchronize_session": False})
    return bool(done.rowcount)
