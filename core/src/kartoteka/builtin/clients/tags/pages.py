"""What tags add to pages: the panel of the card, the actions for many clients, the page with all tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import has_request_context, redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.fields import CLIENT_KIND, EDIT, VIEW
from kartoteka.builtin.clients.queries_card import card_client, known_client
from kartoteka.builtin.clients.service import EDITABLE
from kartoteka.builtin.clients.tags import queries, service
from kartoteka.builtin.clients.tags.kinds import TAGGING_KIND
from kartoteka.builtin.clients.tags.models import NAME_LENGTH, Tag
from kartoteka.builtin.clients.tags.service import MANAGE_TAGS
from kartoteka.builtin.search.service import favourite_refs
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session, actor_of, find, reading, transaction
from kartoteka.extension.declarations.data import Choice, Colour
from kartoteka.extension.declarations.ui import CARD_SIDE, Badge, BadgeValue, Panel
from kartoteka.extension.declarations.work import Action, Outcome
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.blueprint import require
from kartoteka.web.current import visitor
from kartoteka.web.forms import ChoiceField, Form, LineField
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
COLOURS = (
    Choice(Colour.PLANNED, _("Blue")),
    Choice(Colour.DONE, _("Green")),
    Choice(Colour.TODAY, _("Orange")),
    Choice(Colour.OVERDUE, _("Red")),
)


class TagForm(Form):
    """A tag."""

    name = LineField(_("Name"), required=True, max_length=NAME_LENGTH)
    colour = ChoiceField(_("Colour"), choices=COLOURS, empty=_("Grey"), validate_choice=False)


def _choices() -> list[Choice]:
    with reading() as session:
        return list(queries.tag_choices(session))


class AddForm(Form):
    """Which tag clients get: one that is there, or a new one."""

    tag = ChoiceField(_("Tag"), choices=_choices, empty=_("A new tag"))
    name = LineField(_("New tag"), max_length=NAME_LENGTH)

    def validate(self, extra_validators: Any = None) -> bool:
        """Demand one of the two."""
        sound = bool(super().validate(extra_validators))
        if sound and not (self.tag.data or self.name.data):
            self.add_error("name", _("Choose a tag, or write a new one."))
            return False
        return sound


class RemoveForm(Form):
    """Which tag clients lose."""

    tag = ChoiceField(_("Tag"), choices=_choices, required=True)


def add_to_many(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Give clients a tag."""
    tag_id = int(data["tag"]) if data.get("tag") else service.find_or_add_tag(session, data["name"]).id
    number = service.add_tags(session, [record.id for record in records], [tag_id])
    return Outcome(plural_text("One client has the tag now.", "%(count)s clients have the tag now.", number), number)


def take_off_many(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Take a tag off clients."""
    number = service.remove_tags(session, [record.id for record in records], [int(data["tag"])])
    return Outcome(plural_text("One client lost the tag.", "%(count)s clients lost the tag.", number), number)


def load_tags(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return the tags of a client; None when there are none and none can be added."""
    known = card_client(session, record.id)
    tags = queries.tags_of(session, record.id) if known.has_tags else []
    may_edit = actor_of(session).can(EDIT) and known.client.state in EDITABLE
    return {"tags": tags, "may_edit": may_edit, "client_id": record.id} if tags or may_edit else None


@blueprint.post("/<int:record_id>/tags")
@require(EDIT)
def tag_client(record_id: int) -> Answer:
    """Add a tag to a client by name, or take one off."""
    with reading() as session:
        known_client(session, record_id)
    taken = request.form.get("remove", 0, type=int)
    try:
        with transaction(_("Tag taken off") if taken else _("Tag added")) as session:
            if taken:
                service.remove_tags(session, [record_id], [taken])
            else:
                tag = service.find_or_add_tag(session, request.form.get("name", ""))
                service.add_tags(session, [record_id], [tag.id])
    except Problem as problem:
        errors = getattr(problem, "errors", {})
        toast(next(iter(errors.values()), problem.message), kind="error")
    return redirect(url_for("clients.show_client", record_id=record_id))


@blueprint.get("/tags")
@require(VIEW)
def show_tags() -> Answer:
    """List all tags."""
    with reading() as session:
        return render("clients/tags.html", tags=queries.list_tags(session), tag=None, form=None)


@blueprint.route("/tags/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE_TAGS)
def show_tag(record_id: int) -> Answer:
    """Give a tag another name or colour."""
    with reading() as session:
        tag = find(session, Tag, record_id)
        tags = queries.list_tags(session)
    form: Any = TagForm()
    form.fill(tag)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Tag changed"),
            lambda session: service.change_tag(session, record_id, form.name.data, form.colour.data or ""),
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("clients.show_tags"))
    return render("clients/tags.html", tags=tags, tag=tag, form=form), 422 if form.is_submitted() else 200


@blueprint.post("/tags/<int:record_id>/delete")
@require(MANAGE_TAGS)
def delete_tag(record_id: int) -> Answer:
    """Delete a tag; it goes from all clients and can be undone."""
    with reading() as session:
        find(session, Tag, record_id)
    with transaction(_("Tag deleted")) as session:
        service.delete_tag(session, record_id)
    toast(_("The tag is deleted."))
    return redirect(url_for("clients.show_tags"))


TAGS_PANEL = Panel(
    name="tags",
    slot=CARD_SIDE,
    kinds=(CLIENT_KIND,),
    title=_("Tags"),
    permission=VIEW,
    tells=(TAGGING_KIND,),
    template="clients/tags_panel.html",
    load=load_tags,
    weight=50,
)
TAG_ACTIONS = [
    Action(
        name="tag",
        kinds=(CLIENT_KIND,),
        title=_("Add a tag"),
        icon="tags",
        permission=EDIT,
        form=AddForm,
        run=add_to_many,
        bulk=True,
        single=False,
        weight=600,
    ),
    Action(
        name="untag",
        kinds=(CLIENT_KIND,),
        title=_("Take a tag off"),
        icon="tags",
        permission=EDIT,
        form=RemoveForm,
        run=take_off_many,
        bulk=True,
        single=False,
        weight=610,
    ),
]


def load_stars(session: Session, ids: Sequence[int]) -> Mapping[int, BadgeValue]:
    """Return a star for each client that the visitor has starred; no statement, and none outside a request."""
    if not has_request_context():
        return {}
    starred = {ref.id for ref in favourite_refs(visitor().preferences or {}) if ref.kind == CLIENT_KIND}
    return {one: BadgeValue("", Colour.NONE, "star-filled", _("Favourite")) for one in ids if one in starred}


STARS = Badge(kinds=(CLIENT_KIND,), name="stars", permission=VIEW, load=load_stars, weight=5)
