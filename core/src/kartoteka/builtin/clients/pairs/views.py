"""Pages of duplicates: the pairs, those that are none, and the search for similar names (CL-42)."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.fields import MERGE
from kartoteka.builtin.clients.pairs.job import EVERYTHING, SEARCH_JOB
from kartoteka.builtin.clients.pairs.queries import Place, hidden_pairs, read_pairs
from kartoteka.builtin.clients.pairs.service import bring_together, keep_apart
from kartoteka.builtin.jobs.service import enqueue, job_url
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import require
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response


@blueprint.get("/pairs")
@require(MERGE)
def show_pairs() -> Answer:
    """List the clients that may be registered twice, in pairs; ``hidden`` lists those that are no duplicates."""
    if "hidden" in request.args:
        before = asked_id("before")
        with reading() as session:
            rows, more = hidden_pairs(session, before)
        return render("clients/pairs_hidden.html", rows=rows, more=more, before=before)
    written = request.args.get("from", "")[:60]
    with reading() as session:
        page = read_pairs(session, Place.parse(written))
    return render("clients/pairs.html", page=page, is_first=not written)


@blueprint.post("/pairs/apart")
@require(MERGE)
def keep_pair_apart() -> Answer:
    """Say that two clients are no duplicates."""
    first, second = (read_id(one) for one in request.form.get("pair", "-").partition("-")[::2])
    if first is None or second is None:
        raise NotFound
    with transaction(_("Two clients are no duplicates")) as session:
        keep_apart(session, first, second)
    toast(_("They are no duplicates; this pair is not shown any more."))
    return redirect(url_for("clients.show_pairs", **_here()))


@blueprint.post("/pairs/together")
@require(MERGE)
def bring_pair_together() -> Answer:
    """Take back that two clients are no duplicates."""
    with transaction(_("Two clients may be duplicates after all")) as session:
        bring_together(session, request.form.get("distinct", 0, type=int))
    toast(_("The pair is shown again."))
    return redirect(url_for("clients.show_pairs", hidden=1))


@blueprint.post("/pairs/search")
@require(MERGE)
def search_pairs() -> Answer:
    """Look for similar names now, in the background."""
    with transaction() as session:
        job = enqueue(session, SEARCH_JOB, EVERYTHING, title=_("Similar names of clients"), url="/clients/pairs")
    return redirect(f"{request.script_root}{job_url(job)}")


def _here() -> dict[str, str]:
    place = request.form.get("from", "")[:60]
    return {"from": place} if place else {}
