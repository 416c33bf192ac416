"""Pages of marketing data: the tab of the client card and its form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import EDIT as EDIT_CLIENTS
from kartoteka.api.clients import Client, ClientKind, change_client, reads_field, writes_field
from kartoteka.api.db import EditConflict, Session, actor_of, find, reading, transaction
from kartoteka.api.errors import Problem
from kartoteka.api.texts import Texts, Translatable
from kartoteka.api.web import render_card, require, toast
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.fields import EDIT, VIEW
from kartoteka_crm_clients.marketing.fields import CLIENT_FIELDS, COLUMN_OF, MARKETING_FIELDS, read_names, written_names
from kartoteka_crm_clients.marketing.forms import SEXES, MarketingForm, offer_closed
from kartoteka_crm_clients.marketing.models import Marketing
from kartoteka_crm_clients.marketing.queries import entry_titles, marketing_of
from kartoteka_crm_clients.marketing.service import set_marketing

_ = Texts("crm_clients")

TAB = "crm_clients.marketing"
Answer = str | Response | tuple[str, int]
_SEX_TITLES = {one.value: one.title for one in SEXES}
_TITLES = {"activity": _("Activity"), "sex": _("Sex"), "income": _("Income a month")}


@blueprint.get("/clients/<int:record_id>/marketing")
@require(VIEW)
def show_client_marketing(record_id: int) -> Answer:
    """Show what is known of a client for marketing (CL-11, CL-45)."""
    with reading() as session:
        client = find(session, Client, record_id)
        facts = list(_facts(session, client, marketing_of(session, record_id)))
    return render_card("crm_clients/marketing/tab.html", record_id, tab=TAB, facts=facts)


@blueprint.get("/marketing/<int:record_id>")
@require(VIEW)
def show_marketing(record_id: int) -> Answer:
    """Lead to marketing data on the card of their client."""
    with reading() as session:
        known = find(session, Marketing, record_id)
    return redirect(_tab_url(known.client_id))


@blueprint.route("/clients/<int:record_id>/marketing/edit", methods=["GET", "POST"])
@require(EDIT)
def edit_marketing(record_id: int) -> Answer:
    """Change marketing data; what somebody else saved meanwhile is merged or shown beside (X-30)."""
    form = MarketingForm()
    with reading() as session:
        client = find(session, Client, record_id)
        known = marketing_of(session, record_id)
        shown = _own_fields(session, client)
        form.keep_only([*written_names(session), *shown])
        offer_closed(form, session, known)
    form.fill(_stored(client, known, shown))
    if form.validate_on_submit():
        try:
            with transaction(_("Marketing data changed")) as session:
                _save(session, record_id, form, shown, known)
            toast(_("The marketing data are saved."))
            return redirect(_tab_url(record_id))
        except EditConflict as conflict:
            _take_both(form, conflict, known)
        except Problem as problem:
            form.take_problem(problem)
    page = render_card("crm_clients/marketing/form.html", record_id, tab=TAB, form=form, cancel_url=_tab_url(record_id))
    return page if not form.is_submitted() else (page, 409 if hasattr(form, "conflict") else 422)


def _save(session: Session, client_id: int, form: Any, shown: list[str], known: Marketing | None) -> None:
    typed = form.values()
    set_marketing(
        session,
        client_id,
        {name: typed[name] for name in COLUMN_OF if name in typed},
        form.version_number if known else None,
    )
    own = {name: typed[name] for name in shown if name in form.changed_data()}
    if own:
        texts = {name: value or "" for name, value in own.items() if name != "income"}
        change_client(session, client_id, own | texts)


def _take_both(form: Any, conflict: EditConflict, known: Marketing | None) -> None:
    names = {column: name for name, column in COLUMN_OF.items()}
    conflict.theirs = {names.get(name, name): value for name, value in conflict.theirs.items()}
    conflict.mine = {names.get(name, name): value for name, value in conflict.mine.items()}
    form.take_conflict(conflict)
    if known is not None:
        form.renew_version(known.version)


def _stored(client: Client, known: Marketing | None, shown: list[str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(client, name) for name in shown}
    for name, column in COLUMN_OF.items():
        stored = None if known is None else getattr(known, column)
        values[name] = "" if stored is None else str(stored)
    values["version"] = "" if known is None else str(known.version)
    return values


def _own_fields(session: Session, client: Client) -> list[str]:
    """Return the client's own fields that the actor may change here."""
    if not actor_of(session).can(EDIT_CLIENTS):
        return []
    names = CLIENT_FIELDS if client.kind == ClientKind.PERSON else CLIENT_FIELDS[:1]
    return [name for name in names if writes_field(name, session)]


def _facts(session: Session, client: Client, known: Marketing | None) -> Iterator[tuple[Translatable, Any, str]]:
    """Yield title, value and sort of each fact; choices in words."""
    names = CLIENT_FIELDS if client.kind == ClientKind.PERSON else CLIENT_FIELDS[:1]
    for name in (one for one in names if reads_field(one, session)):
        value = getattr(client, name)
        yield _TITLES[name], _SEX_TITLES.get(value, value) if name == "sex" else value, name
    titles = {} if known is None else entry_titles(session, known)
    readable = read_names(session)
    for field in (one for one in MARKETING_FIELDS if one.name in readable):
        yield field.title, titles.get(field.name, ""), field.name


def _tab_url(client_id: int) -> str:
    return url_for("crm_clients.show_client_marketing", record_id=client_id)
