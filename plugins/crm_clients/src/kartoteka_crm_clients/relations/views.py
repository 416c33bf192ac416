"""Pages of the room: the tab "Related" of the client card, and the forms behind it."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import CLIENT_KIND, Client, ClientKind
from kartoteka.api.db import Session, find, reading, transaction
from kartoteka.api.errors import NotFound
from kartoteka.api.forms import save_form
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Message, Texts
from kartoteka.api.web import asked_id, render_card, require, toast, today
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.fields import CONTACT, EDIT, VIEW
from kartoteka_crm_clients.relations import queries, service
from kartoteka_crm_clients.relations.fields import TAB
from kartoteka_crm_clients.relations.forms import PositionForm, RelationForm
from kartoteka_crm_clients.relations.models import Position, Relation

_ = Texts("crm_clients")

Answer = str | Response | tuple[str, int]


@blueprint.get("/clients/<int:record_id>/related")
@require(VIEW)
def show_related(record_id: int) -> Answer:
    """List the people at a client, what a natural person is elsewhere, and related organisations."""
    with reading() as session:
        find(session, Client, record_id)
        held, elsewhere = queries.positions_around(session, record_id, today())
        related = queries.relations_of(session, record_id)
    return _render("related.html", record_id, held=held, elsewhere=elsewhere, related=related)


@blueprint.route("/clients/<int:record_id>/positions/new", methods=["GET", "POST"])
@require(EDIT)
def new_position(record_id: int) -> Answer:
    """Look for a person (on a person's card: for a company), and say what the person is there."""
    with reading() as session:
        client = find(session, Client, record_id)
        is_person = client.kind == ClientKind.PERSON
        chosen = _chosen(session, is_person=is_person)
        people = queries.find_clients(
            session, _words(), but=record_id, kind=ClientKind.COMPANY if is_person else ClientKind.PERSON
        )
        contacts = [] if is_person else queries.find_contacts(session, _words())
    if chosen is None:
        return _render("person.html", record_id, words=_words(), people=people, contacts=contacts, is_person=is_person)
    form = PositionForm()
    form.fill({"since": None})
    if form.validate_on_submit():
        at, person = (chosen.id, {"person_id": record_id}) if is_person else (record_id, _person(chosen))
        values = {**form.values(), **person}
        if save_form(form, _("Position added"), lambda session: service.add_position(session, at, values)):
            return _back(record_id, _("The position is saved."))
    named = _name_of(chosen)
    return _show_form("position_form.html", record_id, form, position=None, other=named)


@blueprint.get("/positions/<int:record_id>")
@require(VIEW)
def show_position(record_id: int) -> Answer:
    """Lead to the position among those of its client."""
    with reading() as session:
        position = find(session, Position, record_id)
    return redirect(_tab_url(position.client_id, _anchor=f"position-{record_id}"))


@blueprint.route("/positions/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT)
def edit_position(record_id: int) -> Answer:
    """Change a position: give it its last day, take the right to sign."""
    form = PositionForm()
    with reading() as session:
        position = find(session, Position, record_id)
        title = queries.summarise_positions(session, [record_id])[record_id].title
    form.fill(position)
    if form.validate_on_submit():
        change = lambda session: service.change_position(  # noqa: E731
            session, record_id, form.values(), form.version_number
        )
        if save_form(form, _("Position changed"), change, position.version):
            return _back(position.client_id, _("The position is saved."))
    return _show_form("position_form.html", position.client_id, form, position=position, other=title)


@blueprint.post("/positions/<int:record_id>/archive")
@require(EDIT)
def remove_position(record_id: int) -> Answer:
    """Put a position away."""
    with transaction(_("Position removed")) as session:
        position = service.remove_position(session, record_id)
    toast(_("The position is removed."), undo=url_for("crm_clients.restore_position", record_id=record_id))
    return redirect(_tab_url(position.client_id))


@blueprint.post("/positions/<int:record_id>/restore")
@require(EDIT)
def restore_position(record_id: int) -> Answer:
    """Take a position back."""
    with transaction(_("Position restored")) as session:
        position = service.restore_position(session, record_id)
    return _back(position.client_id, _("The position is back."))


@blueprint.route("/clients/<int:record_id>/relations/new", methods=["GET", "POST"])
@require(EDIT)
def new_relation(record_id: int) -> Answer:
    """Look for the other client, and say how the two belong together."""
    with reading() as session:
        find(session, Client, record_id)
        other_id = asked_id("other")
        other = find(session, Client, other_id) if other_id else None
        offered = queries.find_clients(session, _words(), but=record_id) if other is None else []
    if other is None:
        return _render("organisation.html", record_id, words=_words(), offered=offered)
    form = RelationForm()
    form.fill({"notes": ""})
    if form.validate_on_submit():
        values = {**form.values(), "related_id": other.id}
        if save_form(form, _("Relation added"), lambda session: service.add_relation(session, record_id, values)):
            return _back(record_id, _("The relation is saved."))
    return _show_form("relation_form.html", record_id, form, relation=None, other=other.name)


@blueprint.get("/relations/<int:record_id>")
@require(VIEW)
def show_relation(record_id: int) -> Answer:
    """Lead to the relation among those of its client."""
    with reading() as session:
        relation = find(session, Relation, record_id)
    return redirect(_tab_url(relation.client_id, _anchor=f"relation-{record_id}"))


@blueprint.route("/relations/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT)
def edit_relation(record_id: int) -> Answer:
    """Change what two clients are to each other."""
    form = RelationForm()
    with reading() as session:
        relation = find(session, Relation, record_id)
        other = find(session, Client, relation.related_id)
    form.fill(relation)
    if form.validate_on_submit():
        change = lambda session: service.change_relation(  # noqa: E731
            session, record_id, form.values(), form.version_number
        )
        if save_form(form, _("Relation changed"), change, relation.version):
            return _back(relation.client_id, _("The relation is saved."))
    return _show_form("relation_form.html", relation.client_id, form, relation=relation, other=other.name)


@blueprint.post("/relations/<int:record_id>/archive")
@require(EDIT)
def remove_relation(record_id: int) -> Answer:
    """Put a relation away."""
    with transaction(_("Relation removed")) as session:
        relation = service.remove_relation(session, record_id)
    toast(_("The relation is removed."), undo=url_for("crm_clients.restore_relation", record_id=record_id))
    return redirect(_tab_url(relation.client_id))


@blueprint.post("/relations/<int:record_id>/restore")
@require(EDIT)
def restore_relation(record_id: int) -> Answer:
    """Take a relation back."""
    with transaction(_("Relation restored")) as session:
        relation = service.restore_relation(session, record_id)
    return _back(relation.client_id, _("The relation is back."))


def _words() -> str:
    return request.args.get("words", "")[:200].replace("\x00", "")


def _chosen(session: Session, *, is_person: bool) -> RecordRef | None:
    """Return the one that was picked; raises NotFound for who the visitor does not see."""
    kinds = {"company": CLIENT_KIND} if is_person else {"person": CLIENT_KIND, "contact": CONTACT}
    for name, kind in kinds.items():
        picked = asked_id(name)
        if picked is not None:
            ref = RecordRef(kind, picked)
            if not queries.parties_of(session, [ref])[ref].name:
                raise NotFound
            return ref
    return None


def _person(chosen: RecordRef) -> dict[str, int]:
    return {"person_id" if chosen.kind == CLIENT_KIND else "contact_id": chosen.id}


def _name_of(ref: RecordRef) -> str:
    with reading() as session:
        return queries.parties_of(session, [ref])[ref].name


def _back(client_id: int, message: Message) -> Response:
    toast(message)
    return redirect(_tab_url(client_id))


def _show_form(template: str, client_id: int, form: Any, **context: Any) -> Answer:
    page = _render(template, client_id, form=form, cancel_url=_tab_url(client_id), **context)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422


def _render(template: str, client_id: int, **context: Any) -> str:
    return render_card(f"crm_clients/relations/{template}", client_id, tab=TAB, **context)


def _tab_url(client_id: int, **values: Any) -> str:
    return url_for("crm_clients.show_related", record_id=client_id, **values)
