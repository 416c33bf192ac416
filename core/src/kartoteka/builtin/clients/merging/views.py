"""Pages of merging: choose the other client, compare side by side, merge (CL-41)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.card import load_card
from kartoteka.builtin.clients.fields import CLIENT_KIND, MERGE
from kartoteka.builtin.clients.merging.choosing import JOINED, PickRow
from kartoteka.builtin.clients.merging.queries import Comparison, compare, found_twins, possible_twins
from kartoteka.builtin.clients.merging.service import MOST_MERGED, merge_clients
from kartoteka.builtin.clients.queries_card import known_client
from kartoteka.builtin.clients.service import EDITABLE
from kartoteka.db.session import Session, reading, transaction
from kartoteka.extension.declarations.work import Action
from kartoteka.vocabulary.errors import Conflict, Problem, Refused
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.vocabulary.text import clean_line
from kartoteka.web.asked import asked_ids
from kartoteka.web.blueprint import require
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast
from kartoteka.web.values import write_value

Answer = str | Response | tuple[str, int]
_LONGEST_QUERY = 200


def merge_page(records: list[RecordRef]) -> str:
    """Return where clients are merged: side by side, or where the other one is chosen when there is but one."""
    if len(records) == 1:
        return f"/clients/{records[0].id}/merge"
    return f"/clients/merge?{urlencode([('id', record.id) for record in records[: MOST_MERGED + 1]])}"


def _is_living(session: Session, record: RecordRef) -> bool:
    return known_client(session, record.id).state in EDITABLE


MERGE_ACTION = Action(
    name="merge",
    kinds=(CLIENT_KIND,),
    title=_("Merge"),
    icon="arrow-merge",
    permission=MERGE,
    page=merge_page,
    when=_is_living,
    bulk=True,
    weight=700,
    minor=True,
)


@blueprint.get("/<int:record_id>/merge")
@require(MERGE)
def choose_twin(record_id: int) -> Answer:
    """Choose the client that is the same as this one: among those that look like it, or by searching."""
    query = clean_line(request.args.get("q", "")[:_LONGEST_QUERY])
    with reading() as session:
        card = load_card(session, record_id, "")
        twins = possible_twins(session, card.client)
        found = found_twins(session, card.client, query)
    return render("clients/merge_choose.html", card=card, client=card.client, twins=twins, found=found, query=query)


@blueprint.route("/merge", methods=["GET", "POST"])
@require(MERGE)
def merge() -> Answer:
    """Show clients side by side (GET) and merge them (POST); ``keep`` names the one that stays."""
    keep = request.values.get("keep", type=int)
    ids = sorted(asked_ids(), key=lambda number: number != keep)
    if not ids:
        toast(_("Choose two to %(most)s clients to merge.", most=MOST_MERGED), "warning")
        return redirect(url_for("clients.show_pairs"))
    picks = {name[5:]: value[:20] for name, value in request.form.items() if name.startswith("pick-")}
    if request.method != "POST":
        return _show(ids, picks)
    versions = {number: request.form.get(f"version-{number}", 0, type=int) for number in ids}
    try:
        with transaction() as session:
            kept = merge_clients(session, ids[0], ids[1:], picks, versions)
    except (Conflict, Refused) as problem:
        return _show(ids, picks, problem), 409 if isinstance(problem, Conflict) else 422
    toast(_("%(count)s clients were merged into one.", count=len(ids)))
    return redirect(url_for("clients.show_client", record_id=kept.id))


def _show(ids: list[int], picks: dict[str, str], problem: Problem | None = None) -> str:
    with reading() as session:
        comparison: Comparison = compare(session, ids, picks)
    told: Message | None = problem.message if problem else None
    return render("clients/merge.html", comparison=comparison, written=_writer(comparison), problem=told, joined=JOINED)


def _writer(comparison: Comparison) -> Callable[[PickRow, Any], Translatable]:
    def written(row: PickRow, value: Any) -> Translatable:
        names = comparison.names.get(row.field.name)
        return write_value(row.field, value) if names is None else names.get(value, "")

    return written
