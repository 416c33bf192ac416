"""Asks the modules about selling to clients: one typed function for each question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import orm

from kartoteka.extension.active import active_set
from kartoteka.extension.answers import answers, ask_modules
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.sales import CatalogueItem, ClientBalance, ClientTerms, SaleObjection
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.money import Money

MOST_ITEMS = 20
"""Goods and services that are offered for one word."""


def sale_objections(session: orm.Session, client_id: int, amount: Money | None = None) -> list[SaleObjection]:
    """Return what speaks against selling to a client, refusals first; a module that fails refuses.

    The caller has found the client by a restricted SELECT.
    """
    found: list[SaleObjection] = []
    for module, answer in ask_modules(session, "sale_objections", client_id=client_id, amount=amount):
        if answer.failed:
            title = extension_of(session).registry.module(module).title
            found.append(SaleObjection(_("“%(module)s” cannot be asked.", module=title)))
        found.extend(one for part in answer.value or () for one in part or ())
    return sorted(found, key=lambda one: not one.is_refusal)


def client_terms(session: orm.Session, client_ids: Sequence[int]) -> dict[int, ClientTerms]:
    """Return the terms of those clients with whom some were agreed; a module that fails is left out."""
    found: dict[int, ClientTerms] = {}
    for part in answers(session, "client_terms", client_ids=tuple(client_ids)):
        found = {**part, **found}
    return found


def client_balances(session: orm.Session, client_ids: Sequence[int]) -> Mapping[int, Sequence[Money]] | None:
    """Return what clients owe, a sum for each currency; None when no module knows, or one that does failed."""
    asked = [answer for _module, answer in ask_modules(session, "client_balances", client_ids=tuple(client_ids))]
    if not asked or any(answer.failed for answer in asked):
        return None
    return _added_up([one for answer in asked for part in answer.value or () for one in part or ()])


def has_catalogue(session: orm.Session) -> bool:
    """Tell whether a module that is on offers goods or services."""
    return any(True for _one in extension_of(session).registry.calls.each("catalogue_items", active_set(session)))


def catalogue_items(session: orm.Session, words: Sequence[str]) -> dict[str, list[CatalogueItem]]:
    """Return the goods and services that each of these words may mean; a module that fails is left out."""
    wanted = tuple(dict.fromkeys(one for one in words if one))
    found: dict[str, list[CatalogueItem]] = {one: [] for one in wanted}
    for part in answers(session, "catalogue_items", words=wanted) if wanted else ():
        for one, items in part.items():
            found.get(one, []).extend(items)
    return {one: items[:MOST_ITEMS] for one, items in found.items() if items}


def _added_up(balances: Sequence[ClientBalance]) -> dict[int, list[Money]]:
    sums: dict[tuple[int, str], Decimal] = defaultdict(Decimal)
    for one in balances:
        sums[one.client_id, one.owed.currency] += one.owed.amount
    by_client: dict[int, list[Money]] = defaultdict(list)
    for (client_id, currency), amount in sorted(sums.items()):
        by_client[client_id].append(Money(amount, currency))
    return dict(by_client)
