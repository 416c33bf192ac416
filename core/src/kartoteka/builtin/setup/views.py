"""The pages of the first steps: open as long as there is no user, to whoever knows the set-up code."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, request, session, url_for
from flask_login import UserMixin, login_user
from werkzeug.wrappers import Response

from kartoteka.builtin.modules.queries import requirements
from kartoteka.builtin.modules.service import with_required
from kartoteka.builtin.settings.service import problems_with
from kartoteka.builtin.setup.forms import AdministratorForm, TokenForm
from kartoteka.builtin.setup.service import set_up
from kartoteka.builtin.setup.token import is_token
from kartoteka.db.actor import Actor
from kartoteka.extension.guarding import without_values
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Problem, Refused
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint, public
from kartoteka.web.company_form import CompanyForm
from kartoteka.web.current import current
from kartoteka.web.i18n import LANGUAGE_IN_SESSION, languages
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
KEPT = "setup"
log = logging.getLogger("kartoteka.setup")
blueprint = ModuleBlueprint("setup", __name__)


@dataclass(frozen=True)
class Step:
    """A step as the head of the pages names it."""

    endpoint: str
    title: Message


STEPS = (
    Step("setup.begin", _("Language")),
    Step("setup.describe_company", _("Company")),
    Step("setup.choose_modules", _("Modules")),
    Step("setup.choose_data", _("Data")),
    Step("setup.add_administrator", _("Administrator")),
)


class _Token(UserMixin):
    def __init__(self, token: str) -> None:
        self.token = token

    def get_id(self) -> str:
        return self.token


@blueprint.route("/", methods=["GET", "POST"])
@public
def begin() -> Answer:
    """Choose the language and prove to be who started the server."""
    _demand_open()
    if (language := request.args.get("language")) in languages().names:
        session[LANGUAGE_IN_SESSION] = language
        return redirect(url_for("setup.begin", token=request.args.get("token", "")[:40] or None))
    form = TokenForm()
    if request.method != "POST":
        form.fill({"token": request.args.get("token", "")[:40]})
    if form.validate_on_submit():
        if is_token(form.token.data or "", str(current().database.secret)):
            _keep(proven=True)
            return redirect(url_for("setup.describe_company"))
        form.add_error("token", _("This is not the code. Compare it with the one that Kartoteka printed."))
    return _page("setup/begin.html", form=form)


@blueprint.route("/company", methods=["GET", "POST"])
@public
def describe_company() -> Answer:
    """Say who the company is and where it works."""
    if (answer := _demand_proof()) is not None:
        return answer
    form = CompanyForm()
    config = current().config
    usual = {"country": config.country, "timezone": config.timezone, "language": session.get(LANGUAGE_IN_SESSION, "")}
    usual["language"] = usual["language"] or config.language
    form.fill({**usual, **_kept().get("company", {})})
    if form.validate_on_submit():
        values = {name: value or "" for name, value in form.values().items()}
        if errors := problems_with(values):
            form.take_problem(InvalidInput(errors))
        else:
            _keep(company=values)
            return redirect(url_for("setup.choose_modules"))
    form.warn_about_codes()
    return _page("setup/company.html", form=form)


@blueprint.route("/modules", methods=["GET", "POST"])
@public
def choose_modules() -> Answer:
    """Choose the modules to begin with; those that a chosen one needs come along."""
    if (answer := _demand_proof("company")) is not None:
        return answer
    registry = current().registry
    needed = requirements(registry)
    if request.method == "POST":
        chosen = [name for name in needed if name in request.form.getlist("modules")]
        wanted = {each for name in chosen for each in with_required(needed, name)}
        _keep(modules=[name for name in needed if name in wanted])
        return redirect(url_for("setup.choose_data"))
    chosen = _kept().get("modules", list(needed))
    return _page("setup/modules.html", modules=[registry.module(name) for name in needed], chosen=chosen, needed=needed)


@blueprint.route("/data", methods=["GET", "POST"])
@public
def choose_data() -> Answer:
    """Choose between an empty start and made-up data to look around in."""
    if (answer := _demand_proof("company", "modules")) is not None:
        return answer
    if request.method == "POST":
        _keep(demo=request.form.get("demo") == "1")
        return redirect(url_for("setup.add_administrator"))
    return _page("setup/data.html", demo=_kept().get("demo", False))


@blueprint.route("/administrator", methods=["GET", "POST"])
@public
def add_administrator() -> Answer:
    """Name the administrator; with this the installation is set up and its owner signed in."""
    if (answer := _demand_proof("company", "modules", "demo")) is not None:
        return answer
    form = AdministratorForm()
    if form.validate_on_submit():
        try:
            token = _set_up(form.values())
        except Refused as problem:
            _forget()
            toast(problem.message, kind="error")
            return redirect(url_for("users.login"))
        except Problem as problem:
            form.take_problem(problem)
        else:
            return _enter(token)
    return _page("setup/administrator.html", form=form, demo=_kept().get("demo"))


def _set_up(values: dict[str, Any]) -> str:
    kept, kartoteka = _kept(), current()
    password = values.pop("password") or ""
    values.pop("again")
    with kartoteka.database.transaction(Actor.system("first steps"), _("First steps")) as work:
        return set_up(
            work,
            company=kept["company"],
            administrator={**values, "language": session.get(LANGUAGE_IN_SESSION)},
            password=password,
            modules=kept["modules"],
            requirements=requirements(kartoteka.registry),
            agent=request.user_agent.string,
            address=request.remote_addr or "",
        )


def _enter(token: str) -> Response:
    """Sign the administrator in on a fresh session, and fill in the demo company if he wants it."""
    demo = _kept().get("demo")
    session.clear()
    login_user(_Token(token))
    fill = current().fill_demo
    if demo and fill is not None:
        try:
            fill()
        except Exception as error:  # noqa: BLE001 - the company is set up; only its made-up data is missing
            log.error("The demo data could not be added: %s", without_values(error))
            toast(_("Kartoteka is set up, but the demo data could not be added."), kind="warning")
            return redirect("/")
    toast(_("Welcome! Kartoteka is set up."))
    return redirect("/")


def _demand_open() -> None:
    if not current().needs_setup():
        raise NotFound


def _demand_proof(*before: str) -> Response | None:
    """Lead back whoever has not shown the code or left out a step; raises NotFound once there is a user."""
    _demand_open()
    kept = _kept()
    if not kept.get("proven"):
        return redirect(url_for("setup.begin"))
    steps = {"company": "setup.describe_company", "modules": "setup.choose_modules", "demo": "setup.choose_data"}
    missing = next((name for name in before if name not in kept), None)
    return None if missing is None else redirect(url_for(steps[missing]))


def _kept() -> Mapping[str, Any]:
    kept = session.get(KEPT)
    return kept if isinstance(kept, Mapping) else {}


def _keep(**values: Any) -> None:
    session[KEPT] = {**_kept(), **values}


def _forget() -> None:
    session.pop(KEPT, None)


def _page(template: str, **values: Any) -> Answer:
    here = next(index for index, step in enumerate(STEPS) if step.endpoint == request.endpoint)
    status = 422 if request.method == "POST" else 200
    back = STEPS[here - 1].endpoint if here else None
    return render(template, steps=STEPS, here=here, back=back, **values), status
