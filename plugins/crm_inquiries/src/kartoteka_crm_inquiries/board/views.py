"""Pages of the board: the columns, more cards of one, and moving a card with and without scripts."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.db import Session, find, reading, transaction, utc_now
from kartoteka.api.directories import directory_choices
from kartoteka.api.errors import InvalidInput, NotFound, Problem
from kartoteka.api.texts import Texts
from kartoteka.api.users import active_users
from kartoteka.api.web import asked_id, current_formats, is_fragment, render, require, toast, visitor
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.board import queries
from kartoteka_crm_inquiries.board.forms import form_for
from kartoteka_crm_inquiries.board.queries import Chosen
from kartoteka_crm_inquiries.board.rules import MINE, MOST_CARDS, NOBODY, dot_of, is_rotting
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.service import move_to_stage
from kartoteka_crm_inquiries.naming import EDIT, SOURCES, VIEW
from kartoteka_crm_inquiries.processes.models import Stage
from kartoteka_crm_inquiries.processes.rules import entering

_ = Texts("crm_inquiries")

Answer = str | Response | tuple[str, int]
HOME = "/crm_inquiries/board/"


@blueprint.get("/board/")
@require(VIEW)
def show_board() -> Answer:
    """Show the open inquiries of a process as cards by stage (X-08)."""
    return _board(asked_id("process"), _chosen(request.args))


@blueprint.get("/board/columns/<int:record_id>")
@require(VIEW)
def show_more_cards(record_id: int) -> Answer:
    """Return the next cards of a column; ``skip`` are on the page already."""
    with reading() as session:
        stage = find(session, Stage, record_id)
        chosen, skip = _chosen(request.args), asked_id("skip") or 0
        number = sum(row.number for row in queries.totals_of(session, [record_id], chosen))
        cards = queries.cards_of(session, [record_id], chosen, skip=skip).get(record_id, [])
        names = dict(active_users(session))
    if not is_fragment():
        return redirect(url_for("crm_inquiries.show_board", process=stage.process_id))
    column = queries.Column(stage, number, cards=cards)
    return render(
        "crm_inquiries/board/cards.html", column=column, skip=skip + len(cards), names=names, **_shown(chosen)
    )


@blueprint.route("/board/<int:record_id>/move", methods=["GET", "POST"])
@require(VIEW, EDIT)
def move_card(record_id: int) -> Answer:
    """Move an inquiry to another stage; what the stage asks for and nobody has filled in is asked here (CORE-25)."""
    with reading() as session:
        inquiry = find(session, Inquiry, record_id)
        stages = _stages_beside(session, inquiry)
        wanted = _wanted(stages, inquiry)
        missing = entering(session, inquiry, wanted, {}) if wanted is not None else []
    form = form_for(missing, [(str(stage.id), stage.name) for stage in stages])()
    form.fill({"stage_id": wanted.id if wanted is not None else None})
    if request.method == "POST" and wanted is not None and not _lacks(form, missing):
        problem = _move(inquiry, wanted, form, missing)
        if problem is None:
            return _moved(inquiry)
    elif request.method == "POST" and not stages:
        raise NotFound
    return _prompt(inquiry, form, wanted, missing)


def _lacks(form: Any, missing: list[str]) -> bool:
    """Tell whether a field is still to be filled; what the browser sent is checked, a mere drop only asks."""
    if not missing:
        return not form.validate()
    asked = [name for name in missing if name in request.form]
    if "reason_id" in missing and request.form.get("reason_text"):
        asked.append("reason_text")
    return not asked or not form.validate()


def _move(inquiry: Inquiry, stage: Stage, form: Any, missing: list[str]) -> Problem | None:
    names = [*missing, "reason_text"] if "reason_id" in missing else missing
    values = {name: form[name].data for name in names if name in form}
    if not values.get("reason_text"):
        values.pop("reason_text", None)
    try:
        with transaction(_("Inquiry moved")) as session:
            move_to_stage(session, inquiry.id, stage.id, values)
    except Problem as problem:
        form.take_problem(problem)
        return problem
    words = {"won": _("%(number)s is won."), "lost": _("%(number)s is lost.")}
    said = words.get(stage.outcome, _("%(number)s is at “%(stage)s” now."))
    toast(said.with_values(number=inquiry.number, stage=stage.name))
    return None


def _moved(inquiry: Inquiry) -> Answer:
    back = request.form.get("back", "")
    if is_fragment():
        chosen = _chosen(_query_of(back))
        return _board(inquiry.process_id, chosen, back=_safe(back, inquiry.process_id), fragment=True)
    return redirect(_safe(back, inquiry.process_id))


def _prompt(inquiry: Inquiry, form: Any, wanted: Stage | None, missing: list[str]) -> Answer:
    back = _safe(request.values.get("back", ""), inquiry.process_id)
    template = "crm_inquiries/board/prompt.html" if is_fragment() else "crm_inquiries/board/move.html"
    page = render(
        template,
        inquiry=inquiry,
        form=form,
        stage=wanted,
        missing=missing,
        back=back,
        action=url_for("crm_inquiries.move_card", record_id=inquiry.id),
    )
    return page if request.method != "POST" else (page, 422)


def _board(process_id: int | None, chosen: Chosen, *, back: str | None = None, fragment: bool = False) -> str:
    with reading() as session:
        processes = queries.processes_with_stages(session)
        known = next((one for one in processes if one[0].id == process_id), processes[0] if processes else None)
        stages = known[1] if known is not None else []
        columns = queries.columns_of(session, [one for one in stages if not one.outcome], chosen)
        users = active_users(session)
        sources = directory_choices(SOURCES)(session)
    return render(
        "crm_inquiries/board/board.html" if fragment else "crm_inquiries/board/page.html",
        process=known[0] if known is not None else None,
        processes=[one for one, _stages in processes],
        columns=columns,
        ends=[one for one in stages if one.outcome],
        users=users,
        names=dict(users),
        sources=sources,
        totals=_totals(columns),
        back=back,
        again=False,
        **_shown(chosen),
    )


def _totals(columns: list[queries.Column]) -> tuple[int, dict[str, Any]]:
    sums: dict[str, Any] = {}
    for column in columns:
        for currency, total in column.sums.items():
            sums[currency] = sums.get(currency, 0) + total
    return sum(column.number for column in columns), sums


def _shown(chosen: Chosen) -> dict[str, Any]:
    now = utc_now()
    zone = current_formats().zone
    return {
        "chosen": chosen,
        "most": MOST_CARDS,
        "board_url": f"{request.script_root}{HOME}",
        "inquiries_url": f"{request.script_root}/crm_inquiries/inquiries/",
        "may_move": visitor().can(EDIT),
        "dot": lambda card: dot_of(card.next_at, now, zone),
        "rots": lambda card, stage: is_rotting(card.moved_at, stage.rot_days, now),
    }


def _chosen(values: Any) -> Chosen:
    manager = str(values.get("manager", ""))[:20]
    sound = manager in (MINE, NOBODY) or (manager.isascii() and manager.isdigit() and len(manager) < 10)
    source = str(values.get("source", ""))
    known = source.isascii() and source.isdigit() and len(source) < 10
    return Chosen(manager if sound else "", int(source) if known else None)


def _query_of(address: str) -> dict[str, str]:
    from urllib.parse import parse_qsl, urlsplit

    return dict(parse_qsl(urlsplit(address).query))


def _safe(back: str, process_id: int) -> str:
    """Return the way back to the board or the inquiry; an address that leads elsewhere is not followed."""
    own = f"{request.script_root}/crm_inquiries/"
    if back.startswith(own) and "\\" not in back and "\n" not in back:
        return back
    return url_for("crm_inquiries.show_board", process=process_id)


def _stages_beside(session: Session, inquiry: Inquiry) -> list[Stage]:
    for _process, stages in queries.processes_with_stages(session):
        if any(stage.process_id == inquiry.process_id for stage in stages):
            return stages
    return []


def _wanted(stages: list[Stage], inquiry: Inquiry) -> Stage | None:
    asked = request.values.get("stage_id", "")
    if not asked:
        later = [one for one in stages if one.id != inquiry.stage_id and not one.outcome]
        here = next((place for place, one in enumerate(stages) if one.id == inquiry.stage_id), -1)
        return next((one for one in stages[here + 1 :] if one in later), None) if request.method == "GET" else None
    found = next((one for one in stages if str(one.id) == asked), None)
    if found is None:
        raise InvalidInput({"stage_id": _("Choose one of the stages of this process.")})
    return found
