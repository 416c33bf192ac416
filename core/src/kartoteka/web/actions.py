"""The one page of all actions: shows the form or the question, then runs the action in one transaction."""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, request
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response

from kartoteka.db.session import Session, reading, transaction
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.work import Action, Outcome
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary
from kartoteka.web.blueprint import signed_in
from kartoteka.web.current import current, modules_on, visitor
from kartoteka.web.links import describe_all, url_of
from kartoteka.web.pages import render
from kartoteka.web.security import safe_next
from kartoteka.web.toasts import toast

MOST_RECORDS = 500
_SHOWN = 20


def install_actions(app: Flask) -> None:
    """Add the page of actions."""
    app.add_url_rule("/actions/<module>/<name>", "show_action", show_action, methods=["GET", "POST"])


@signed_in
def show_action(module: str, name: str) -> Response | str | tuple[str, int]:
    """Ask what the action needs to know (GET) and run it (POST) on the records named by ``kind`` and ``id``."""
    action = _find_action(module, name)
    kind = _kind_of(action)
    ids = _ids(action)
    back = safe_next(request.values.get("next"), _page_of(kind, ids) or "/")
    form = action.form() if action.form is not None else None
    if request.method == "POST" and (form is None or (_was_shown() and form.validate())):
        answer = _run(action, kind, ids, form, back)
        if answer is not None:
            return answer
    with reading() as session:
        summaries = _visible(session, action, kind, ids)
    page = render("shell/action.html", action=action, kind=kind, ids=ids, summaries=summaries, form=form, back=back)
    return page, 422 if request.method == "POST" and _was_shown() else 200


def _was_shown() -> bool:
    """Tell whether the form of the action was filled in; lists only post the chosen records."""
    return "confirmed" in request.form


def _find_action(module: str, name: str) -> Action:
    action = current().registry.find_action(f"{module}.{name}")
    if action is None or action.module not in modules_on() or not visitor().can(action.permission):
        raise NotFound
    return action


def _kind_of(action: Action) -> RecordKind:
    name = request.values.get("kind") or action.kinds[0]
    kind = current().registry.find_kind(name) if name in action.kinds else None
    if kind is None or kind.module not in modules_on() or not visitor().can(kind.permission):
        raise NotFound
    return kind


def _ids(action: Action) -> list[int]:
    """Return the ids asked for, each once, in the order given; raises NotFound for what is no id."""
    written = dict.fromkeys(request.values.getlist("id"))
    if not all(one.isascii() and one.isdigit() and len(one) < 10 for one in written):
        raise NotFound
    if len(written) > MOST_RECORDS:
        raise BadRequest
    ids = [int(one) for one in written]
    if not action.bulk and len(ids) != 1:
        raise NotFound
    return ids


def _page_of(kind: RecordKind, ids: list[int]) -> str | None:
    return url_of(RecordRef(kind.kind, ids[0])) if len(ids) == 1 else None


def _visible(session: Session, action: Action, kind: RecordKind, ids: list[int]) -> list[RecordSummary]:
    """Return the records as the user sees them; raises NotFound if one of them may not be seen or does not suit."""
    refs = [RecordRef(kind.kind, number) for number in ids]
    found = describe_all(session, refs)
    if len(found) != len(refs):
        raise NotFound
    if action.when is not None and not all(action.when(session, ref) for ref in refs):
        raise Problem(_("This cannot be done with the chosen records."))
    return [found[ref] for ref in refs]


def _run(action: Action, kind: RecordKind, ids: list[int], form: Any, back: str) -> Response | None:
    if not ids:
        toast(_("Choose at least one record first."), "warning")
        return redirect(back)
    if action.confirm is not None and not _was_shown():
        return None
    data = {} if form is None else (form.values() if hasattr(form, "values") else form.data)
    try:
        with transaction(action.title) as session:
            _visible(session, action, kind, ids)
            outcome = action.run(session, visitor().actor, [RecordRef(kind.kind, number) for number in ids], data)
    except Problem as problem:
        if form is None or not hasattr(form, "take_problem"):
            raise
        form.take_problem(problem)
        return None
    return _finish(outcome, back)


def _finish(outcome: Outcome, back: str) -> Response:
    toast(outcome.message)
    return redirect(safe_next(outcome.url, back))
