"""The timeline of a client: what happened, from every module, on a tab of its card (X-12)."""

from __future__ import annotations

from werkzeug.wrappers import Response

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.card import render_card
from kartoteka.builtin.clients.fields import CLIENT_KIND, VIEW
from kartoteka.builtin.timeline.pages import stream_page
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.blueprint import require


@blueprint.route("/<int:record_id>/timeline", methods=["GET", "POST"])
@require(VIEW)
def show_timeline(record_id: int) -> str | Response | tuple[str, int]:
    """Show everything that happened to a client and to what belongs to it, and take what is added there."""
    record = RecordRef(CLIENT_KIND, record_id)
    return stream_page(
        record, lambda part: render_card("clients/timeline.html", record_id, tab="clients.timeline", stream=part)
    )
