"""The job that makes search texts anew: those for readers without the right to see confidential fields."""

from __future__ import annotations

from kartoteka.builtin.access.service import when_marked
from kartoteka.builtin.jobs.service import enqueue
from kartoteka.db.search import renew_search_texts
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Job, RunningJob
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _

JOB = "search.renew"
_AT_ONCE = 200


def renew(session: Session, job: RunningJob) -> None:
    """Make some of the search texts of a record kind anew, and ask for another step while there are more."""
    rule = next((one for one in session.database.search if one.kind == job.payload["kind"]), None)
    done, last = job.checkpoint.get("done", 0), job.checkpoint.get("last", 0)
    while rule is not None and last is not None and not job.time_is_up:
        number, last = renew_search_texts(session, rule, after=last, limit=_AT_ONCE)
        done += number
    job.checkpoint.update(done=done, last=last)
    job.report(done)
    if rule is not None and last is not None:
        job.again()
        return
    job.finish(plural_text("%(count)s search text rebuilt", "%(count)s search texts rebuilt", done))


def renew_marked(session: Session, kind: str) -> None:
    """Have the open texts of a kind written when other fields of it are confidential from now on.

    Until the job is done whoever lacks the right finds less, never more.
    """
    if any(rule.kind == kind for rule in session.database.search):
        enqueue(session, JOB, {"kind": kind}, title=_("Search without confidential fields"))


when_marked.append(renew_marked)
JOBS = [Job(name="renew", title=_("Rebuild search texts"), run=renew)]
