"""Where cards report that they are looked at: by script after they are shown, because showing a page writes nothing."""

from __future__ import annotations

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.fields import VIEW
from kartoteka.builtin.clients.visits.service import note_visit
from kartoteka.db.session import transaction
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require


@blueprint.post("/<int:record_id>/seen")
@require(VIEW)
def note_seen(record_id: int) -> str:
    """Remember that the visitor looks at a client's card."""
    with transaction(_("Card opened")) as session:
        note_visit(session, record_id)
    return ""
