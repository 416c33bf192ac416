"""Pages of what activities use: resources such as cars and rooms, and services that are bought (IN-21)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import redirect, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from kartoteka.api.db import find, reading, transaction
from kartoteka.api.errors import Problem
from kartoteka.api.forms import Form, save_form
from kartoteka.api.records import RecordState
from kartoteka.api.texts import Message, Texts
from kartoteka.api.web import render, require, toast
from kartoteka_crm_inquiries.activities import using
from kartoteka_crm_inquiries.activities.forms import ResourceForm, ServiceForm
from kartoteka_crm_inquiries.activities.models import ExtraService, Resource
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.naming import MANAGE_PROCESSES, VIEW_ACTIVITIES

_ = Texts("crm_inquiries")

MOST = 500
Answer = str | Response | tuple[str, int]


@dataclass(frozen=True)
class _Sort:
    """One of the two things that activities use, with the pages of it."""

    model: type[Any]
    form: type[Form]
    title: Message
    one: str


_RESOURCES = _Sort(Resource, ResourceForm, _("Resource"), "resource")
_SERVICES = _Sort(ExtraService, ServiceForm, _("Service bought"), "service")


@blueprint.get("/used")
@require(VIEW_ACTIVITIES)
def list_used() -> Answer:
    """List the resources and the services bought, with their prices."""
    with reading() as session:
        resources = list(session.scalars(select(Resource).order_by(Resource.state, Resource.name).limit(MOST)))
        services = list(
            session.scalars(select(ExtraService).order_by(ExtraService.state, ExtraService.name).limit(MOST))
        )
    return render("crm_inquiries/activities/used.html", resources=resources, services=services)


@blueprint.route("/resources/new", methods=["GET", "POST"])
@require(MANAGE_PROCESSES)
def new_resource() -> Answer:
    """Add a resource."""
    return _new(_RESOURCES)


@blueprint.route("/resources/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE_PROCESSES)
def edit_resource(record_id: int) -> Answer:
    """Change a resource."""
    return _edit(_RESOURCES, record_id)


@blueprint.post("/resources/<int:record_id>/state")
@require(MANAGE_PROCESSES)
def switch_resource(record_id: int) -> Answer:
    """Put a resource away, or take it back."""
    return _switch(_RESOURCES, record_id)


@blueprint.route("/services/new", methods=["GET", "POST"])
@require(MANAGE_PROCESSES)
def new_service() -> Answer:
    """Add a service that may be bought."""
    return _new(_SERVICES)


@blueprint.route("/services/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE_PROCESSES)
def edit_service(record_id: int) -> Answer:
    """Change a service that may be bought."""
    return _edit(_SERVICES, record_id)


@blueprint.post("/services/<int:record_id>/state")
@require(MANAGE_PROCESSES)
def switch_service(record_id: int) -> Answer:
    """Put a service away, or take it back."""
    return _switch(_SERVICES, record_id)


def _new(sort: _Sort) -> Answer:
    form = sort.form()
    if form.validate_on_submit():
        saved = save_form(form, _("Added"), lambda session: using.add_used(session, sort.model, form.values()))
        if saved is not None:
            return _saved(saved.name)
    return _show(sort, form, None)


def _edit(sort: _Sort, record_id: int) -> Answer:
    form = sort.form()
    with reading() as session:
        record = find(session, sort.model, record_id)
    form.fill(record)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Changed"),
            lambda session: using.change_used(session, sort.model, record_id, form.values(), form.version_number),
            record.version,
        )
        if saved is not None:
            return _saved(saved.name)
    return _show(sort, form, record)


def _switch(sort: _Sort, record_id: int) -> Answer:
    with reading() as session:
        record = find(session, sort.model, record_id)
    state = RecordState.ARCHIVED if record.state == RecordState.ACTIVE else RecordState.ACTIVE
    try:
        with transaction(_("Archive")) as session:
            using.set_used_state(session, sort.model, record_id, state)
    except Problem as problem:
        toast(problem.message, kind="error")
    else:
        toast(_("Saved."))
    return redirect(url_for("crm_inquiries.list_used"))


def _saved(name: str) -> Response:
    toast(_("“%(name)s” is saved.", name=name))
    return redirect(url_for("crm_inquiries.list_used"))


def _show(sort: _Sort, form: Form, record: Any) -> Answer:
    page = render("crm_inquiries/activities/used_form.html", form=form, record=record, sort=sort)
    return page if not form.is_submitted() else (page, 409 if hasattr(form, "conflict") else 422)
