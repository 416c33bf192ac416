"""Pages of jobs: the list, and one job with how far it is."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.jobs import queries, service
from kartoteka.builtin.jobs.models import MANAGE
from kartoteka.builtin.jobs.wording import STATES, progress_of, rate_of, time_left_of, waits_for
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import ModuleBlueprint, signed_in
from kartoteka.web.current import current, modules_on, visitor
from kartoteka.web.pages import is_fragment, render
from kartoteka.web.toasts import toast

blueprint = ModuleBlueprint("jobs", __name__)
Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@signed_in
def show_jobs() -> Answer:
    """List the visitor's jobs, or everybody's for those who manage them, the newest first."""
    unfinished = request.args.get("show") == "unfinished"
    with reading() as session:
        jobs = queries.list_jobs(session, before=asked_id("before"), unfinished=unfinished)
    more = jobs[queries.PAGE - 1].id if len(jobs) > queries.PAGE else None
    return render(
        "jobs/jobs.html",
        jobs=jobs[: queries.PAGE],
        older=more,
        unfinished=unfinished,
        everybody=visitor().can(MANAGE),
        states=STATES,
        progress_of=progress_of,
    )


@blueprint.get("/<int:record_id>")
@signed_in
def show_job(record_id: int) -> Answer:
    """Show how far a job is; the part that changes is asked for again while it is unfinished."""
    with reading() as session:
        job = queries.view_job(session, record_id)
    state, colour = STATES[job.state]
    known = current().registry.find_job(job.name)
    is_on = known is not None and known.module in modules_on()
    return render(
        "jobs/progress.html" if is_fragment() else "jobs/job.html",
        job=job,
        state=state,
        colour=colour,
        facts=[fact for fact in (progress_of(job), rate_of(job), time_left_of(job)) if fact is not None],
        waits_for=waits_for(job, is_installed=known is not None, is_on=is_on),
    )


@blueprint.post("/<int:record_id>/cancel")
@signed_in
def cancel_job(record_id: int) -> Answer:
    """Stop a job."""
    try:
        with transaction() as session:
            stopped = service.cancel_job(session, record_id)
    except Refused as problem:
        toast(problem.message, kind="error")
    else:
        toast(_("The job is stopped.") if stopped else _("The job stops after the step it is doing."), kind="info")
    return redirect(url_for("jobs.show_job", record_id=record_id))


@blueprint.post("/<int:record_id>/retry")
@signed_in
def retry_job(record_id: int) -> Answer:
    """Let a job that failed or was stopped go on."""
    try:
        with transaction() as session:
            service.retry_job(session, record_id)
    except Refused as problem:
        toast(problem.message, kind="error")
    else:
        toast(_("The job goes on where it was."), kind="info")
    return redirect(url_for("jobs.show_job", record_id=record_id))
