"""Pages of data health: the queue, one finding at a time, and the scores."""

from __future__ import annotations

from collections.abc import Sequence

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.health.blueprint import blueprint
from kartoteka.builtin.health.kinds import WORK
from kartoteka.builtin.health.queries import Task, departments, find_check, next_task, offered_checks, scores
from kartoteka.builtin.health.service import fix_finding, skip_finding
from kartoteka.db.session import reading, transaction
from kartoteka.extension.declarations.health import HealthCheck
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Refused
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.web.blueprint import require
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
_LONGEST = 300


@blueprint.get("/")
@require(WORK)
def show_queue() -> Answer:
    """Show what is wrong with one client, and what can be done about it."""
    return _show(_only(), read_id(request.args.get("after")) or 0)


@blueprint.post("/<check>/fix")
@require(WORK)
def fix(check: str) -> Answer:
    """Put a finding right and go on with the next one."""
    key, value = request.form.get("key", "")[:80], request.form.get("value", "")[:_LONGEST]
    try:
        with transaction(_("Client data corrected")) as session:
            finding = fix_finding(session, check, key, value)
    except InvalidInput as problem:
        return _show_again(check, key, next(iter(problem.errors.values()), problem.message), value)
    except Refused as problem:
        return _show_again(check, key, problem.message, value)
    toast(_("Fixed."))
    return _go_on(finding.place)


@blueprint.post("/<check>/skip")
@require(WORK)
def skip(check: str) -> Answer:
    """Say that nothing is wrong and go on with the next finding."""
    with transaction(_("Nothing was wrong with data of a client")) as session:
        finding = skip_finding(session, check, request.form.get("key", "")[:80])
    toast(_("It won't be shown again."))
    return _go_on(finding.place)


@blueprint.get("/scores")
@require(WORK)
def show_scores() -> Answer:
    """Show how healthy the clients of each manager and department are, and how that has changed."""
    with reading() as session:
        found = scores(session)
    return render("health/scores.html", scores=found, departments=departments(found))


def _only() -> str:
    return request.values.get("check", "")[:127]


def _go_on(place: int) -> Response:
    """Lead to the next finding: of all checks the first one that is left, of one check the one behind."""
    only = _only()
    return redirect(url_for("health.show_queue", check=only, after=place - 1) if only else url_for("health.show_queue"))


def _show(only: str, after: int) -> str:
    with reading() as session:
        checks = offered_checks(session)
        if only and not any(check.key == only for check in checks):
            raise NotFound
        task = next_task(session, only, after)
    return _rendered(task, only, checks)


def _show_again(check: str, key: str, problem: Message, value: str) -> tuple[str, int]:
    with reading() as session:
        checks = offered_checks(session)
        known = find_check(session, check)
        finding = known.look(session, key) if known else None
        if known is None or finding is None:
            raise NotFound
        task = Task(known, finding, "")
    return _rendered(task, _only(), checks, problem, value), 422


def _rendered(
    task: Task | None,
    only: str,
    checks: Sequence[HealthCheck],
    problem: Message | None = None,
    typed: str | None = None,
) -> str:
    choices = [(check.key, check.title) for check in checks]
    return render("health/queue.html", task=task, only=only, check_choices=choices, problem=problem, typed=typed)
