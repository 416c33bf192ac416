"""Pages of planned reports: planning one, the list of one's own, deleting one."""

from __future__ import annotations

from flask import url_for
from werkzeug.utils import redirect

from kartoteka.builtin.reports import service
from kartoteka.builtin.reports.files import blueprint
from kartoteka.builtin.reports.forms import EVERY, PlanForm
from kartoteka.builtin.reports.views import Answer, asked_report
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import signed_in
from kartoteka.web.current import current, visitor
from kartoteka.web.i18n import current_formats
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast


@blueprint.route("/<module>/<name>/plan", methods=["GET", "POST"])
@signed_in
def plan_report(module: str, name: str) -> Answer:
    """Let a report be sent by mail, with the parameters it was just looked at with."""
    asked = asked_report(module, name)
    if not asked.is_sound:
        return redirect(url_for("reports.show_report", module=module, name=name, **asked.query))
    form = PlanForm()
    form.fill({"file": "pdf", "every": "week", "hour": 7, "address": _own_address()})

    def plan(session: Session) -> None:
        service.plan_report(session, asked.report.key, asked.query, zone=current_formats().zone, **form.values())

    if form.validate_on_submit() and save_form(form, _("Report scheduled"), plan):
        toast(_("The report will be sent."))
        return redirect(url_for("reports.show_planned"))
    page = render("reports/plan.html", asked=asked, report=asked.report, form=form)
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/planned")
@signed_in
def show_planned() -> Answer:
    """List the reports that the visitor has planned."""
    with reading() as session:
        plans = service.own_plans(session)
    reports = {one.report: current().registry.find_report(one.report) for one in plans}
    return render("reports/planned.html", plans=plans, reports=reports, every=dict(EVERY))


@blueprint.post("/planned/<int:plan_id>/delete")
@signed_in
def delete_plan(plan_id: int) -> Answer:
    """Send a report no more."""
    with transaction(_("Scheduled report deleted")) as session:
        service.delete_plan(session, plan_id)
    toast(_("The report is not sent any more."))
    return redirect(url_for("reports.show_planned"))


def _own_address() -> str:
    with reading() as session:
        return find(session, User, visitor().id or 0).email or ""
