"""Pages of the assistant: one step a page, everything saved at the end, in one transaction."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.assistant.begun import Begun, begun_client
from kartoteka.builtin.clients.assistant.service import StepRefused, enter_client
from kartoteka.builtin.clients.assistant.steps import WHO, Assistant, Step
from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.checking import COMPANY_ONLY, PERSON_ONLY
from kartoteka.builtin.clients.duplicates import KnownDuplicate, describe_duplicates, probe_for
from kartoteka.builtin.clients.fields import CREATE
from kartoteka.db.session import reading, transaction
from kartoteka.extension.dispatch import client_steps, find_duplicates
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.current import current, visitor
from kartoteka.web.i18n import today
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
NEXT, BACK, SAVE = "next", "back", "save"


@blueprint.route("/assistant", methods=["GET", "POST"])
@require(CREATE)
def assist() -> Answer:
    """Enter a client step by step, beginning with a company of the directory or of a register (CL-43, CL-40)."""
    begun = begun_client()
    with reading() as session:
        assistant = Assistant(visitor().actor, client_steps(session), begun.values, begun.known)
    if request.method != "POST":
        return _show(assistant, assistant.steps[0], begun)
    step, do = assistant.find(request.form.get("step", WHO)), request.form.get("do", SAVE)
    if do == BACK:
        return _show(assistant, assistant.after(step, -1), begun)
    if do == NEXT:
        return _go_on(assistant, step, begun)
    return _save(assistant, step, begun)


def _go_on(assistant: Assistant, step: Step, begun: Begun) -> Answer:
    duplicates = _duplicates(assistant) if step.name == WHO else []
    if not assistant.is_sound(step):
        return _show(assistant, step, begun, duplicates, status=422)
    if _must_look(assistant, duplicates):
        return _show(assistant, step, begun, duplicates, status=422)
    return _show(assistant, assistant.after(step), begun)


def _save(assistant: Assistant, step: Step, begun: Begun) -> Answer:
    unsound = assistant.first_unsound()
    duplicates = _duplicates(assistant)
    if unsound is not None or _must_look(assistant, duplicates):
        return _show(assistant, unsound or assistant.steps[0], begun, duplicates, status=422)
    steps = [(one.declared, one.name, one.form.values()) for one in assistant.filled() if one.declared]
    try:
        with transaction(_("Client added")) as session:
            values = {**assistant.values(), "registered_on": today()}
            client = enter_client(session, values, steps, accept_duplicates=_accepted(assistant))
    except StepRefused as refused:
        step = assistant.find(refused.name)
        step.form.take_problem(refused.problem)
    except Problem as problem:
        assistant.form.take_problem(problem)
        step = next((one for one in assistant.steps if any(field.errors for field in one.fields)), assistant.steps[0])
    else:
        toast(_("%(name)s is saved as %(number)s.", name=client.name, number=client.number))
        return redirect(url_for("clients.show_client", record_id=client.id))
    return _show(assistant, step, begun, duplicates, status=422)


def _duplicates(assistant: Assistant) -> list[KnownDuplicate]:
    with reading() as session:
        return describe_duplicates(session, find_duplicates(session, probe_for(assistant.values(), None)))


def _accepted(assistant: Assistant) -> bool:
    return bool(assistant.form.accept_duplicates.data)


def _must_look(assistant: Assistant, duplicates: list[KnownDuplicate]) -> bool:
    return any(one.is_likely for one in duplicates) and not _accepted(assistant)


def _show(
    assistant: Assistant,
    step: Step,
    begun: Begun,
    duplicates: list[KnownDuplicate] | None = None,
    *,
    status: int = 200,
) -> Answer:
    with reading() as session:
        assistant.form.offer(session, current().config.country)  # type: ignore[attr-defined]
    page = render(
        "clients/assistant.html",
        assistant=assistant,
        step=step,
        begun=begun,
        duplicates=duplicates or [],
        may_accept=True,
        accepted=_accepted(assistant),
        company_only=COMPANY_ONLY,
        person_only=PERSON_ONLY,
    )
    return page, status
