"""The record kind of sales terms."""

from __future__ import annotations

from kartoteka.api.declare import OwnedByClient, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.terms import queries
from kartoteka_crm_clients.terms.fields import SEE, TERMS, TERMS_FIELDS
from kartoteka_crm_clients.terms.models import Terms

_ = Texts("crm_clients")

KINDS = [
    RecordKind(
        kind=TERMS,
        title=_("Sales terms"),
        plural_title=_("Sales terms"),
        icon="coin",
        model=Terms,
        permission=SEE,
        scope=OwnedByClient(),
        client_column="client_id",
        change_permission=SEE,
        fields=TERMS_FIELDS,
        summarise=queries.summarise_terms,
        url=queries.terms_url,
    )
]
