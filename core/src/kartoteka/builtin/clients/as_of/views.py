"""The page of a client's card as it was on a day (M-02): read only, by GET only."""

from __future__ import annotations

from datetime import date, timedelta

from flask import request

from kartoteka.builtin.clients.as_of.rebuilding import MOST_RECORDS, rebuild
from kartoteka.builtin.clients.as_of.showing import SHOWN, FormerCard, show_former
from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.card import load_card
from kartoteka.builtin.clients.fields import VIEW
from kartoteka.db.session import reading
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.period import day_begins
from kartoteka.web.asked import asked_day, asked_id
from kartoteka.web.blueprint import require
from kartoteka.web.i18n import current_formats, today
from kartoteka.web.pages import render

TAB = "clients.as_of"


@blueprint.get("/<int:record_id>/as-of")
@require(VIEW)
def show_as_of(record_id: int) -> str:
    """Show the card as it was at the end of ``day``; without one, of yesterday. Today's rights count.

    ``kind`` shows the records of one kind only, from ``from`` on.
    """
    formats = current_formats()
    problem: Message | None = None
    former: FormerCard | None = None
    only, skipped = None, 0
    with reading() as session:
        card = load_card(session, record_id, TAB)
        first = card.client.created_at.astimezone(formats.zone).date()
        day = _within(asked_day("day") or today() - timedelta(days=1), first)
        try:
            rebuilt = rebuild(session, record_id, day_begins(day + timedelta(days=1), formats.zone))
            only = kind if (kind := request.args.get("kind")) in rebuilt.records else None
            skipped = min(asked_id("from") or 0, MOST_RECORDS) if only else 0
            former = show_former(session, rebuilt, only, skipped)
        except Refused as refusal:
            problem = refusal.message
    return render(
        "clients/as_of.html",
        card=card,
        client=card.client,
        former=former,
        problem=problem,
        only=only,
        skipped=skipped,
        step=SHOWN,
        day=day,
        first=first,
        last=today(),
        days=max((today() - first).days, 0),
        chosen=(day - first).days,
    )


def _within(day: date, first: date) -> date:
    """Return a day that the slider knows: from the client's first day to today."""
    return max(min(day, today()), first)
