"""The page of client groups: list, add, rename, close."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.fields import MANAGE_GROUPS
from kartoteka.builtin.clients.grouping import NAME_LENGTH, add_group, change_group, list_groups
from kartoteka.builtin.clients.models import ClientGroup
from kartoteka.db.session import find, reading
from kartoteka.extension.declarations.data import Choice, Colour
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.forms import ChoiceField, Form, LineField, YesNoField
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]

COLOURS = (
    Choice(Colour.PLANNED, _("Blue")),
    Choice(Colour.DONE, _("Green")),
    Choice(Colour.TODAY, _("Orange")),
    Choice(Colour.OVERDUE, _("Red")),
)


class GroupForm(Form):
    """A client group."""

    name = LineField(_("Name"), required=True, max_length=NAME_LENGTH)
    colour = ChoiceField(_("Colour"), choices=COLOURS, empty=_("Grey"))
    closed = YesNoField(_("Closed"), help=_("Clients keep a closed group; it is no longer offered."))


@blueprint.route("/groups", methods=["GET", "POST"])
@require(MANAGE_GROUPS)
def show_groups() -> Answer:
    """List the groups and add one."""
    form = GroupForm()
    if form.validate_on_submit():
        saved = save_form(form, _("Client group added"), lambda session: add_group(session, form.values()))
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("clients.show_groups"))
    return _answer(form, None)


@blueprint.route("/groups/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE_GROUPS)
def show_group(record_id: int) -> Answer:
    """Change a group."""
    form = GroupForm()
    with reading() as session:
        group = find(session, ClientGroup, record_id)
    form.fill(group)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Client group changed"),
            lambda session: change_group(session, record_id, form.values(), form.version_number),
            group.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("clients.show_groups"))
    return _answer(form, group)


def _answer(form: Any, group: ClientGroup | None) -> Answer:
    with reading() as session:
        groups = list_groups(session)
    page = render("clients/groups.html", form=form, groups=groups, group=group)
    return page, 422 if form.is_submitted() else 200
