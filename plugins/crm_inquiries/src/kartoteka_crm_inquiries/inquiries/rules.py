"""Rules of inquiries that need no database: their sorts, what each is called, and what must be given."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from kartoteka.api.texts import Message, Texts
from kartoteka_crm_inquiries.naming import (
    INQUIRY_MASK,
    INQUIRY_SERIES,
    ORDER_MASK,
    ORDER_SERIES,
    TENDER_MASK,
    TENDER_SERIES,
)

_ = Texts("crm_inquiries")

INQUIRY_SORT, ORDER_SORT, TENDER_SORT = "inquiry", "order", "tender"
SORTS = {INQUIRY_SORT: _("Inquiry"), ORDER_SORT: _("Order"), TENDER_SORT: _("Tender")}
SERIES = {
    INQUIRY_SORT: (INQUIRY_SERIES, INQUIRY_MASK),
    ORDER_SORT: (ORDER_SERIES, ORDER_MASK),
    TENDER_SORT: (TENDER_SERIES, TENDER_MASK),
}
GOODS = {"goods": _("Goods"), "services": _("Services")}
WON, LOST = "won", "lost"
OUTCOMES = {WON: _("Won"), LOST: _("Lost")}
STANDS_STILL_AFTER = 14
"""Days without movement after which an inquiry stands still, where its stage names no other number."""

MOST_LINES = 200
MOST = Decimal("999999999999.99")


def days_still(moved_at: datetime, now: datetime) -> int:
    """Return for how many whole days nothing was done about an inquiry (IN-11)."""
    return max(0, (now - moved_at) // timedelta(days=1))


def amount(given: Any) -> Decimal | None:
    """Read an amount of money, None for none; raises ValueError."""
    if given in (None, ""):
        return None
    try:
        read = Decimal(str(given).replace(",", ".").replace(" ", "").replace("\u00a0", ""))
    except InvalidOperation:
        raise ValueError(given) from None
    if not read.is_finite() or not 0 <= read <= MOST:
        raise ValueError(given)
    return read.quantize(Decimal("0.01"))


def closing_problems(outcome: str, reason_id: int | None, reason_text: str) -> dict[str, Message]:
    """Return what is wrong with an answer to how an inquiry ended, by field: what is lost has a reason (IN-47)."""
    if outcome not in OUTCOMES:
        return {"outcome": _("Say whether it is won or lost.")}
    if outcome == LOST and reason_id is None and not reason_text:
        return {"reason_id": _("Choose why it was lost, or write it.")}
    return {}
