"""Pages of copies: the buttons of the card, the page with all templates, what a new client's form begins with."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.copying import service
from kartoteka.builtin.clients.copying.models import ClientTemplate
from kartoteka.builtin.clients.fields import CLIENT_KIND, CREATE
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.extension.declarations.work import Action, Outcome
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, read_id
from kartoteka.web.blueprint import require
from kartoteka.web.forms import Form, LineField
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

START = ("like", "template")


class TemplateForm(Form):
    """The name of a template."""

    name = LineField(_("Name of the template"), required=True, max_length=service.NAME_LENGTH)


def asked_start() -> dict[str, int]:
    """Return what the address says a new client is made of: ``like`` a client or of a ``template``; raises NotFound."""
    name = next((one for one in START if one in request.args), None)
    if name is None:
        return {}
    number = read_id(request.args[name])
    if number is None:
        raise NotFound
    return {name: number}


def start_values(session: Session, start: dict[str, int]) -> dict[str, Any]:
    """Return the stored values that a new client's form begins with."""
    if "like" in start:
        return service.copy_start(session, start["like"])
    return service.template_start(session, start["template"]) if start else {}


def save(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Keep a client as a template."""
    template = service.save_template(session, records[0].id, data["name"])
    return Outcome(_("“%(name)s” is saved: new clients can start from it.", name=template.name), 1)


@blueprint.get("/templates")
@require(CREATE)
def show_templates() -> str:
    """List the templates that new clients can begin with."""
    with reading() as session:
        return render("clients/templates.html", templates=service.list_templates(session))


@blueprint.post("/templates/<int:record_id>/delete")
@require(CREATE)
def delete_template(record_id: int) -> Response:
    """Delete a template; clients made of it stay as they are."""
    with reading() as session:
        find(session, ClientTemplate, record_id)
    with transaction(_("Template deleted")) as session:
        service.delete_template(session, record_id)
    toast(_("The template is deleted."))
    return redirect(url_for("clients.show_templates"))


def clone_page(records: list[RecordRef]) -> str:
    """Return the address of the form for a copy."""
    return f"/clients/new?like={records[0].id}"


COPY_ACTIONS = [
    Action(
        name="clone",
        kinds=(CLIENT_KIND,),
        title=_("Create a similar client"),
        icon="copy",
        permission=CREATE,
        page=clone_page,
        minor=True,
        weight=615,
    ),
    Action(
        name="save_template",
        kinds=(CLIENT_KIND,),
        title=_("Save as a template"),
        icon="device-floppy",
        permission=CREATE,
        form=TemplateForm,
        run=save,
        minor=True,
        weight=620,
    ),
]
