"""The bell and the page of all notifications."""

from __future__ import annotations

from dataclasses import dataclass

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.notifications import queries, service
from kartoteka.builtin.notifications.blueprint import blueprint
from kartoteka.builtin.notifications.channels.writing import written
from kartoteka.builtin.notifications.queries import Told
from kartoteka.db.session import Session, reading, transaction
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import public, signed_in
from kartoteka.web.current import current, is_signed_in
from kartoteka.web.links import describe_all
from kartoteka.web.pages import is_fragment, render
from kartoteka.web.security import safe_next
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
PAGE = 30
IN_BELL = 8
ALL = "notifications.show_notifications"


@dataclass(frozen=True)
class Line:
    """A notification as pages show it; ``hidden`` when the record it is about isn't for its reader any more."""

    told: Told
    title: Message | str
    icon: str
    record: str = ""
    url: str | None = None
    hidden: bool = False


@blueprint.get("/")
@signed_in
def show_notifications() -> Answer:
    """Show one's notifications, the newest first; ``before`` continues, ``unread`` leaves out the others."""
    before, unread = request.args.get("before", type=int), "unread" in request.args
    with reading() as session:
        found = queries.newest(session, written, before=before, unread=unread, limit=PAGE + 1)
        lines = lines_of(session, found[:PAGE])
    older = found[PAGE - 1].id if len(found) > PAGE else None
    return render("notifications/notifications.html", lines=lines, older=older, before=before, unread=unread)


@blueprint.get("/latest")
@signed_in
def show_latest() -> Answer:
    """Show the newest ones in the bell's menu."""
    with reading() as session:
        lines = lines_of(session, queries.newest(session, written, limit=IN_BELL))
    if not is_fragment():
        return redirect(url_for(ALL))
    return render("notifications/latest.html", lines=lines)


@blueprint.get("/bell")
@public
def show_bell() -> Answer:
    """Show how many are unread; open pages ask for it, and one left open after signing out gets nothing."""
    return render("notifications/count.html") if is_signed_in() else ("", 204)


@blueprint.get("/<int(min=1):notification_id>")
@signed_in
def follow_notification(notification_id: int) -> Answer:
    """Lead from a mail or a push message to the record, or to all notifications once this one is forgotten."""
    with reading() as session:
        told = queries.find_told(session, notification_id, written)
        about = told.about if told else None
        summary = describe_all(session, [about]).get(about) if about else None
    return redirect(summary.url if summary and summary.url else url_for(ALL))


@blueprint.post("/<int:notification_id>/open")
@signed_in
def open_notification(notification_id: int) -> Answer:
    """Mark one as read and go to the record it is about, if there still is one to see."""
    with transaction() as session:
        about = service.mark_read(session, notification_id).about
    with reading() as session:
        summary = describe_all(session, [about]).get(about) if about else None
    if about is not None and (summary is None or summary.url is None):
        toast(_("What this is about isn't there any more, or you may not see it."), kind="info")
    return redirect(summary.url if summary and summary.url else url_for(ALL))


@blueprint.post("/read")
@signed_in
def mark_all_read() -> Answer:
    """Mark all as read, up to the newest one that the page has shown."""
    with transaction() as session:
        service.mark_all_read(session, up_to=request.form.get("up_to", type=_id))
    return redirect(safe_next(request.form.get("next"), url_for(ALL)))


def lines_of(session: Session, told: list[Told]) -> list[Line]:
    """Return notifications with the records they are about, as far as the reader may see them."""
    summaries = describe_all(session, [one.about for one in told if one.about])
    lines = []
    for one in told:
        declared = current().registry.find_notification_type(one.type)
        title: Message | str = declared.title if declared else ""
        icon = declared.icon if declared else "bell"
        summary = summaries.get(one.about) if one.about else None
        if one.about is not None and summary is None:
            lines.append(Line(one, title, icon, hidden=True))
        else:
            lines.append(Line(one, title, icon, summary.title if summary else "", summary.url if summary else None))
    return lines


def _id(written: str) -> int:
    number = int(written)
    if not 0 < number < 2**31:
        raise ValueError(written)
    return number
