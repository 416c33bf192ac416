"""Sales terms as other programs read and write them."""

from __future__ import annotations

from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import ApiResource
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.terms.fields import TERMS
from kartoteka_crm_clients.terms.models import Terms
from kartoteka_crm_clients.terms.service import change_terms, set_terms

_ = Texts("crm_clients")


def create_terms(session: Session, values: dict[str, Any]) -> Terms:
    """Agree on terms with the client that is named; one that has terms already gets these."""
    return set_terms(session, values.pop("client"), values)


API_RESOURCES = [
    ApiResource(name="terms", title=_("Sales terms"), kind=TERMS, create=create_terms, change=change_terms)
]
