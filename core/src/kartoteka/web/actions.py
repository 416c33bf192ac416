"""The one page of all actions: shows the form or the question, then runs the action, or has it run in the background.

What the user was shown and has confirmed is what is worked on. Everything that a list finds is looked up again when it
is confirmed: when other records are found by then, the page asks once more.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, redirect, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from kartoteka.db.session import Session, reading, transaction
from kartoteka.extension.declarations.work import Action, Outcome
from kartoteka.vocabulary.errors import Problem, Refused
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordSummary
from kartoteka.web.blueprint import signed_in
from kartoteka.web.chosen import Chosen, read_chosen
from kartoteka.web.current import current, modules_on, visitor
from kartoteka.web.links import describe_all, url_of
from kartoteka.web.pages import render
from kartoteka.web.security import safe_next
from kartoteka.web.toasts import toast

SHOWN = 20
"""So many of the chosen records are named on the page."""


def install_actions(app: Flask) -> None:
    """Add the page of actions."""
    app.add_url_rule("/actions/<module>/<name>", "show_action", show_action, methods=["GET", "POST"])


@signed_in
def show_action(module: str, name: str) -> Response | str | tuple[str, int]:
    """Ask what the action needs to know (GET) and run it (POST).

    The records are named by ``kind`` and ``id``, or by ``list``, ``where`` and ``everything`` for all that a list
    finds.
    """
    action = _find_action(module, name)
    with reading() as session:
        chosen = read_chosen(session, action)
    back = safe_next(request.values.get("next"), _page_of(chosen) or "/")
    if action.page is not None and chosen.ids and not (action.run is not None and chosen.is_long):
        _demand_sight(chosen)
        return redirect(f"{request.script_root}{action.page(chosen.refs())}", 303)
    form = action.form() if action.form is not None else None
    if request.method == "POST" and (form is None or (_was_shown() and form.validate())):
        answer = _run(action, chosen, form, back)
        if answer is not None:
            return answer
    with reading() as session:
        summaries = _visible(session, action, chosen)
        told = action.foretell(session, list(chosen.ids)) if action.foretell and summaries else ()
    shown = {"action": action, "chosen": chosen, "summaries": summaries, "told": told}
    page = render("shell/action.html", **shown, form=form, back=back)
    return page, 422 if request.method == "POST" and _was_shown() else 200


def _was_shown() -> bool:
    """Tell whether the form of the action was filled in; lists only post the chosen records."""
    return "confirmed" in request.form


def _find_action(module: str, name: str) -> Action:
    action = current().registry.find_action(f"{module}.{name}")
    if action is None or action.module not in modules_on() or not visitor().can(action.permission):
        raise NotFound
    return action


def _page_of(chosen: Chosen) -> str | None:
    return url_of(chosen.refs()[0]) if len(chosen.ids) == 1 else None


def _demand_sight(chosen: Chosen) -> None:
    """Refuse ticked records that the user does not see; the action's own page says whether they suit."""
    if chosen.is_everything:
        return
    with reading() as session:
        if len(describe_all(session, chosen.refs())) != len(chosen.ids):
            raise NotFound


def _visible(session: Session, action: Action, chosen: Chosen) -> list[RecordSummary]:
    """Return the records to name on the page as the user sees them.

    Raises NotFound if a ticked one may not be seen, Refused if one does not suit. Of everything in a list the first
    are named; what does not suit is left out later, and counted.
    """
    refs = chosen.refs(chosen.ids[:SHOWN]) if chosen.is_everything else chosen.refs()
    found = describe_all(session, refs)
    if chosen.is_everything:
        return [found[ref] for ref in refs if ref in found]
    if len(found) != len(refs):
        raise NotFound
    if action.when is not None and not all(action.when(session, ref) for ref in refs):
        raise Refused(_("This cannot be done with the chosen records."))
    return [found[ref] for ref in refs]


def _run(action: Action, chosen: Chosen, form: Any, back: str) -> Response | None:
    """Run the action and return where to go; None to show the page (again)."""
    if not chosen.ids:
        toast(_("Choose at least one record first."), "warning")
        return redirect(back)
    must_ask = action.confirm is not None or chosen.is_everything or chosen.is_long
    if chosen.has_changed or (must_ask and not _was_shown()):
        return None
    data = {} if form is None else (form.values() if hasattr(form, "values") else form.data)
    try:
        start = current().start_action
        if chosen.is_long and start is not None and not action.whole:
            with transaction() as session:
                return redirect(start(session, action, chosen.kind, chosen.ids, data, back))
        return _finish(_run_now(action, chosen, data), back)
    except Problem as problem:
        if form is None or not hasattr(form, "take_problem"):
            raise
        form.take_problem(problem)
        return None


def _run_now(action: Action, chosen: Chosen, data: dict[str, Any]) -> Outcome:
    with transaction(action.title) as session:
        _visible(session, action, chosen)
        refs = chosen.refs()
        if chosen.is_everything:
            found = describe_all(session, refs)
            refs = [one for one in refs if one in found and (action.when is None or action.when(session, one))]
        if left_out := len(chosen.ids) - len(refs):
            toast(_left_out(left_out), "warning")
        if not refs:
            raise Refused(_("This cannot be done with the chosen records."))
        return action.perform(session, visitor().actor, refs, data)


def _left_out(number: int) -> Any:
    return plural_text("One record does not suit and was left out.", "%(count)s records do not suit: left out.", number)


def _finish(outcome: Outcome, back: str) -> Response:
    toast(outcome.message)
    return redirect(safe_next(outcome.url, back))
