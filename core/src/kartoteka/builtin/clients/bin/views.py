"""Pages of the bin: what deleting means, the clients in the bin, back and away for good (X-31)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.bin.consequences import foresee, tell_consequences
from kartoteka.builtin.clients.bin.queries import read_bin
from kartoteka.builtin.clients.bin.service import (
    KEPT_DAYS,
    MOST_DELETED,
    binnable,
    delete_clients,
    purge_clients,
    restore_deleted,
)
from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.fields import CLIENT_KIND, DELETE, PURGE
from kartoteka.builtin.clients.queries_card import known_client
from kartoteka.builtin.clients.service import EDITABLE
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session, reading, transaction
from kartoteka.extension.declarations.work import Action, Outcome
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import Message, plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordState
from kartoteka.web.asked import asked_id, asked_ids
from kartoteka.web.blueprint import require
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]


@blueprint.route("/delete", methods=["GET", "POST"])
@require(DELETE)
def delete() -> Answer:
    """Say what deleting the clients means (GET) and put them into the bin (POST)."""
    ids = asked_ids()
    if not ids:
        return _nothing_chosen("clients.list_clients")
    if request.method != "POST":
        return _ask(ids, for_good=False)
    try:
        with transaction() as session:
            number = delete_clients(session, ids)
    except Refused as problem:
        return _ask(ids, for_good=False, problem=problem.message)
    toast(plural_text("One client is in the bin.", "%(count)s clients are in the bin.", number))
    return redirect(url_for("clients.list_clients"))


@blueprint.get("/bin")
@require(DELETE)
def show_bin() -> Answer:
    """List the clients in the bin, the last deleted first; ``before`` continues below one."""
    before = asked_id("before")
    with reading() as session:
        binned, more = read_bin(session, before)
    return render("clients/bin.html", binned=binned, more=more, before=before, kept_days=KEPT_DAYS)


@blueprint.post("/bin/restore")
@require(DELETE)
def restore_binned() -> Answer:
    """Take clients out of the bin."""
    ids = asked_ids()
    if not ids:
        return _nothing_chosen("clients.show_bin")
    with transaction() as session:
        number = restore_deleted(session, ids)
    toast(plural_text("One client is back.", "%(count)s clients are back.", number))
    return redirect(url_for("clients.show_client", record_id=ids[0]) if len(ids) == 1 else url_for("clients.show_bin"))


@blueprint.route("/bin/purge", methods=["GET", "POST"])
@require(PURGE)
def purge() -> Answer:
    """Ask (GET) and delete clients in the bin for good (POST with ``confirmed``)."""
    ids = asked_ids()
    if not ids:
        return _nothing_chosen("clients.show_bin")
    if request.method != "POST" or "confirmed" not in request.form:
        return _ask(ids, for_good=True)
    try:
        with transaction() as session:
            number = purge_clients(session, ids)
    except Refused as problem:
        return _ask(ids, for_good=True, problem=problem.message)
    told = plural_text("One client is deleted permanently.", "%(count)s clients are deleted permanently.", number)
    toast(told, undo=False)
    return redirect(url_for("clients.show_bin"))


def _nothing_chosen(endpoint: str) -> Response:
    toast(_("Choose at least one client first."), "warning")
    return redirect(url_for(endpoint))


def _ask(ids: list[int], *, for_good: bool, problem: Message | None = None) -> Answer:
    with reading() as session:
        wanted = (RecordState.DELETED,) if for_good else EDITABLE
        clients = [client for client in binnable(session, ids) if client.state in wanted]
        if not clients:  # the address is an old one: somebody has done this, or taken it back, in the meantime
            return _nothing_chosen("clients.show_bin" if for_good else "clients.list_clients")
        means = foresee(session, [client.id for client in clients], for_good=for_good)
    page = render(
        "clients/delete.html", clients=clients, means=means, for_good=for_good, problem=problem, kept_days=KEPT_DAYS
    )
    return page if problem is None else (page, 422)


def _page(path: str) -> Any:
    def page(records: list[RecordRef]) -> str:
        return f"{path}?{urlencode([('id', record.id) for record in records[: MOST_DELETED + 1]])}"

    return page


def _delete(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    number = delete_clients(session, [record.id for record in records])
    return Outcome(plural_text("One client is in the bin.", "%(count)s clients are in the bin.", number), number)


def _restore(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    number = restore_deleted(session, [record.id for record in records])
    return Outcome(plural_text("One client is back.", "%(count)s clients are back.", number), number)


def _is_living(session: Session, record: RecordRef) -> bool:
    return known_client(session, record.id).state in EDITABLE


def _is_binned(session: Session, record: RecordRef) -> bool:
    return known_client(session, record.id).state == RecordState.DELETED


BIN_ACTIONS = [
    Action(
        name="delete",
        kinds=(CLIENT_KIND,),
        title=_("Delete"),
        icon="trash",
        permission=DELETE,
        page=_page("/clients/delete"),
        run=_delete,
        confirm=_("What is in the bin can be restored for %(days)s days.", days=KEPT_DAYS),
        foretell=tell_consequences,
        when=_is_living,
        bulk=True,
        weight=900,
        minor=True,
    ),
    Action(
        name="undelete",
        kinds=(CLIENT_KIND,),
        title=_("Restore"),
        icon="restore",
        permission=DELETE,
        run=_restore,
        when=_is_binned,
        weight=910,
    ),
    Action(
        name="purge",
        kinds=(CLIENT_KIND,),
        title=_("Delete permanently"),
        icon="trash",
        permission=PURGE,
        page=_page("/clients/bin/purge"),
        when=_is_binned,
        weight=920,
    ),
]
