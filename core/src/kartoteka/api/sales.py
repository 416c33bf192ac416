"""Selling to clients: ask all modules for terms, for what is owed, and for what speaks against a sale."""

from kartoteka.extension.declarations.sales import ClientBalance, ClientTerms, SaleObjection
from kartoteka.extension.selling import client_balances, client_terms, sale_objections
from kartoteka.vocabulary.money import Money

__all__ = [
    "ClientBalance",
    "ClientTerms",
    "Money",
    "SaleObjection",
    "client_balances",
    "client_terms",
    "sale_objections",
]
