"""Pages of operations: the list, one operation with its changes, and undoing it."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.jobs.service import job_url
from kartoteka.builtin.operations import queries, service
from kartoteka.builtin.operations.detail import show_conflicts, show_entries
from kartoteka.builtin.operations.queries import KINDS, Wanted
from kartoteka.builtin.users.queries import known_users
from kartoteka.db.journal.undo import KEPT_DAYS, UndoBlocked, UndoPlan, operation_facts, undone_by
from kartoteka.db.session import Session, reading, transaction
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.errors import NotFound, Problem
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.web.asked import asked_day, asked_id
from kartoteka.web.blueprint import ModuleBlueprint, signed_in
from kartoteka.web.current import current
from kartoteka.web.i18n import current_formats
from kartoteka.web.pages import render
from kartoteka.web.security import safe_next
from kartoteka.web.toasts import toast

blueprint = ModuleBlueprint("operations", __name__)
Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@signed_in
def show_operations() -> Answer:
    """List what was done, the newest first: one's own work, or everybody's for those who may look at it."""
    wanted = _wanted()
    with reading() as session:
        rows, page, count = queries.list_operations(
            session, wanted, request.args.get("page"), secret=current().database.secret
        )
        everybody = queries.sees_everybody(session)
        users = known_users(session) if everybody else []
        titles = _kind_titles(session)
    return render(
        "operations/operations.html",
        rows=rows,
        page=page,
        count=count,
        wanted=wanted,
        users=users,
        everybody=everybody,
        kinds=KINDS,
        kind_titles=titles,
        page_url=_page_url,
        days=KEPT_DAYS,
    )


@blueprint.get("/<int:record_id>")
@signed_in
def show_operation(record_id: int) -> Answer:
    """Show what an operation changed, and whether it can be undone."""
    return _page(record_id, None)


@blueprint.post("/<int:record_id>/undo")
@signed_in
def undo(record_id: int) -> Answer:
    """Undo an operation; with ``rest`` what was changed afterwards is left alone, without it such records are shown."""
    rest_only = "rest" in request.form
    try:
        with reading() as session:
            facts = operation_facts(session, record_id)
        if service.is_large(facts):
            return _undo_in_background(record_id, rest_only=rest_only)
        with transaction() as session:
            made = service.undo(session, record_id, rest_only=rest_only)
    except UndoBlocked as blocked:
        return _page(record_id, blocked.plan), 409
    except NotFound:
        raise
    except Problem as problem:
        toast(problem.message, kind="error")
        return redirect(_back(record_id))
    toast(_("Undone."), url=url_for("operations.show_operation", record_id=made))
    # What the operation had created is gone, and so may be the page that it was undone from, unless that is a list.
    page = url_for("operations.show_operation", record_id=record_id)
    is_list = urlsplit(_back(record_id)).path.endswith("/")
    return redirect(page if facts.counts.get("created") and not is_list else _back(record_id))


def _undo_in_background(number: int, *, rest_only: bool) -> Answer:
    if not rest_only:
        with reading() as session:
            plan = service.preview(session, number)
        if plan.refusal is None and plan.conflict_count:
            raise UndoBlocked(plan)
    with transaction() as session:
        job_id = service.undo_in_background(session, number)
    return redirect(job_url(job_id))


def _page(record_id: int, blocked: UndoPlan | None) -> str:
    after = asked_id("after")
    with reading() as session:
        plan = blocked or service.preview(session, record_id, looks=after is None)
        shown = show_entries(session, record_id, after)
        conflicts = show_conflicts(session, plan.conflicts)
        undone = undone_by(session, [record_id]).get(record_id)
        kinds = service.kind_counts(session, record_id)
        titles = _kind_titles(session)
    return render(
        "operations/operation.html",
        operation=plan.operation,
        plan=plan,
        shown=shown,
        conflicts=conflicts,
        undone=undone,
        after=after,
        kinds=kinds,
        kind_titles=titles,
        is_large=service.is_large(plan.operation),
        is_unseen=service.is_too_large_to_look_through(plan.operation),
        back=_back(record_id),
        days=KEPT_DAYS,
    )


def _kind_titles(session: Session) -> Mapping[str, Message]:
    return {kind.kind: kind.plural_title for kind in extension_of(session).registry.record_kinds}


def _wanted() -> Wanted:
    kind = request.args.get("kind", "")
    return Wanted(
        user_id=asked_id("user"),
        kind=kind if kind in KINDS else None,
        since=asked_day("since"),
        until=asked_day("until"),
        zone=current_formats().zone,
    )


def _page_url(cursor: str | None) -> str:
    kept = {name: value for name in ("user", "kind", "since", "until") if (value := request.args.get(name))}
    return url_for("operations.show_operations", **kept, page=cursor or None)


def _back(record_id: int) -> str:
    return safe_next(request.form.get("next"), url_for("operations.show_operation", record_id=record_id))
