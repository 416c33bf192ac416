"""Pages of users and departments, for those who manage them."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.users import demo_views, own_views, queries, service, sign_in_views
from kartoteka.builtin.users.app_passwords import views as app_password_views
from kartoteka.builtin.users.blueprint import blueprint
from kartoteka.builtin.users.factors import sign_in_views as second_step_views
from kartoteka.builtin.users.factors import views as factor_views
from kartoteka.builtin.users.factors.queries import has_second_factor
from kartoteka.builtin.users.forms import DepartmentForm, NewUserForm, PasswordForm, UserForm
from kartoteka.builtin.users.models import Department, SignIn, User
from kartoteka.builtin.users.signing_in import end_sign_in, end_sign_ins
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.extension.owning import owns_anything
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.current import visitor
from kartoteka.web.menu import url_if
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

__all__ = [
    "app_password_views",
    "blueprint",
    "demo_views",
    "factor_views",
    "own_views",
    "second_step_views",
    "sign_in_views",
]

Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@require("users.manage")
def show_users() -> Answer:
    """List users; ``q`` searches, ``all`` shows deactivated ones too."""
    query, everybody = request.args.get("q", "")[:100], "all" in request.args
    with reading() as session:
        users = queries.list_users(session, query=query, inactive=everybody)
    return render("users/users.html", users=users, query=query, everybody=everybody)


@blueprint.route("/new", methods=["GET", "POST"])
@require("users.manage")
def add_user() -> Answer:
    """Add a user with a first password."""
    form = NewUserForm()
    if form.validate_on_submit() and (user := save_form(form, _("User added"), lambda session: _add(session, form))):
        toast(_("%(name)s can sign in now.", name=user.name))
        return redirect(url_for("users.show_user", record_id=user.id))
    return _answer("users/user_form.html", form, user=None)


def _add(session: Session, form: NewUserForm) -> User:
    values = form.values()
    user = service.add_user(session, values, password=values.pop("password"))
    user.must_change_password = True
    return user


@blueprint.route("/<int:record_id>", methods=["GET", "POST"])
@require("users.manage")
def show_user(record_id: int) -> Answer:
    """Show and change a user."""
    with reading() as session:
        user = find(session, User, record_id)
        sign_ins = queries.open_sign_ins(session, record_id)
        has_factor = has_second_factor(session, record_id)
    form = UserForm()
    form.fill(user)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("User changed"),
            lambda session: service.change_user(session, record_id, form.changed_data(), version=form.version_number),
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("users.show_user", record_id=record_id))
    return _answer("users/user.html", form, user=user, sign_ins=sign_ins, has_factor=has_factor)


@blueprint.route("/<int:record_id>/password", methods=["GET", "POST"])
@require("users.manage")
def set_password(record_id: int) -> Answer:
    """Give a user a new password."""
    with reading() as session:
        user = find(session, User, record_id)
    form = PasswordForm()
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Password changed"),
            lambda session: service.set_password(
                session, record_id, form.password.data, must_change=form.must_change.data
            ),
        )
        if saved is not None:
            toast(_("%(name)s has a new password and is signed out everywhere.", name=user.name))
            return redirect(url_for("users.show_user", record_id=record_id))
    return _answer("users/password.html", form, user=user)


@blueprint.post("/<int:record_id>/deactivate")
@require("users.manage")
def deactivate_user(record_id: int) -> Answer:
    """Keep a user from signing in; one who still has work is asked about first, where it can be handed over."""
    if "anyway" not in request.form and (page := _page_of_work(record_id)) is not None:
        return redirect(page)
    with transaction(_("User deactivated")) as session:
        user = service.deactivate_user(session, record_id)
    toast(
        _("%(name)s can't sign in any more.", name=user.name),
        undo=url_for("users.reactivate_user", record_id=record_id),
    )
    return redirect(url_for("users.show_user", record_id=record_id))


@blueprint.post("/<int:record_id>/reactivate")
@require("users.manage")
def reactivate_user(record_id: int) -> Answer:
    """Let a user sign in again."""
    with transaction(_("User activated")) as session:
        user = service.reactivate_user(session, record_id)
    toast(_("%(name)s can sign in.", name=user.name))
    return redirect(url_for("users.show_user", record_id=record_id))


@blueprint.post("/<int:record_id>/sign-ins/end")
@require("users.manage")
def end_sign_ins_of(record_id: int) -> Answer:
    """End one sign-in of a user, or all of them when none is named."""
    with transaction() as session:
        find(session, User, record_id)
        if sign_in_id := request.form.get("sign_in", type=int):
            end_sign_in(session, find(session, SignIn, sign_in_id), user_id=record_id)
        else:
            end_sign_ins(session, record_id)
    toast(_("Signed out."))
    return redirect(url_for("users.show_user", record_id=record_id))


@blueprint.post("/<int:record_id>/second-factor/reset")
@require("users.manage")
def reset_second_factor(record_id: int) -> Answer:
    """Let a user who has lost his second factor in with the password alone."""
    with transaction() as session:
        service.reset_second_factor(session, record_id)
    toast(_("The password alone lets the person in now. All browsers are signed out."), undo=False)
    return redirect(url_for("users.show_user", record_id=record_id))


@blueprint.route("/departments", methods=["GET", "POST"])
@require("users.manage")
def show_departments() -> Answer:
    """List departments and add one."""
    form = DepartmentForm()
    if (answer := _save_department(form, None)) is not None:
        return answer
    with reading() as session:
        departments = queries.list_departments(session)
    return _answer("users/departments.html", form, departments=departments)


@blueprint.route("/departments/<int:record_id>", methods=["GET", "POST"])
@require("users.manage")
def show_department(record_id: int) -> Answer:
    """Change a department."""
    with reading() as session:
        department = find(session, Department, record_id)
    form = DepartmentForm()
    form.fill(department)
    if (answer := _save_department(form, record_id)) is not None:
        return answer
    return _answer("users/department.html", form, department=department)


def _page_of_work(record_id: int) -> str | None:
    """Return the page on which the work of a user is handed over, None when there is none or no right to do it."""
    url = url_if("handover.hand_over", record_id=record_id, leaving=1)
    if url is None or not visitor().can("users.hand_over") or visitor().id == record_id:
        return None
    with reading() as session:
        user = find(session, User, record_id)
        return url if user.active and owns_anything(session, record_id) else None


def _save_department(form: DepartmentForm, record_id: int | None) -> Answer | None:
    if not form.validate_on_submit():
        return None
    saved = save_form(
        form, _("Department saved"), lambda session: service.save_department(session, record_id, **form.values())
    )
    if saved is None:
        return None
    toast(_("Saved."))
    return redirect(url_for("users.show_departments"))


def _answer(template: str, form: Any, **context: Any) -> Answer:
    return render(template, form=form, **context), 422 if form.is_submitted() else 200
