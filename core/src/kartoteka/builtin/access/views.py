"""Pages of roles and rights."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.access import matrix_views, queries, service
from kartoteka.builtin.access.actors import decisions
from kartoteka.builtin.access.blueprint import blueprint
from kartoteka.builtin.access.confidential import views as confidential_views
from kartoteka.builtin.access.forms import RoleForm, read_rights
from kartoteka.builtin.access.kinds import REACH_TITLES
from kartoteka.builtin.access.matrix import RightRow, group_rights, origin_text, titles_of
from kartoteka.builtin.access.models import Role
from kartoteka.builtin.access.rules import widest_reach
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import find, reading, transaction
from kartoteka.extension.declarations.access import Permission, RoleTemplate
from kartoteka.vocabulary.errors import NotFound, Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.current import current, modules_on
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

__all__ = ["blueprint", "confidential_views", "matrix_views"]

Answer = str | Response | tuple[str, int]


@blueprint.get("/roles")
@require("access.manage")
def show_roles() -> Answer:
    """List roles, and the templates that modules offer."""
    with reading() as session:
        roles = queries.list_roles(session)
    offered = [template for template in current().registry.roles if template.module in modules_on()]
    return render("access/roles.html", roles=roles, templates=offered, reach_titles=REACH_TITLES)


@blueprint.route("/roles/new", methods=["GET", "POST"])
@require("access.manage")
def add_role() -> Answer:
    """Add a role, empty or copied from a template (``template=module.name``)."""
    template = _template(request.args.get("template"))
    form = RoleForm(data={"title": str(template.title), "reach": template.reach} if template else None)
    suggested = dict.fromkeys(template.permissions, True) if template else {}
    if form.validate_on_submit():
        role = save_form(
            form, _("Role added"), lambda session: service.add_role(session, **form.values(), rights=_sent_rights())
        )
        if role is not None:
            toast(_("Role “%(title)s” is there. Give it to users on their page.", title=role.title))
            return redirect(url_for("access.show_roles"))
    return _role_page(form, None, suggested)


@blueprint.route("/roles/<int:record_id>", methods=["GET", "POST"])
@require("access.manage")
def show_role(record_id: int) -> Answer:
    """Show and change what a role grants and refuses."""
    with reading() as session:
        role = find(session, Role, record_id)
        written = queries.role_rights(session, [record_id])[record_id].rights
    form = RoleForm()
    form.fill(role)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Role changed"),
            lambda session: service.change_role(
                session, record_id, **form.values(), rights=_sent_rights(), version=form.version_number
            ),
        )
        if saved is not None:
            toast(_("Saved. It counts from the next click of everybody who has the role."))
            return redirect(url_for("access.show_role", record_id=record_id))
    return _role_page(form, role, dict(written))


@blueprint.post("/roles/<int:record_id>/delete")
@require("access.manage")
def delete_role(record_id: int) -> Answer:
    """Delete a role that nobody has."""
    try:
        with transaction(_("Role deleted")) as session:
            service.delete_role(session, record_id)
    except NotFound:
        raise
    except Problem as problem:
        toast(problem.message, kind="error")
        return redirect(url_for("access.show_role", record_id=record_id))
    toast(_("The role is deleted."))
    return redirect(url_for("access.show_roles"))


@blueprint.route("/users/<int:record_id>", methods=["GET", "POST"])
@require("access.manage")
def show_user(record_id: int) -> Answer:
    """Show what a user may do and why, and change it."""
    problem = None
    if request.method == "POST":
        try:
            with transaction(_("Rights changed")) as session:
                held = {role.role_id for role in queries.rights_of_user(session, record_id).roles}
                service.set_user_access(session, record_id, role_ids=_sent_roles(held), rights=_sent_rights())
        except NotFound:
            raise
        except Problem as refused:
            problem = refused
        else:
            toast(_("Saved. It counts from the user's next click."))
            return redirect(url_for("access.show_user", record_id=record_id))
    return _user_page(record_id, problem)


def _user_page(record_id: int, problem: Problem | None) -> Answer:
    with reading() as session:
        user = find(session, User, record_id)
        roles = [role for role, _members in queries.list_roles(session)]
        rights = queries.rights_of_user(session, record_id)
    registry = current().registry
    decided = decisions(rights, {each.name: each.also_requires for each in registry.permissions})
    sent = _sent_rights() if problem else {}

    def make_row(permission: Permission) -> RightRow:
        decision = decided[permission.name]
        said = sent.get(permission.name, rights.own.get(permission.name))
        return RightRow(
            permission,
            said,
            was=rights.own.get(permission.name),
            decision=decision,
            origin=origin_text(decision),
            lacks=titles_of(registry, decision.lacks),
        )

    held = set(request.form.getlist("role", type=int)) if problem else {role.role_id for role in rights.roles}
    page = render(
        "access/user.html",
        user=user,
        roles=roles,
        held=held,
        had={role.role_id for role in rights.roles},
        groups=group_rights(registry, modules_on(), make_row),
        reach=REACH_TITLES[widest_reach(rights.roles)],
        reach_titles=REACH_TITLES,
        problem=problem,
    )
    return page, 422 if problem else 200


def _role_page(form: RoleForm, role: Role | None, written: dict[str, bool | None]) -> Answer:
    sent = _sent_rights() if form.is_submitted() else {}

    def make_row(permission: Permission) -> RightRow:
        name = permission.name
        return RightRow(permission, sent.get(name, written.get(name)), was=None if role is None else written.get(name))

    groups = group_rights(current().registry, modules_on(), make_row)
    page = render("access/role.html", form=form, role=role, groups=groups)
    return page, 422 if form.is_submitted() else 200


def _sent_rights() -> dict[str, Any]:
    return read_rights(request.form, [permission.name for permission in current().registry.permissions])


def _sent_roles(held: set[int]) -> set[int]:
    """Return the roles to have: those held now, with what was ticked and unticked on the page."""
    shown, ticked = set(request.form.getlist("had", type=int)), set(request.form.getlist("role", type=int))
    return (held | (ticked - shown)) - (shown - ticked)


def _template(key: str | None) -> RoleTemplate | None:
    offered = {template.key: template for template in current().registry.roles if template.module in modules_on()}
    return offered.get(key or "")
