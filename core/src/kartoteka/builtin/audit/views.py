"""The page of the audit log, and checking it."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.audit import queries, service
from kartoteka.builtin.audit.queries import Wanted
from kartoteka.builtin.audit.titles import GROUPS
from kartoteka.builtin.audit.words import Wording
from kartoteka.builtin.users.queries import known_users, user_names
from kartoteka.db.audit import ChainReport
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.asked import asked_day, asked_id
from kartoteka.web.blueprint import ModuleBlueprint, require
from kartoteka.web.current import current
from kartoteka.web.i18n import current_formats
from kartoteka.web.links import describe_all
from kartoteka.web.pages import render

VIEW = "audit.view"
blueprint = ModuleBlueprint("audit", __name__)
Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@require(VIEW)
def show_audit() -> Answer:
    """List what was written down, the newest first."""
    return _page(None)


@blueprint.post("/check")
@require(VIEW)
def check() -> Answer:
    """Check the whole chain now and show what was found."""
    with reading() as session:
        report = service.check(session)
    with transaction() as session:
        service.note_check(session, report)
    return _page(report)


def _page(report: ChainReport | None) -> str:
    wanted = _wanted()
    with reading() as session:
        page, count = queries.list_entries(session, wanted, request.args.get("page"), secret=current().database.secret)
        users = known_users(session)
        wording = Wording(session, (row.facts for row in page.rows))
        refs = [RecordRef(row.about_kind, row.about_id) for row in page.rows if row.about_kind and row.about_id]
        summaries = describe_all(session, refs)
        who = {row.about_id for row in page.rows if row.about_kind == "users.user"}
        names = user_names(session, sorted(who)) if who else {}
    return render(
        "audit/audit.html",
        page=page,
        count=count,
        wanted=wanted,
        users=users,
        names=names,
        groups=[(name, title) for name, (title, _events) in GROUPS.items()],
        title_of=wording.title_of,
        details_of=wording.details_of,
        subject_of=wording.subject_of,
        summaries={(ref.kind, ref.id): summary for ref, summary in summaries.items()},
        report=report,
        page_url=_page_url,
    )


def _page_url(cursor: str | None) -> str:
    kept = {name: value for name in ("group", "user", "since", "until") if (value := request.args.get(name))}
    return url_for("audit.show_audit", **kept, page=cursor or None)


def _wanted() -> Wanted:
    group = request.args.get("group", "")
    return Wanted(
        group=group if group in GROUPS else None,
        user_id=asked_id("user"),
        since=asked_day("since"),
        until=asked_day("until"),
        zone=current_formats().zone,
    )
