"""Pages of one client: the card's overview, entering, changing, editing one field in place, looking for duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import redirect, request, url_for
from werkzeug.exceptions import NotFound as NoPage
from werkzeug.wrappers import Response

from kartoteka.builtin.clients import service
from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.card import OVERVIEW, load_card
from kartoteka.builtin.clients.checking import COMPANY_ONLY, PERSON_ONLY
from kartoteka.builtin.clients.copying.pages import asked_start, start_values
from kartoteka.builtin.clients.copying.service import give_tags
from kartoteka.builtin.clients.duplicates import KnownDuplicate, describe_duplicates, probe_for
from kartoteka.builtin.clients.fields import CREATE, EDIT, FIELDS, VIEW
from kartoteka.builtin.clients.forms import client_form, sections, single_form
from kartoteka.builtin.clients.history import kinds_of_client
from kartoteka.builtin.clients.layout.rules import FIELDS as FIELDS_PART
from kartoteka.builtin.clients.layout.rules import PANELS
from kartoteka.builtin.clients.models import Client, ClientKind, Relationship
from kartoteka.builtin.clients.queries_card import card_client
from kartoteka.builtin.clients.shown import may_write, one_property, properties
from kartoteka.builtin.clients.visits.service import Missed, missed_by_reader
from kartoteka.builtin.files.service import LARGEST_FORM
from kartoteka.db.session import Session, reading
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import Field
from kartoteka.extension.declarations.ui import CARD_MAIN, CARD_SIDE
from kartoteka.extension.dispatch import find_duplicates
from kartoteka.vocabulary.message import text as _
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import require, takes_files
from kartoteka.web.current import current, visitor
from kartoteka.web.i18n import today
from kartoteka.web.in_place import Fact, show_saved_value, show_value, show_value_form
from kartoteka.web.own_fields import shown_in_form
from kartoteka.web.pages import is_fragment, render, render_part
from kartoteka.web.panels import render_panels
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
_PROBED = ("kind", "company_name", "surname", "first_name", "country", "registration_code", "vat_code")
_PROBED += ("phone", "mobile", "email", "website")
# A personal code is never part of an address, which servers write down: it is compared when the form is sent.
_COMPARED = (*_PROBED, "personal_code")


@blueprint.get("/<int:record_id>")
@require(VIEW)
def show_client(record_id: int) -> Answer:
    """Show a client's card: notes, properties and the panels of modules."""
    with reading() as session:
        card = load_card(session, record_id, OVERVIEW)
        known = card_client(session, record_id)
        facts = properties(known, visitor().actor.can, card.may_edit)
        facts = card.layout.arrange(FIELDS_PART, facts, lambda fact: fact.name)
        order = partial(card.layout.arrange, PANELS, name=lambda panel: panel.key)
        panels = {slot: render_panels(session, slot, card.record, order) for slot in (CARD_MAIN, CARD_SIDE)}
        missed = _missed(session, record_id) if known.was_visited else None
    return render(
        "clients/overview.html",
        card=card,
        client=card.client,
        facts=facts,
        missed=missed,
        may_edit_notes=card.may_edit and may_write("notes", visitor().can),
        main_panels=panels[CARD_MAIN],
        side_panels=panels[CARD_SIDE],
    )


def _missed(session: Session, record_id: int) -> Missed | None:
    """Return what others have changed since the reader was at the card last."""
    return missed_by_reader(session, record_id, [kind.kind for kind in kinds_of_client(session)])


@blueprint.route("/new", methods=["GET", "POST"])
@require(CREATE)
@takes_files(LARGEST_FORM)
def new_client() -> Answer:
    """Enter a client; possible duplicates are asked about before it is saved."""
    form, start = client_form(), asked_start()
    form.limit(visitor().actor)
    form.fill({**_blank_record(), **_begun(start)})
    sound = form.validate_on_submit()
    known = _duplicates(_typed(form), None) if form.is_submitted() else []

    def save(session: Session) -> Client:
        client = service.create_client(session, _values(form), accept_duplicates=_accepted(form))
        if start:
            give_tags(session, client.id, start)
        return client

    if sound and not _stopped_by(form, known) and (client := save_form(form, _("Client added"), save)):
        toast(_("%(name)s is saved as %(number)s.", name=client.name, number=client.number))
        return redirect(url_for("clients.show_client", record_id=client.id))
    return _show_form(form, known, None)


@blueprint.route("/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT)
@takes_files(LARGEST_FORM)
def edit_client(record_id: int) -> Answer:
    """Change a client; what somebody else saved meanwhile is merged or shown beside (X-30)."""
    form = client_form()
    with reading() as session:
        client = card_client(session, record_id).client
    form.limit(visitor().actor)
    _fill(form, client)
    sound = form.validate_on_submit()
    known = _duplicates(_typed(form), record_id) if form.is_submitted() and _is_probed_anew(form) else []

    def save(session: Session) -> None:
        version = form.version_number
        service.change_client(session, record_id, _values(form), version, accept_duplicates=_accepted(form))

    if sound and not _stopped_by(form, known) and save_form(form, _("Client changed"), save, client.version):
        toast(_("Saved."))
        return redirect(url_for("clients.show_client", record_id=record_id))
    return _show_form(form, known, client)


@blueprint.route("/<int:record_id>/field/<name>", methods=["GET", "POST"])
@require(EDIT)
@takes_files(LARGEST_FORM)
def edit_field(record_id: int, name: str) -> Answer:
    """Edit one field in place; a small page of its own without JavaScript. ``done`` shows the value again."""
    if not may_write(name, visitor().can):
        raise NoPage
    form = single_form(name)()
    with reading() as session:
        card = card_client(session, record_id)
        if request.method != "POST" and "done" in request.args:
            return show_value(_fact(session, record_id, name), _edit_url(record_id, name))
    _fill(form, card.client)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Client changed"),
            lambda session: service.change_client(
                session, record_id, _values(form), form.version_number, accept_duplicates=False
            ),
            card.client.version,
        )
        if saved is not None:
            return _field_saved(record_id, name)
    with reading() as session:
        form.offer(session, current().config.country)
    back = url_for("clients.show_client", record_id=record_id)
    return show_value_form(
        form, name, edit_url=_edit_url(record_id, name), back_url=back, record_title=card.client.name
    )


@blueprint.get("/duplicates")
@require(VIEW)
def show_duplicates() -> Answer:
    """Show which clients may be the one being typed; a fragment for the form, empty when there is none."""
    values = {name: request.args.get(name, "")[:500] for name in _PROBED}
    exclude = asked_id("exclude")
    known = _duplicates(values, exclude)
    may_accept = any(one.is_visible for one in known)
    accepted = "accept_duplicates" in request.args
    return render("clients/duplicates.html", duplicates=known, may_accept=may_accept, accepted=accepted)


def _field_saved(record_id: int, name: str) -> Answer:
    """Show the value again, and the header that may show it too."""
    toast(_("Saved."))
    back = url_for("clients.show_client", record_id=record_id)
    if not is_fragment():
        return redirect(back)
    with reading() as session:
        card = load_card(session, record_id, OVERVIEW)
        fact = _fact(session, record_id, name)
    head = render_part("clients/card_head.html", card=card, client=card.client, again=True)
    return show_saved_value(fact, _edit_url(record_id, name), back, head)


def _edit_url(record_id: int, name: str) -> str:
    return url_for("clients.edit_field", record_id=record_id, name=name)


def _fact(session: Session, record_id: int, name: str) -> Fact:
    return one_property(card_client(session, record_id), name, visitor().can, may_edit=True)


def _show_form(form: Any, known: list[KnownDuplicate], client: Client | None) -> Answer:
    with reading() as session:
        form.offer(session, current().config.country)
    page = render(
        "clients/form.html",
        form=form,
        duplicates=known,
        may_accept=form.is_submitted(),
        accepted=_accepted(form),
        client=client,
        sections=sections(),
        company_only=COMPANY_ONLY,
        person_only=PERSON_ONLY,
    )
    return page, _status(form)


def _status(form: Any) -> int:
    if not form.is_submitted():
        return 200
    return 409 if form.is_disputed else 422


def _blank_record() -> dict[str, Any]:
    return {
        "kind": ClientKind.COMPANY,
        "relationship": Relationship.EXISTING,
        "country": current().config.country,
        "manager": visitor().id,
        "registered_on": today(),
    }


def _begun(start: dict[str, int]) -> dict[str, Any]:
    """Return what the form of a copy, or of a client made of a template, begins with."""
    if not start:
        return {}
    with reading() as session:
        values = start_values(session, start)
    record = {name: _in_form(FIELDS[name], value) for name, value in values.items()}
    return {**record, "group": str(record["group"])} if record.get("group") else record


def _fill(form: Any, client: Client) -> None:
    record = {field.name: _in_form(field, getattr(client, field.attribute)) for field in FIELDS.values()}
    if record["group"] is not None:
        record["group"] = str(record["group"])
    form.known = service.stored_values(client)
    form.fill({**record, "version": client.version})


def _in_form(field: Field, value: Any) -> Any:
    return shown_in_form(field, value) if isinstance(field, CustomField) else value


def _values(form: Any) -> dict[str, Any]:
    return {name: value for name, value in form.values().items() if name in FIELDS}


def _typed(form: Any) -> dict[str, Any]:
    return {**form.known, **_values(form)}


def _accepted(form: Any) -> bool:
    return "accept_duplicates" in form and bool(form.accept_duplicates.data)


def _duplicates(values: Mapping[str, Any], exclude: int | None) -> list[KnownDuplicate]:
    with reading() as session:
        return describe_duplicates(session, find_duplicates(session, probe_for(values, exclude)))


def _is_probed_anew(form: Any) -> bool:
    """Say whether a field that duplicates are found by was changed now; others need no question."""
    return any((form[name].data or "") != (form[name].object_data or "") for name in _COMPARED if name in form)


def _stopped_by(form: Any, known: list[KnownDuplicate]) -> bool:
    """Say whether possible duplicates must be looked at before saving; weak ones are only shown."""
    return any(one.is_likely for one in known) and not _accepted(form)
