"""What consents are to the program: fields, the directory of purposes, the tab of the client card, the API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kartoteka.builtin.directories.queries import directory_choices, known_entries
from kartoteka.builtin.privacy.consents import queries, service
from kartoteka.builtin.privacy.consents.models import PURPOSES, Consent
from kartoteka.builtin.privacy.consents.naming import CONSENT, EDIT, TAB, VIEW
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import ClientReference, Field, FieldType, PersonalData, RecordKind
from kartoteka.extension.declarations.directories import Directory, StartEntry
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.extension.declarations.scopes import OwnedByClient
from kartoteka.extension.declarations.ui import Tab
from kartoteka.vocabulary.message import text as _

FIELDS = (
    Field(
        name="purpose_id",
        title=_("Purpose"),
        type=FieldType.CHOICE,
        required=True,
        choices=directory_choices(PURPOSES),
        known_choices=known_entries(PURPOSES),
    ),
    Field(name="given", title=_("Given"), type=FieldType.YES_NO, help=_("No: the consent was withdrawn.")),
    Field(name="said_on", title=_("Day"), type=FieldType.DATE, required=True),
    Field(
        name="source",
        title=_("Source"),
        type=FieldType.LINE,
        required=True,
        personal=True,
        help=_("How it was said and where its proof is: a form on paper, a web page, a letter, a call."),
    ),
    Field(
        name="wording",
        title=_("Wording"),
        type=FieldType.BLOCK,
        personal=True,
        help=_("What was agreed to, word for word."),
    ),
)
KINDS = [
    RecordKind(
        kind=CONSENT,
        title=_("Consent"),
        plural_title=_("Consents"),
        icon="shield-check",
        model=Consent,
        permission=VIEW,
        scope=OwnedByClient(),
        client_column="client_id",
        change_permission=EDIT,
        fields=FIELDS,
        summarise=queries.summarise_consents,
        url=queries.consent_url,
    )
]
REFERENCES = [ClientReference(table="core_consent", column="client_id", on_delete="with_client")]
PERSONAL = [
    PersonalData(table="core_consent", client_column="client_id", replacements={"source": "–", "wording": ""}),
]


def first_purposes() -> Iterable[StartEntry]:
    """Return what people are usually asked to agree to."""
    titles = {
        "email": _("News and offers by e-mail"),
        "sms": _("News and offers by SMS"),
        "phone": _("Offers by phone"),
        "partners": _("Passing data on to partners"),
    }
    return StartEntry.by_code(titles)


DIRECTORIES = [
    Directory(
        name=PURPOSES.partition(".")[2],
        title=_("Purposes of consents"),
        entry_title=_("Purpose of consents"),
        icon="shield-check",
        start=first_purposes,
        weight=60,
    )
]
TABS = [
    Tab(
        kinds=("clients.client",),
        name=TAB.partition(".")[2],
        title=_("Consents"),
        permission=VIEW,
        tells=(CONSENT,),
        endpoint="privacy.show_consents",
        count=queries.count_consents,
        weight=700,
    )
]


def create_consent(session: Session, values: dict[str, Any]) -> Consent:
    """Note a consent, or that one was withdrawn, of the client that is named."""
    return service.note_consent(session, values.pop("client"), values)


API_RESOURCES = [ApiResource(name="consents", title=_("Consents"), kind=CONSENT, create=create_consent)]
