"""Pages of API keys and the description of the API for people."""

from __future__ import annotations

from flask import redirect, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from kartoteka.builtin.rest import queries, service
from kartoteka.builtin.rest.blueprint import blueprint
from kartoteka.builtin.rest.forms import VERB_TITLES, KeyForm, scope_rows, scope_words
from kartoteka.builtin.rest.guide import guide_to
from kartoteka.builtin.rest.resources import seen_resources
from kartoteka.builtin.rest.rights import KEYS, MANAGE
from kartoteka.builtin.users.service import MANAGE as MANAGE_USERS
from kartoteka.db.clock import utc_now
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.current import current, visitor
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@require(KEYS)
def show_keys() -> Answer:
    """List the keys that one may see."""
    with reading() as session:
        rows = queries.list_keys(session)
    registry = current().registry
    words = {row.ApiKey.id: scope_words(row.ApiKey.scopes, registry) for row in rows}
    return render("rest/keys.html", rows=rows, words=words, everybody=visitor().can(MANAGE), today=utc_now().date())


@blueprint.route("/keys/new", methods=["GET", "POST"])
@require(KEYS)
def add_key() -> Answer:
    """Make a key; its text is shown on the page that answers, this once."""
    form = KeyForm(data={"user_id": current_user.id})
    if not (visitor().can(MANAGE) and visitor().can(MANAGE_USERS)):
        del form.user_id
    if form.validate_on_submit():
        try:
            with transaction() as session:
                key, token = service.make_key(
                    session,
                    title=form.title.data or "",
                    scopes=form.scopes.data or (),
                    user_id=form.user_id.data if "user_id" in form else current_user.id,
                    expires_on=form.expires_on.data,
                )
        except Problem as problem:
            form.take_problem(problem)
        else:
            return render("rest/made_key.html", key=key, token=token)
    page = render("rest/key_form.html", form=form, rows=scope_rows(), verbs=VERB_TITLES)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/keys/<int:record_id>/end")
@require(KEYS)
def end_key(record_id: int) -> Answer:
    """End a key."""
    with transaction() as session:
        key = service.end_key(session, record_id)
    toast(_("“%(title)s” is not let in any more.", title=key.title))
    return redirect(url_for("rest.show_keys"))


@blueprint.get("/guide")
@require(KEYS)
def show_guide() -> Answer:
    """Describe the API for whoever writes a program."""
    with reading() as session:
        resources = [guide_to(seen) for seen in seen_resources(session)]
    return render("rest/guide.html", resources=resources)
