"""The change log of a client: all changes since the relationship began (CL-17)."""

from __future__ import annotations

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
    """Show who changed what and when, the newest first; ``before`` continues below an entry."""
    before = asked_id("before")
    with reading() as session:
        card = load_card(session, record_id, "clients.log")
        entries, more = read_history(session, record_id, before)
    return render(
        "clients/log.html", card=card, client=card.client, entries=entries, more=more, before=before, page_size=PAGE
    )
