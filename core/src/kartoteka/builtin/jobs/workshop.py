"""What a worker needs: the company's database and modules, and who stands behind a job."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from kartoteka.db.actor import Actor
from kartoteka.db.engine import Database
from kartoteka.extension.declarations.work import Job
from kartoteka.extension.registry import Registry

LEASE = timedelta(seconds=15)
"""How long a job is its worker's without a sign of life: after that another one takes it up."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Somebody's rights and language at one state version."""

    actor: Actor
    state_version: int
    language: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """One company as its workers see it; put together by `kartoteka.workers`.

    ``standing_of(user_id)`` reads rights anew and returns None for a user who can't sign in any more;
    ``active_modules()`` are those that are on; ``find_zone()`` is the time zone of schedules;
    ``speaking(language, timezone)`` lets texts be in that language.
    """

    database: Database
    registry: Registry
    find_zone: Callable[[], ZoneInfo]
    standing_of: Callable[[int], Standing | None]
    active_modules: Callable[[], frozenset[str]]
    speaking: Callable[[str | None, str | None], AbstractContextManager[None]]
    lease: timedelta = LEASE

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone, which its administrator may change while workers run."""
        return self.find_zone()

    def names(self) -> tuple[str, ...]:
        """Return the jobs that can be done now: those of modules that are installed and on."""
        active = self.active_modules()
        return tuple(job.key for job in self.registry.jobs if job.module in active)

    def job(self, name: str) -> Job:
        """Return what a module declared as ``module.job``; LookupError when nobody did."""
        job = self.registry.find_job(name)
        if job is None:
            raise LookupError(f"No installed module has the job {name!r}.")
        return job
