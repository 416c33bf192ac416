"""What modules tell each other about selling to a client: its terms, what it owes, and why it gets nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.money import Money
from kartoteka.vocabulary.record import RecordRef


@dataclass(frozen=True)
class SaleObjection:
    """A reason against a sale; one that is no refusal is shown, and the sale may go on."""

    reason: Message
    is_refusal: bool = True


@dataclass(frozen=True, kw_only=True)
class ClientTerms:
    """On which terms a client buys (CL-07 to CL-10, CL-51).

    ``payment_days`` is the number of days to pay in, ``discount`` a percentage; price level and discount group are ids
    of directory entries. What is None was not agreed on.
    """

    client_id: int
    is_blocked: bool = False
    block_reason: str = ""
    credit_limit: Money | None = None
    payment_days: int | None = None
    price_level_id: int | None = None
    discount_group_id: int | None = None
    discount: Decimal | None = None


@dataclass(frozen=True)
class ClientBalance:
    """What a client owes in one currency, as one module knows it: unpaid invoices, goods not yet invoiced."""

    client_id: int
    owed: Money


@dataclass(frozen=True, kw_only=True)
class CatalogueItem:
    """Goods or a service that a module offers: what it is called, what it is counted in, and what one costs.

    ``code`` is its article number, ``price`` that of one ``unit`` before discounts and taxes, None where it is agreed
    each time.
    """

    ref: RecordRef
    name: str
    code: str = ""
    unit: str = ""
    price: Money | None = None
