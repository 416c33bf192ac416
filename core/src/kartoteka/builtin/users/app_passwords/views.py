"""The page of one's own app passwords."""

from __future__ import annotations

from flask import redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from kartoteka.builtin.users.app_passwords import queries, service
from kartoteka.builtin.users.blueprint import blueprint
from kartoteka.builtin.users.confirming import confirm_password
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import signed_in
from kartoteka.web.fields import LineField, PasswordField
from kartoteka.web.forms import Form
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]


class AppPasswordForm(Form):
    """What a new app password is for."""

    name = LineField(_("Program"), required=True, max_length=100, help=_("For example: Word on my laptop."))
    password = PasswordField(_("Your current password"))


@blueprint.route("/me/app-passwords", methods=["GET", "POST"])
@signed_in
def show_app_passwords() -> Answer:
    """List one's own app passwords and make one, which is shown this once."""
    form, made = AppPasswordForm(), None
    if form.validate_on_submit():
        try:
            confirm_password(form.password.data or "")
            with transaction() as session:
                _row, made = service.add_app_password(session, current_user.id, form.name.data or "")
        except Problem as problem:
            form.take_problem(problem)
    with reading() as session:
        rows = queries.open_app_passwords(session, current_user.id)
    page = render("users/app_passwords.html", form=form, rows=rows, made=made)
    return page, 422 if form.is_submitted() and made is None else 200


@blueprint.post("/me/app-passwords/<int:record_id>/end")
@signed_in
def end_app_password(record_id: int) -> Answer:
    """Make one of one's own app passwords useless."""
    with transaction() as session:
        service.end_app_password(session, record_id, user_id=current_user.id)
    toast(_("The program can't sign in with this password any more."))
    return redirect(url_for("users.show_app_passwords"))
