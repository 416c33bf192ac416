"""The page on which all work of a user is handed over: what there is, and who gets it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.handover.queries import CLIENT_TABLE, Part, find_parts
from kartoteka.builtin.handover.service import HAND_OVER, start_handover
from kartoteka.builtin.jobs.service import job_url
from kartoteka.builtin.users.queries import User, active_users
from kartoteka.db.session import find, reading
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.web.blueprint import ModuleBlueprint, require
from kartoteka.web.current import visitor
from kartoteka.web.forms import ChoiceField, DateField, Form, UserField, YesNoField
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form

blueprint = ModuleBlueprint("handover", __name__)
Answer = str | Response | tuple[str, int]

FOR_GOOD, FOR_A_TIME = "for_good", "for_a_time"


class HandOverForm(Form):
    """Who gets the work of a user."""

    how = ChoiceField(
        _("What happens"),
        choices=(
            (FOR_GOOD, _("Everything is handed over")),
            (FOR_A_TIME, _("The colleague sees the clients for a time; nothing is handed over")),
        ),
        empty=None,
        default=FOR_GOOD,
    )
    successor = UserField(_("Colleague who gets it"), users=(), required=True, empty=_("Choose somebody"))
    until = DateField(_("Until"), help=_("The last day of the absence; only when nothing changes hands."))
    deactivate = YesNoField(_("Deactivate the user afterwards"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Demand the day for an absence."""
        sound = bool(super().validate(extra_validators))
        if sound and self.how.data == FOR_A_TIME and self.until.data is None:
            self.add_error("until", _("Choose the last day of the absence."))
            return False
        return sound


@blueprint.route("/<int:record_id>", methods=["GET", "POST"])
@require(HAND_OVER)
def hand_over(record_id: int) -> Answer:
    """Show what belongs to a user and hand it over; ``leaving`` asks on the way to deactivating the user."""
    with reading() as session:
        user = find(session, User, record_id)
        parts = find_parts(session, record_id)
        colleagues = [pair for pair in active_users(session) if pair[0] != record_id]
    form, leaving = HandOverForm(), "leaving" in request.args
    form.successor.choices = form.successor._offer(colleagues)  # type: ignore[attr-defined]
    if not visitor().can("users.manage") or not user.active or user.id == visitor().id:
        del form["deactivate"]
    form.fill({"how": FOR_GOOD, "deactivate": leaving})
    others = _others(parts)
    if form.validate_on_submit():
        job_id = save_form(
            form,
            None,
            lambda session: start_handover(session, record_id, _successors(form, parts, others), **_manner(form)),
        )
        if job_id is not None:
            return redirect(job_url(job_id))
    page = render(
        "handover/handover.html",
        form=form,
        user=user,
        parts=parts,
        others=others,
        colleagues=colleagues,
        leaving=leaving and user.active,
        back=url_for("users.show_user", record_id=record_id) if visitor().can("users.manage") else "/",
    )
    return page, 422 if form.is_submitted() else 200


def _others(parts: list[Part]) -> dict[str, int]:
    """Return who was chosen for single parts, by key; 0 for nobody in particular."""
    found = {}
    for part in parts:
        found[part.key] = read_id(request.form.get(f"part.{part.key}")) or 0
    return found


def _successors(form: Any, parts: list[Part], others: dict[str, int]) -> dict[str, int]:
    """Return who gets each part; for an absence clients alone are shared."""
    wanted = {part.key: others[part.key] or form.successor.data for part in parts if part.number}
    if form.how.data == FOR_GOOD:
        return wanted
    return {part.key: wanted[part.key] for part in parts if part.table == CLIENT_TABLE and part.key in wanted}


def _manner(form: Any) -> dict[str, Any]:
    if form.how.data == FOR_A_TIME:
        return {"until": form.until.data}
    return {"deactivate": "deactivate" in form and bool(form.deactivate.data)}
