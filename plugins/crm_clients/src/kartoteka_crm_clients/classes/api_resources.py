"""Turnover as other programs hand it over: an e-shop, an accounting program."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import ApiResource
from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.classes.fields import TURNOVER
from kartoteka_crm_clients.classes.models import Turnover
from kartoteka_crm_clients.classes.service import change_turnover, enter_turnover

_ = Texts("crm_clients")


def create_turnover(session: Session, values: dict[str, Any]) -> Turnover:
    """Enter what a client bought until a day."""
    day, amount = values.get("day"), values.get("amount")
    if not isinstance(day, date):
        raise InvalidInput({"day": _("Enter the day.")})
    if not isinstance(amount, (int, Decimal)):
        raise InvalidInput({"amount": _("Write an amount here.")})
    return enter_turnover(session, values["client"], day, Decimal(amount))


API_RESOURCES = [
    ApiResource(
        name="turnover",
        title=_("Turnover by month"),
        kind=TURNOVER,
        create=create_turnover,
        change=change_turnover,
    )
]
