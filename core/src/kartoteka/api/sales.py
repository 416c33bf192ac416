"""Selling to clients: ask all modules for goods and services, terms, what is owed, and what speaks against a sale."""

from kartoteka.extension.declarations.sales import CatalogueItem, ClientBalance, ClientTerms, SaleObjection
from kartoteka.extension.selling import (
    catalogue_items,
    client_balances,
    client_terms,
    has_catalogue,
    sale_objections,
)
from kartoteka.vocabulary.money import Money

__all__ = [
    "CatalogueItem",
    "ClientBalance",
    "ClientTerms",
    "Money",
    "SaleObjection",
    "catalogue_items",
    "client_balances",
    "client_terms",
    "has_catalogue",
    "sale_objections",
]
