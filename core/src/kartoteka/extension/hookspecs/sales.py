"""Questions: about selling to a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kartoteka.extension.version import hookspec

if TYPE_CHECKING:
    from kartoteka.db.session import Session
    from kartoteka.extension.declarations.sales import CatalogueItem, ClientBalance, ClientTerms, SaleObjection
    from kartoteka.vocabulary.money import Money


@hookspec
def sale_objections(session: Session, client_id: int, amount: Money | None) -> Sequence[SaleObjection]:
    """Say what speaks against selling to a client: it is blocked, or the sale goes beyond its credit limit.

    When called: before an offer, an order, an invoice or another document of a sale is made, and while somebody looks
        at its draft; on active modules. ``amount`` is that of the sale, None while unknown. The caller has found
        the client by a restricted SELECT; the answer must not depend on what the actor may see of the client's terms.
    Returns: a list of SaleObjection, empty when the client may buy; a module that raises counts as a refusal.
    Order: all answers count, refusals first.
    Since: 1.0
    Example::

        @hookimpl
        def sale_objections(session: Session, client_id: int, amount: Money | None) -> Sequence[SaleObjection]:
            return [SaleObjection(_("Nobody has visited this client yet."), is_refusal=False)]
    """
    raise NotImplementedError


@hookspec
def client_terms(session: Session, client_ids: Sequence[int]) -> Mapping[int, ClientTerms]:
    """Say on which terms clients buy: payment term, credit limit, price level, discounts.

    When called: when a module makes a document for a client and wants to begin with what was agreed; on active modules.
        The caller has found the clients by a restricted SELECT.
    Returns: ClientTerms by the id of the client, for those with whom something was agreed.
    Order: weight, module; the first module that knows a client answers for it.
    Since: 1.0
    Example::

        @hookimpl
        def client_terms(session: Session, client_ids: Sequence[int]) -> Mapping[int, ClientTerms]:
            return {client_id: ClientTerms(client_id=client_id, payment_days=14) for client_id in client_ids}
    """
    raise NotImplementedError


@hookspec
def client_balances(session: Session, client_ids: Sequence[int]) -> Sequence[ClientBalance]:
    """Say what clients owe: unpaid invoices, and whatever else uses up their credit limit.

    When called: on the card and in the list for a page of clients, in the report of clients over their limit, before
        a sale; on active modules. The caller has found the clients by a restricted SELECT. Few statements, whatever
        their number.
    Returns: a list of ClientBalance, one for each client and currency with something owed. A module that does not know
        what clients owe leaves this hook out: where nobody answers, pages say that there is no data.
    Order: all answers are added up, by client and currency.
    Since: 1.0
    Example::

        @hookimpl
        def client_balances(session: Session, client_ids: Sequence[int]) -> Sequence[ClientBalance]:
            return [ClientBalance(7, Money(Decimal("120.00"), "EUR"))]
    """
    raise NotImplementedError


@hookspec
def catalogue_items(session: Session, words: Sequence[str]) -> Mapping[str, Sequence[CatalogueItem]]:
    """Offer goods and services by what somebody types: the lines of an inquiry or an order are chosen among them.

    When called: while somebody types a line, with what stands there so far, and when lines are saved, with the text of
        each; on active modules. Few statements, whatever their number.
    Returns: CatalogueItem by the words that mean it, the best first, at most twenty for each: only what may be sold now
        and the actor may see. Words that mean nothing are left out; an item whose name or code they are exactly comes
        first.
    Order: weight, module; all answers count.
    Since: 1.0
    Example::

        @hookimpl
        def catalogue_items(session: Session, words: Sequence[str]) -> Mapping[str, Sequence[CatalogueItem]]:
            visit = CatalogueItem(ref=RecordRef("crm_visits.tariff", 1), name="Visit", price=Money(Decimal(20), "EUR"))
            return {one: [visit] for one in words if one and one.lower() in "visit"}
    """
    raise NotImplementedError
