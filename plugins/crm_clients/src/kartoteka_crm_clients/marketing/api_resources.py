"""Marketing data as other programs read and write them."""

from __future__ import annotations

from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import ApiResource
from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.marketing.fields import MARKETING
from kartoteka_crm_clients.marketing.models import Marketing
from kartoteka_crm_clients.marketing.service import change_marketing, set_marketing

_ = Texts("crm_clients")


def create_marketing(session: Session, values: dict[str, Any]) -> Marketing:
    """Enter the marketing data of the client that is named; of one that has some they are changed."""
    made = set_marketing(session, values.pop("client"), values)
    if made is None:
        raise InvalidInput({"size": _("Say at least one thing about the client.")})
    return made


API_RESOURCES = [
    ApiResource(
        name="marketing",
        title=_("Marketing data"),
        kind=MARKETING,
        create=create_marketing,
        change=change_marketing,
    )
]
