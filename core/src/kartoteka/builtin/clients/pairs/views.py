"""Pages of duplicates: the pairs, those that are none, and the search for similar names (CL-42)."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.fields import MERGE
from kartoteka.builtin.clients.pairs.job import EVERYTHING, SEARCH_JOB
from kartoteka.builtin.clients.pairs.queries import PAGE, Place, Wanted, hidden_pairs, read_pairs
from kartoteka.builtin.clients.pairs.reasons import SURE
from kartoteka.builtin.clients.pairs.service import bring_together, keep_all_apart
from kartoteka.builtin.jobs.service import enqueue, job_url
from kartoteka.builtin.users.queries import known_users
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.web.asked import asked_id, asked_ids
from kartoteka.web.blueprint import require
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response
SORTS = ("equal", "alike")


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
    wanted = _wanted()
    with reading() as session:
        page = read_pairs(session, Place.parse(written), wanted)
        managers = known_users(session)
    shown = {"sure": SURE, "wanted": wanted, "asked": _asked(wanted), "managers": managers}
    return render("clients/pairs.html", page=page, is_first=not written, **shown)


@blueprint.post("/pairs/apart")
@require(MERGE)
def keep_pair_apart() -> Answer:
    """Say that two clients are no duplicates, or of several pairs both of whose clients were ticked."""
    pairs = [_pair(request.form["pair"])] if "pair" in request.form else _ticked()
    if not pairs:
        raise NotFound
    with transaction(_("Clients that are not duplicates")) as session:
        count = keep_all_apart(session, pairs)
    toast(plural_text("One pair is not shown any more.", "%(count)s pairs are not shown any more.", count))
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
        job = enqueue(session, SEARCH_JOB, EVERYTHING, title=_("Search for duplicates"), url="/clients/pairs")
    return redirect(f"{request.script_root}{job_url(job)}")


def _wanted() -> Wanted:
    sort = request.values.get("sort", "")
    return Wanted(sort if sort in SORTS else "", read_id(request.values.get("manager")))


def _asked(wanted: Wanted) -> dict[str, Any]:
    """Return the filter as it stands in addresses."""
    asked = {"sort": wanted.sort, "manager": wanted.manager_id}
    return {name: value for name, value in asked.items() if value}


def _here() -> dict[str, Any]:
    place = request.form.get("from", "")[:60]
    return {**({"from": place} if place else {}), **_asked(_wanted())}


def _pair(written: str) -> tuple[int, int]:
    first, second = (read_id(one) for one in written[:40].partition("-")[::2])
    if first is None or second is None:
        raise NotFound
    return first, second


def _ticked() -> list[tuple[int, int]]:
    """Return the listed pairs both of whose clients were ticked."""
    chosen = set(asked_ids())
    listed = [_pair(written) for written in request.form.getlist("listed")[:PAGE]]
    return [pair for pair in listed if chosen.issuperset(pair)]
