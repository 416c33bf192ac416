"""Pages: taking in a file of vCards with a look at it first, and giving contacts out."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kartoteka.api.clients import EXPORT, Client
from kartoteka.api.db import audit, find, reading, transaction
from kartoteka.api.errors import NotFound, Problem
from kartoteka.api.texts import Texts
from kartoteka.api.web import asked_ids, render, render_card, require, toast, today
from kartoteka_crm_clients import service
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.fields import EDIT, VIEW
from kartoteka_crm_clients.models import Contact
from kartoteka_crm_clients.vcards import queries
from kartoteka_crm_clients.vcards.reading import LARGEST

_ = Texts("crm_clients")

TAB = "crm_clients.contacts"
MOST_CLIENTS = 500
MOST_TEXT = 400_000
Answer = str | AnyResponse | tuple[str, int]


@blueprint.get("/clients/<int:record_id>/vcards")
@require(VIEW, EDIT)
def choose_vcards(record_id: int) -> str:
    """Ask for a file of vCards."""
    return _render(record_id)


@blueprint.post("/clients/<int:record_id>/vcards")
@require(VIEW, EDIT)
def preview_vcards(record_id: int) -> Answer:
    """Show what a file of vCards would become, with those marked that are here already."""
    with reading() as session:
        client = find(session, Client, record_id)
    upload = request.files.get("file")
    content = upload.stream.read(LARGEST + 1) if upload is not None else b""
    if not content:
        return _render(record_id, problem=_("Choose a file first.")), 422
    with reading() as session:
        offered, troubles = queries.preview(session, client, content, today())
    text = _kept_text(offered)
    if len(text) > MOST_TEXT:
        return _render(record_id, problem=_("There is too much in this file. Divide it.")), 422
    return _render(record_id, offered=offered, troubles=troubles, text=text)


@blueprint.post("/clients/<int:record_id>/vcards/take")
@require(VIEW, EDIT)
def take_vcards(record_id: int) -> Answer:
    """Add the chosen cards of a file as contacts of a client."""
    with reading() as session:
        client = find(session, Client, record_id)
        content = request.form.get("text", "")[:MOST_TEXT].encode("utf-8", "replace")
        offered, _troubles = queries.preview(session, client, content, today())
    chosen = {one for one in request.form.getlist("card") if one.isascii() and one.isdigit()}
    wanted = [one for number, one in enumerate(offered) if str(number) in chosen and not one.errors]
    try:
        with transaction(_("Contacts taken from vCards")) as session:
            for one in wanted:
                service.add_contact(session, record_id, {**one.values, "role": "other"})
    except Problem as problem:
        toast(problem.message, kind="error")
        return redirect(url_for("crm_clients.choose_vcards", record_id=record_id))
    toast(_.plural("One contact added.", "%(count)s contacts added.", len(wanted)))
    return redirect(url_for("crm_clients.show_client_contacts", record_id=record_id))


@blueprint.post("/contacts/<int:record_id>/vcard")
@require(VIEW)
def give_contact(record_id: int) -> AnyResponse:
    """Give out one contact as a vCard."""
    with reading() as session:
        contact = find(session, Contact, record_id)
        cards = list(queries.cards_of(session, [], [contact.id], _version()))
    return _file(cards, "contact")


@blueprint.post("/clients/<int:record_id>/vcards/give")
@require(VIEW)
def give_contacts(record_id: int) -> AnyResponse:
    """Give out all contacts of a client as vCards."""
    with reading() as session:
        find(session, Client, record_id)
        cards = list(queries.cards_of(session, [record_id], [], _version()))
    return _file(cards, "contacts")


@blueprint.route("/vcards", methods=["GET", "POST"])
@require(VIEW, EXPORT)
def give_of_many() -> Answer:
    """Ask for the version (GET), and give out the contacts of the clients chosen in a list (POST)."""
    ids = asked_ids()
    if not 0 < len(ids) <= MOST_CLIENTS:
        toast(_("Choose at most %(most)s clients.", most=MOST_CLIENTS), "error")
        return redirect("/clients/")
    with reading() as session:
        cards = list(queries.cards_of(session, ids, [], _version()))
    if request.method == "POST" and cards:
        return _file(cards, "contacts")
    return render("crm_clients/vcards/many.html", ids=ids, count=len(cards))


def _version() -> str:
    return "4.0" if request.values.get("version") == "4.0" else "3.0"


def _kept_text(offered: list[queries.Offered]) -> str:
    """Return the cards as the next page sends them back: clean ones, in the same order."""
    return "".join(queries.write_card(one.values, "", "3.0") for one in offered)


def _file(cards: list[str], name: str) -> AnyResponse:
    if not cards:
        raise NotFound
    with transaction() as session:
        audit(session, "list.exported", facts={"list": "crm_clients.contacts", "format": "vcf", "rows": len(cards)})
    answer = Response("".join(cards).encode("utf-8", "replace"), mimetype="text/vcard")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.vcf"'
    return answer


def _render(client_id: int, **context: Any) -> str:
    return render_card("crm_clients/vcards/page.html", client_id, tab=TAB, **context)
