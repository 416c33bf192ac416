"""Whoever sells gets an answer from the module: about any client, in a bounded number of statements."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.sales import CatalogueItem, ClientBalance, ClientTerms, Money, SaleObjection
from kartoteka.testing.contract.base import ContractBase, promise
from kartoteka.testing.contract.subject import Subject
from kartoteka.testing.statements import counted_statements

_NOBODY = 2**31 - 1
MOST_ITEMS = 20
_WORDS = ("a", "1", "%", "_", "'", "\\", "ž" * 500)
_AMOUNTS = (None, Money(Decimal(0), "EUR"), Money(Decimal(10) ** 12, "XXX"))


class SellingContract(ContractBase):
    """The questions about selling to clients."""

    sale_statements = 4

    def test_questions_about_selling_are_answered(self, stocked: Subject) -> None:
        ids = [*stocked.some_ids("clients.client"), _NOBODY]
        with stocked.company.database.reading(stocked.company.system) as session:
            promise(
                [*self._answers(stocked, session, ids), *self._objections(stocked, session, ids)],
                "Answer for any client, also one that is not there, in a number of statements that does not grow.",
            )

    def _answers(self, subject: Subject, session: Session, ids: list[int]) -> Iterator[str]:
        for hook, wanted in (("client_terms", ClientTerms), ("client_balances", ClientBalance)):
            for ask in _callers(subject, hook):
                with counted_statements(subject.company.database) as asked:
                    (answer,) = ask(session=session, client_ids=tuple(ids))
                found = list(answer.values() if hook == "client_terms" else answer)
                if not all(isinstance(one, wanted) and one.client_id in ids for one in found):
                    yield f"{hook} answers with something that is no {wanted.__name__} of a client asked about"
                if len(asked) > self.sale_statements:
                    yield f"{hook}: {len(asked)} statements for {len(ids)} clients, {self.sale_statements} allowed"

    def _objections(self, subject: Subject, session: Session, ids: list[int]) -> Iterator[str]:
        for ask in _callers(subject, "sale_objections"):
            for client_id in (ids[0], _NOBODY):
                for amount in _AMOUNTS:
                    (answer,) = ask(session=session, client_id=client_id, amount=amount)
                    if not all(isinstance(one, SaleObjection) for one in answer):
                        yield "sale_objections answers with something that is no SaleObjection"

    def test_a_catalogue_answers_whatever_is_typed(self, stocked: Subject) -> None:
        with stocked.company.database.reading(stocked.company.system) as session:
            promise(
                self._items(stocked, session),
                "Offer at most twenty items for each of the words asked about, in a number of statements that does not "
                "grow.",
            )

    def _items(self, subject: Subject, session: Session) -> Iterator[str]:
        for ask in _callers(subject, "catalogue_items"):
            with counted_statements(subject.company.database) as asked:
                (answer,) = ask(session=session, words=_WORDS)
            if not answer.keys() <= set(_WORDS):
                yield "catalogue_items answers for words that nobody asked about"
            if not all(isinstance(one, CatalogueItem) for found in answer.values() for one in found):
                yield "catalogue_items answers with something that is no CatalogueItem"
            if any(len(found) > MOST_ITEMS for found in answer.values()):
                yield f"catalogue_items offers more than {MOST_ITEMS} items for one word"
            if len(asked) > self.sale_statements:
                yield f"catalogue_items: {len(asked)} statements, {self.sale_statements} allowed"


def _callers(subject: Subject, hook: str) -> list[Any]:
    return [ask for _module, ask in subject.registry.calls.each(hook, frozenset({subject.name}))]
