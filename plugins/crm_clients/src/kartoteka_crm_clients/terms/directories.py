"""The directories of sales terms: price levels and discount groups, named by the company itself (CL-10, CL-51)."""

from __future__ import annotations

from collections.abc import Iterable

from kartoteka.api.declare import Directory, StartEntry
from kartoteka.api.texts import Texts

_ = Texts("crm_clients")


def start_levels() -> Iterable[StartEntry]:
    """Return the price levels that a company begins with."""
    return [
        StartEntry(code="retail", name=_("Retail prices")),
        StartEntry(code="wholesale", name=_("Wholesale prices")),
        StartEntry(code="partner", name=_("Partner prices")),
    ]


def start_groups() -> Iterable[StartEntry]:
    """Return the discount groups that a company begins with."""
    return [
        StartEntry(code="loyal", name=_("Loyal clients")),
        StartEntry(code="resellers", name=_("Resellers")),
    ]


DIRECTORIES = [
    Directory(
        name="price_levels",
        title=_("Price levels"),
        entry_title=_("Price level"),
        icon="coin",
        start=start_levels,
        weight=210,
    ),
    Directory(
        name="discount_groups",
        title=_("Discount groups"),
        entry_title=_("Discount group"),
        icon="tag",
        start=start_groups,
        weight=220,
    ),
]
