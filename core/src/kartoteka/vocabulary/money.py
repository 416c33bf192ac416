"""An amount with its currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Money:
    """An amount in a currency (ISO 4217, such as EUR); amounts of different currencies are never added up."""

    amount: Decimal
    currency: str
