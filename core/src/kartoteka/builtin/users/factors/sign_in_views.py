"""Pages of the second half of signing in, and of signing in by a passkey alone."""

from __future__ import annotations

from flask import jsonify, redirect, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from kartoteka.builtin.users.blueprint import blueprint
from kartoteka.builtin.users.factors.asking import ANSWER, CHALLENGE, STEP, remember_in_cookie, this_site, visit
from kartoteka.builtin.users.factors.forms import CodeForm
from kartoteka.builtin.users.factors.passkeys import options_to_prove
from kartoteka.builtin.users.factors.proving import prove_by_code, prove_by_passkey, sign_in_by_passkey
from kartoteka.builtin.users.factors.queries import Factors, factors_of
from kartoteka.builtin.users.factors.steps import PASSKEY, SECOND_FACTOR, find_step, open_step
from kartoteka.builtin.users.signed_in import Token
from kartoteka.builtin.users.signing_in import SignInOutcome
from kartoteka.db.actor import Actor
from kartoteka.web.blueprint import public
from kartoteka.web.current import current
from kartoteka.web.pages import render
from kartoteka.web.security import safe_next
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
HOME = "/"
_ACTING = Actor.system("sign-in")


@blueprint.core_route("/login/code", methods=["GET", "POST"])
@public
def enter_code() -> Answer:
    """Ask for the second factor of whoever's password was right."""
    target = safe_next(request.args.get("next"), HOME)
    if (found := _factors()) is None:
        return redirect(url_for("users.login", next=target))
    form = CodeForm()
    if request.method == "POST" and ANSWER in request.form:
        outcome = _try_passkey(trust="trust" in request.form)
    elif form.validate_on_submit():
        outcome = _try_code(form)
    else:
        return _code_page(form, found, target)
    if outcome.over or outcome.token is not None:
        return let_in(outcome, target)
    form.add_error(None, outcome.problem or "")
    return _code_page(form, found, target)


@blueprint.core_route("/login/passkey", methods=["POST"])
@public
def enter_by_passkey() -> Answer:
    """Sign in by a passkey alone."""
    target = safe_next(request.args.get("next"), HOME)
    with current().database.transaction(_ACTING) as work:
        outcome = sign_in_by_passkey(
            work, session.pop(CHALLENGE, None), request.form.get(ANSWER, ""), this_site(), **visit()
        )
    return let_in(outcome, target)


@blueprint.core_route("/login/passkey/options", methods=["POST"])
@public
def ask_for_passkey() -> Answer:
    """Return what the browser needs to prove that it has a passkey: as the second factor, or alone."""
    found = _factors()
    with current().database.transaction(_ACTING) as work:
        step = find_step(work, session.get(STEP), SECOND_FACTOR)
        user_id = step.user_id if step is not None and found is not None and found.passkeys else None
        known = found.passkeys if found is not None and user_id is not None else ()
        options, challenge = options_to_prove(this_site(), known, alone=user_id is None)
        session[CHALLENGE] = open_step(work, PASSKEY, user_id=user_id, challenge=challenge)
    return jsonify(options)


def let_in(outcome: SignInOutcome, target: str) -> Response:
    """Go on with a browser that is signed in, or to the page where signing in begins anew."""
    if outcome.token is None:
        session.pop(STEP, None)
        if outcome.problem is not None:
            toast(outcome.problem, kind="error")
        return redirect(url_for("users.login", next=target))
    # A fresh session: whoever planted a cookie before must not end up signed in too.
    session.clear()
    session.permanent = outcome.remember
    login_user(Token(outcome.token))
    response = redirect(target)
    if outcome.browser is not None:
        remember_in_cookie(response, outcome.browser)
    return response


def _factors() -> Factors | None:
    """Return what the half signed-in user can prove himself by, None when nobody is half signed in."""
    with current().database.reading(_ACTING) as work:
        step = find_step(work, session.get(STEP), SECOND_FACTOR)
        return None if step is None or step.user_id is None else factors_of(work, step.user_id)


def _try_code(form: CodeForm) -> SignInOutcome:
    with current().database.transaction(_ACTING) as work:
        return prove_by_code(work, session.get(STEP), form.code.data or "", trust=bool(form.trust.data), **visit())


def _try_passkey(*, trust: bool) -> SignInOutcome:
    with current().database.transaction(_ACTING) as work:
        return prove_by_passkey(
            work,
            session.get(STEP),
            session.pop(CHALLENGE, None),
            request.form.get(ANSWER, ""),
            this_site(),
            trust=trust,
            **visit(),
        )


def _code_page(form: CodeForm, factors: Factors, target: str) -> Answer:
    page = render("users/login_code.html", form=form, factors=factors, target=target)
    return page, 422 if form.is_submitted() else 200
