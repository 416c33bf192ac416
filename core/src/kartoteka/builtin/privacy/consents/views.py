"""Pages of consents: the tab of the client card with what holds and what was said before, and the form."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.pages import render_card
from kartoteka.builtin.clients.queries import Client
from kartoteka.builtin.directories.queries import directory_choices
from kartoteka.builtin.privacy.consents import queries, service
from kartoteka.builtin.privacy.consents.kinds import FIELDS
from kartoteka.builtin.privacy.consents.models import PURPOSES, SOURCE_LENGTH, WORDING_LENGTH, Consent
from kartoteka.builtin.privacy.consents.naming import EDIT, TAB, VIEW
from kartoteka.builtin.privacy.views import blueprint
from kartoteka.db.session import Session, find, reading
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.blueprint import require
from kartoteka.web.forms import BlockField, ChoiceField, DateField, Form, LineField, to_id
from kartoteka.web.i18n import today
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

_BY_NAME = {field.name: field for field in FIELDS}
GIVEN, WITHDRAWN = "given", "withdrawn"


class ConsentForm(Form):
    """That somebody agreed to something, or took that back."""

    person = ChoiceField(_("Who"), choices=(), empty=_("The client"))
    purpose_id = ChoiceField(
        _BY_NAME["purpose_id"].title, choices=directory_choices(PURPOSES), coerce=to_id, required=True
    )
    what = ChoiceField(
        _("Consent"), choices=((GIVEN, _("Given")), (WITHDRAWN, _("Withdrawn"))), empty=None, default=GIVEN
    )
    said_on = DateField(_BY_NAME["said_on"].title, required=True)
    source = LineField(_BY_NAME["source"].title, required=True, max_length=SOURCE_LENGTH, help=_BY_NAME["source"].help)
    wording = BlockField(_BY_NAME["wording"].title, max_length=WORDING_LENGTH, help=_BY_NAME["wording"].help)


@blueprint.get("/clients/<int:record_id>/consents")
@require(VIEW)
def show_consents(record_id: int) -> str:
    """Show what a client and its persons agreed to, and the history of it."""
    with reading() as session:
        find(session, Client, record_id)
        said = queries.consents_of(session, record_id)
    return render_card("privacy/consents.html", record_id, tab=TAB, said=said)


@blueprint.route("/clients/<int:record_id>/consents/new", methods=["GET", "POST"])
@require(EDIT)
def note_consent(record_id: int) -> str | Response | tuple[str, int]:
    """Note what somebody said."""
    form = ConsentForm()
    with reading() as session:
        find(session, Client, record_id)
        people = {f"{ref.kind}:{ref.id}": (ref, name) for ref, name in queries.persons_of(session, record_id)}
    form.person.choices = [("", _("The client")), *((value, name) for value, (_ref, name) in people.items())]
    form.fill({"said_on": today()})
    if form.validate_on_submit():
        saved = save_form(form, _("Consent noted"), lambda session: _note(session, record_id, form, people))
        if saved is not None:
            toast(_("The consent is noted.") if saved.given else _("It is noted that the consent was withdrawn."))
            return redirect(url_for("privacy.show_consents", record_id=record_id))
    page = render_card("privacy/consent_form.html", record_id, tab=TAB, form=form)
    return (page, 422) if form.is_submitted() else page


@blueprint.get("/consents/<int:record_id>")
@require(VIEW)
def show_consent(record_id: int) -> Response:
    """Lead on to the client whose consent it is."""
    with reading() as session:
        client_id = find(session, Consent, record_id).client_id
    return redirect(url_for("privacy.show_consents", record_id=client_id, _anchor=f"consent-{record_id}"))


def _note(session: Session, client_id: int, form: ConsentForm, people: dict[str, tuple[RecordRef, str]]) -> Consent:
    values = form.values()
    person = people.get(str(values.pop("person") or ""))
    values["given"] = values.pop("what") == GIVEN
    return service.note_consent(session, client_id, values, None if person is None else person[0])
