"""Signing in and out."""

from __future__ import annotations

from flask import redirect, request, session, url_for
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response

from kartoteka.builtin.users.blueprint import blueprint
from kartoteka.builtin.users.factors.asking import KNOWN_BROWSER, STEP
from kartoteka.builtin.users.factors.sign_in_views import let_in
from kartoteka.builtin.users.forms import SignInForm
from kartoteka.builtin.users.signing_in import (
    SignInOutcome,
    check_candidate,
    complete_sign_in,
    end_sign_in_by_id,
    find_candidate,
    refresh_hash,
)
from kartoteka.db.actor import Actor
from kartoteka.web.blueprint import public, signed_in
from kartoteka.web.current import current
from kartoteka.web.i18n import LANGUAGE_IN_SESSION, languages
from kartoteka.web.pages import render
from kartoteka.web.security import safe_next

Answer = str | Response | tuple[str, int]
HOME = "/"


@blueprint.core_route("/login", methods=["GET", "POST"])
@public
def login() -> Answer:
    """Sign in; ``next`` is the page to go on to."""
    target = safe_next(request.args.get("next"), HOME)
    if (language := request.args.get("language")) in languages().names:
        session[LANGUAGE_IN_SESSION] = language
        return redirect(url_for("users.login", next=target))
    if current_user.is_authenticated:
        return redirect(target)
    form = SignInForm()
    if form.validate_on_submit():
        outcome = _try(form)
        if outcome.step is not None:
            session.clear()
            session[STEP] = outcome.step
            return redirect(url_for("users.enter_code", next=target))
        if outcome.token is not None:
            return let_in(outcome, target)
        form.add_error(None, outcome.problem or "")
    return render("users/login.html", form=form, target=target), 422 if form.is_submitted() else 200


@blueprint.core_route("/logout", methods=["POST"])
@signed_in
def logout() -> Answer:
    """Sign out of this browser."""
    with current().database.transaction(Actor.system("sign-out")) as work:
        end_sign_in_by_id(work, current_user.sign_in_id)
    logout_user()
    session.clear()
    return redirect(url_for("users.login"))


def _try(form: SignInForm) -> SignInOutcome:
    """Check the password between two short sessions: hashing is slow, and no lock may be held meanwhile."""
    database, acting = current().database, Actor.system("sign-in")
    with database.reading(acting) as work:
        candidate = find_candidate(work, login=form.login.data or "", address=request.remote_addr or "")
    right = check_candidate(candidate, form.password.data or "")
    with database.transaction(acting) as work:
        outcome = complete_sign_in(
            work,
            candidate,
            right=right,
            agent=request.user_agent.string,
            remember=bool(form.remember.data),
            browser=request.cookies.get(KNOWN_BROWSER),
        )
        if outcome.token is not None:
            refresh_hash(work, candidate, form.password.data or "")
    return outcome
