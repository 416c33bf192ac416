"""The record kinds of the module."""

from __future__ import annotations

from kartoteka.api.declare import OwnedByClient, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_clients import queries
from kartoteka_crm_clients.fields import ADDRESS, ADDRESS_FIELDS, CONTACT, CONTACT_FIELDS, EDIT, VIEW
from kartoteka_crm_clients.models import Address, Contact

_ = Texts("crm_clients")

KINDS = [
    RecordKind(
        kind=CONTACT,
        title=_("Contact person"),
        plural_title=_("Contact persons"),
        icon="user",
        model=Contact,
        permission=VIEW,
        scope=OwnedByClient(),
        client_column="client_id",
        change_permission=EDIT,
        fields=CONTACT_FIELDS,
        summarise=queries.summarise_contacts,
        url=queries.contact_url,
    ),
    RecordKind(
        kind=ADDRESS,
        title=_("Address"),
        plural_title=_("Addresses"),
        icon="map-pin",
        model=Address,
        permission=VIEW,
        scope=OwnedByClient(),
        client_column="client_id",
        change_permission=EDIT,
        fields=ADDRESS_FIELDS,
        summarise=queries.summarise_addresses,
        url=queries.address_url,
    ),
]
