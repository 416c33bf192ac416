"""The demo company opens from a link, where whoever runs the server wants it to (CORE-30)."""

from __future__ import annotations

from flask import abort, redirect, request, session, url_for
from flask_login import current_user

from kartoteka.builtin.users.blueprint import blueprint
from kartoteka.builtin.users.factors.sign_in_views import let_in
from kartoteka.builtin.users.sign_in_views import HOME, Answer
from kartoteka.builtin.users.signing_in import complete_sign_in, find_candidate
from kartoteka.db.actor import Actor
from kartoteka.web.blueprint import public
from kartoteka.web.current import current
from kartoteka.web.i18n import LANGUAGE_IN_SESSION, languages
from kartoteka.web.pages import render


@blueprint.core_route("/demo", methods=["GET", "POST"])
@public
def enter_demo() -> Answer:
    """Let a visitor in as the user that the setting ``demo_user`` names, without a password; nothing without it."""
    login = getattr(current().config, "demo_user", "")
    if not login:
        abort(404)
    if (language := request.args.get("language")) in languages().names:
        session[LANGUAGE_IN_SESSION] = language
        return redirect(url_for("users.enter_demo"))
    if current_user.is_authenticated:
        return redirect(HOME)
    if request.method != "POST":
        return render("users/demo.html")
    acting = Actor.system("demo")
    with current().database.transaction(acting) as work:
        candidate = find_candidate(work, login=login, address=request.remote_addr or "")
        if candidate.user_id is None:
            abort(404)
        outcome = complete_sign_in(work, candidate, right=True, agent=request.user_agent.string)
    return let_in(outcome, HOME)
