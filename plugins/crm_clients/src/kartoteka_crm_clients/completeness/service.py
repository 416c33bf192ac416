"""Use case of completeness: choosing what a complete card says. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kartoteka.api.db import Session, demand
from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Message, Texts
from kartoteka_crm_clients.classes.service import keep_setting
from kartoteka_crm_clients.completeness.fields import ITEMS, MOST_WEIGHT, WEIGHTS_RIGHT
from kartoteka_crm_clients.completeness.queries import WEIGHTS

_ = Texts("crm_clients")


def save_weights(session: Session, values: Mapping[str, Any]) -> None:
    """Choose how much each item weighs, from 0 (not counted) to 10. Raises Forbidden and InvalidInput."""
    demand(session, WEIGHTS_RIGHT)
    chosen: dict[str, int] = {}
    errors: dict[str, Message] = {}
    for item in ITEMS:
        weight = values.get(item.name, item.weight)
        if not isinstance(weight, int) or not 0 <= weight <= MOST_WEIGHT:
            errors[item.name] = _("Write a number from 0 to %(most)s.", most=MOST_WEIGHT)
        else:
            chosen[item.name] = weight
    if not errors and not any(chosen.values()):
        errors[ITEMS[0].name] = _("At least one of them must count.")
    if errors:
        raise InvalidInput(errors)
    keep_setting(session, WEIGHTS, chosen)
