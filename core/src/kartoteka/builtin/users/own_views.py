"""Pages about oneself: profile, password, browsers one is signed in with."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from kartoteka.builtin.users import queries, service
from kartoteka.builtin.users.blueprint import blueprint
from kartoteka.builtin.users.forms import OwnPasswordForm, ProfileForm
from kartoteka.builtin.users.models import SignIn, User
from kartoteka.builtin.users.signing_in import end_sign_in, end_sign_ins
from kartoteka.db.session import find, reading, transaction
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import signed_in
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.security import safe_next
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]


@blueprint.route("/me", methods=["GET", "POST"])
@signed_in
def show_profile() -> Answer:
    """Show and change one's own profile."""
    with reading() as session:
        user = find(session, User, current_user.id)
        sign_ins = queries.open_sign_ins(session, current_user.id)
    form = ProfileForm()
    form.fill(user)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Profile changed"),
            lambda session: service.change_profile(session, current_user.id, form.changed_data()),
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("users.show_profile"))
    page = render("users/profile.html", form=form, user=user, sign_ins=sign_ins, this_one=current_user.sign_in_id)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/me/theme")
@signed_in
def set_theme() -> Answer:
    """Choose light, dark or the device's own look, from any page."""
    with transaction() as session:
        service.change_profile(session, current_user.id, {"theme": request.form.get("theme", "system")})
    return redirect(safe_next(request.form.get("next"), url_for("users.show_profile")))


@blueprint.route("/me/password", methods=["GET", "POST"])
@signed_in
def change_password() -> Answer:
    """Choose another password for oneself."""
    form = OwnPasswordForm()
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Password changed"),
            lambda session: service.change_own_password(
                session,
                current_user.id,
                old=form.old_password.data,
                new=form.new_password.data,
                sign_in_id=current_user.sign_in_id,
                keep_programs=form.keep_programs.data,
            ),
        )
        if saved is not None:
            toast(_("Your password is changed. All other browsers are signed out."))
            return redirect(url_for("users.show_profile"))
    page = render("users/own_password.html", form=form, forced=current_user.must_change_password)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/me/sign-ins/end")
@signed_in
def end_own_sign_ins() -> Answer:
    """End one of one's own sign-ins, or all but this one when none is named."""
    with transaction() as session:
        if sign_in_id := request.form.get("sign_in", type=int):
            end_sign_in(session, find(session, SignIn, sign_in_id), user_id=current_user.id)
        else:
            end_sign_ins(session, current_user.id, but=current_user.sign_in_id)
    toast(_("Signed out."))
    return redirect(url_for("users.show_profile"))
