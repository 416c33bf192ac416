"""The page on which users choose what they want to hear of, how, and when not; and their browsers for push messages."""

from __future__ import annotations

from importlib.resources import files

from flask import Response as FlaskResponse
from flask import jsonify, redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.notifications import queries, service
from kartoteka.builtin.notifications.blueprint import blueprint
from kartoteka.builtin.notifications.channels import push
from kartoteka.builtin.notifications.channels.quiet import Quiet, read_time
from kartoteka.builtin.notifications.service import Choice
from kartoteka.builtin.users.queries import browser_named
from kartoteka.db.session import reading, transaction
from kartoteka.extension.declarations.work import NotificationType
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import public, signed_in
from kartoteka.web.current import current, modules_on, visitor
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
PAGE = "notifications.choose_types"


@blueprint.route("/types", methods=["GET", "POST"])
@signed_in
def choose_types() -> Answer:
    """Choose which notifications one wants, how long ahead, by which channels, and the hours to be left alone."""
    if request.method == "POST":
        days = {
            name.removeprefix("days:"): int(value)
            for name, value in request.form.items()
            if name.startswith("days:") and value.isascii() and value.isdigit() and len(value) < 4
        }
        with transaction() as session:
            service.choose_types(session, request.form.getlist("wanted"), days, _choice())
        toast(_("Saved."))
        return redirect(url_for(PAGE))
    with reading() as session:
        types, channels = queries.offered_types(session), queries.offered_channels(session)
        browsers = push.browsers_of(session)
        user_id = visitor().id
        ready = {one.key for one in channels if user_id is not None and user_id in one.ready(session, [user_id])}
    return render(
        "notifications/types.html",
        groups=_by_module(types),
        wishes=queries.wishes_in(visitor().preferences),
        channels=channels,
        ready=ready,
        browsers=[(one, browser_named(one.agent)) for one in browsers],
        can_push=push.can_push(),
    )


@blueprint.post("/push/key")
@signed_in
def give_push_key() -> Answer:
    """Give the key that a browser subscribes to push messages with."""
    with transaction() as session:
        return jsonify({"key": push.public_key(session)})


@blueprint.post("/push")
@signed_in
def add_browser() -> Answer:
    """Take what a browser's push manager answered; push messages go there from now on."""
    with transaction(_("Browser for push messages added")) as session:
        push.subscribe(session, request.get_json(silent=True), request.headers.get("User-Agent", ""))
    toast(_("Push messages will come to this browser. Choose above what you want to get this way."))
    return jsonify({"next": url_for(PAGE)})


@blueprint.post("/push/<int:subscription_id>/remove")
@signed_in
def remove_browser(subscription_id: int) -> Answer:
    """Send no more push messages to one of one's browsers."""
    with transaction(_("Browser for push messages removed")) as session:
        push.unsubscribe(session, subscription_id)
    toast(_("No more push messages will go there."))
    return redirect(url_for(PAGE))


@blueprint.core_route("/sw.js")
@public
def show_worker() -> Answer:
    """Give browsers the script that shows push messages; it works while no page is open."""
    script = files("kartoteka.builtin.notifications").joinpath("static/sw.js").read_text("utf-8")
    return FlaskResponse(script, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


def _choice() -> Choice:
    if "with_channels" not in request.form:
        return Choice()
    ways: dict[str, list[str]] = {}
    for sent in request.form.getlist("via"):
        key, _bar, channel = sent.partition("|")
        ways.setdefault(key, []).append(channel)
    begin, end = (read_time(request.form.get(name)) for name in ("quiet_from", "quiet_until"))
    days = frozenset(int(one) for one in request.form.getlist("quiet_day") if one in "0123456" and len(one) == 1)
    quiet = Quiet(begin, end, days) if begin and end else Quiet(days=days)
    return Choice(channels=ways, quiet=quiet)


def _by_module(types: list[NotificationType]) -> list[tuple[Message, list[NotificationType]]]:
    groups: dict[str, list[NotificationType]] = {}
    for one in types:
        if one.module in modules_on():
            groups.setdefault(one.module, []).append(one)
    return [(current().registry.module(name).title, found) for name, found in groups.items()]
