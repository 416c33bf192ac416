"""Pages of the rights matrix: who has which right, who may open which page, and why."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request
from sqlalchemy import select
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from kartoteka.builtin.access import queries, why
from kartoteka.builtin.access.actors import load_actor, load_factor_need, make_actor
from kartoteka.builtin.access.blueprint import blueprint
from kartoteka.builtin.access.confidential.queries import field_rights
from kartoteka.builtin.access.matrix import page_groups, role_groups
from kartoteka.builtin.users.queries import User, known_users
from kartoteka.db.session import Session, find, reading
from kartoteka.vocabulary.message import text as _
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import Requirement, require
from kartoteka.web.current import current, modules_on
from kartoteka.web.gate import module_asked_for, requirement_for
from kartoteka.web.pages import render

Answer = str | Response | tuple[str, int]
_LONGEST = 500
_METHODS = ("GET", "POST", "PUT", "DELETE")


@blueprint.get("/matrix")
@require("access.manage")
def show_matrix() -> Answer:
    """Show what each role grants and refuses; ``pages=module`` shows which pages of a module each role opens."""
    registry, on = current().registry, modules_on()
    with reading() as session:
        roles = queries.all_role_rights(session)
    module = request.args.get("pages", "")
    if module in on:
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        rules = [(rule, requirement_for(app, rule.endpoint) or Requirement()) for rule in app.url_map.iter_rules()]
        own = [one for one in rules if one[0].endpoint.partition(".")[0] == module]
        pages = page_groups(registry, on, roles, own)
        return render("access/page_matrix.html", roles=roles, pages=pages, module=module, **_choices())
    return render("access/role_matrix.html", roles=roles, groups=role_groups(registry, on, roles), **_choices())


@blueprint.get("/why")
@require("access.manage")
def show_why() -> Answer:
    """Say why a user or a role can or can't open an address."""
    user_id, role_id = asked_id("user"), asked_id("role")
    address = request.args.get("address", "").strip()[:_LONGEST]
    checks: list[why.Check] = []
    name = ""
    if address and (user_id or role_id):
        with reading() as session:
            person, name = _role(session, role_id) if role_id else _user(session, user_id or 0)
        checks = _checks(person, address)
    said = why.verdict(checks, name) if checks else None
    return render(
        "access/why.html", checks=checks, said=said, address=address, user_id=user_id, role_id=role_id, **_choices()
    )


def _checks(person: why.Person, address: str) -> list[why.Check]:
    registry, checks = current().registry, list(why.check_sign_in(person))
    path = urlsplit(address).path or "/"
    path = path.removeprefix(request.script_root) or "/"
    module = module_asked_for(path, registry.installed)
    if module is not None and module not in modules_on():
        title = registry.module(module).title
        return [*checks, why.Check(passed=False, text=_("The module is off: %(module)s", module=title))]
    page = _page(path)
    if page is None:
        return [*checks, why.Check(passed=False, text=_("There is no such page"))]
    checks += why.check_rights(registry, person, page)
    record = why.find_record(registry, page)
    if record is not None:
        checks += why.check_record(current().database, person, *record)
    return checks


def _page(path: str) -> why.Page | None:
    """Return what is behind an address, whichever way it is asked; None when nothing is."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    adapter = app.url_map.bind("localhost")
    for method in _METHODS:
        try:
            endpoint, values = adapter.match(path, method=method)
        except RequestRedirect as moved:
            return _page(urlsplit(moved.new_url).path)
        except MethodNotAllowed:
            continue
        except HTTPException:
            return None
        needed = requirement_for(app, endpoint) or Requirement()
        numbers = tuple(value for value in values.values() if isinstance(value, int))
        return why.Page(path, needed.permissions, needed.anybody, numbers)
    return None


def _user(session: Session, user_id: int) -> tuple[why.Person, str]:
    user, requires = find(session, User, user_id), _requires()
    actor = load_actor(
        session,
        user_id=user.id,
        name=user.name,
        department_id=user.department_id,
        requires=requires,
        modules=modules_on(),
    )
    person = why.Person(
        actor,
        queries.rights_of_user(session, user_id),
        active=user.active,
        must_change_password=user.must_change_password,
        factor=load_factor_need(session, user_id),
    )
    return person, user.name


def _role(session: Session, role_id: int) -> tuple[why.Person, str]:
    role = find(session, queries.Role, role_id)
    rights = queries.UserRights(roles=(queries.role_rights(session, [role_id])[role_id],))
    registry, marks = current().registry, queries.marked_fields(session)
    actor = make_actor(
        rights,
        user_id=0,
        name=role.title,
        department_id=None,
        requires=_requires(),
        modules=modules_on(),
        fields=lambda can: field_rights(registry, marks, can),
    )
    return why.Person(actor, rights, is_role=True), role.title


def _requires() -> dict[str, tuple[str, ...]]:
    on = modules_on()
    return {one.name: one.also_requires for one in current().registry.permissions if one.module in on}


def _choices() -> dict[str, Any]:
    """Return the users, the roles and the modules that the forms of these pages offer."""
    with reading() as session:
        users = known_users(session)
        titles = session.execute(select(queries.Role.id, queries.Role.title).order_by(queries.Role.title)).all()
    modules = [one for one in current().registry.modules if one.name in modules_on()]
    return {"users": users, "role_titles": [tuple(row) for row in titles], "modules": modules}
