"""The change log of a client: all changes since the relationship began (CL-17)."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import request

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.card import load_card
from kartoteka.builtin.clients.fields import VIEW
from kartoteka.builtin.clients.history import PAGE, read_history
from kartoteka.db.session import reading
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import require
from kartoteka.web.pages import render


@blueprint.get("/<int:record_id>/log")
@require(VIEW)
def show_log(record_id: int) -> str:
    """Show who changed what and when, the newest first; ``before`` continues below an entry, ``since`` is a moment."""
    before, since = asked_id("before"), _asked_moment()
    with reading() as session:
        card = load_card(session, record_id, "clients.log")
        entries, more = read_history(session, record_id, before, since)
    return render(
        "clients/log.html",
        card=card,
        client=card.client,
        entries=entries,
        more=more,
        before=before,
        page_size=PAGE,
        since=since,
        written=None if since is None else since.isoformat(),
    )


def _asked_moment() -> datetime | None:
    """Return the moment that the address names, None when it is missing or none; in UTC unless it says otherwise."""
    try:
        moment = datetime.fromisoformat(request.args.get("since", ""))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
