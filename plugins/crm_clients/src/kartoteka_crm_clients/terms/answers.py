"""What the module answers to those who sell: the terms of clients, and why a client gets nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kartoteka.api.db import Session, actor_of, as_system
from kartoteka.api.sales import ClientTerms, Money, SaleObjection
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.terms import queries
from kartoteka_crm_clients.terms.fields import EXCEED, SEE_CREDIT
from kartoteka_crm_clients.terms.models import Terms

_ = Texts("crm_clients")


def terms_for_sale(session: Session, client_ids: Sequence[int]) -> Mapping[int, ClientTerms]:
    """Return what was agreed with these clients, whoever may see it on their cards."""
    with as_system(session, reason="the terms that a document of a sale begins with"):
        found = queries.read_terms(session, client_ids)
        return {client_id: _as_told(one) for client_id, one in found.items()}


def objections(session: Session, client_id: int, amount: Money | None) -> Sequence[SaleObjection]:
    """Return why a client gets nothing: it is blocked (CL-07), or over its limit (CL-08).

    A sale over the limit is refused to those who have no right to exceed it, and a warning to the others.
    """
    actor = actor_of(session)
    tells_figures, may_exceed = actor.can(SEE_CREDIT), actor.can(EXCEED)
    with as_system(session, reason="whether a client may buy, which does not depend on who sells"):
        terms = queries.read_terms(session, [client_id])
        if client_id not in terms:
            return []
        found = _of_block(terms[client_id])
        credit = queries.credits_of(session, terms).get(client_id)
    return found if credit is None else [*found, *_of_limit(credit, amount, tells_figures, may_exceed)]


def _of_block(terms: Terms) -> list[SaleObjection]:
    if not terms.is_blocked:
        return []
    return [SaleObjection(_("Sales to this client are blocked: %(reason)s", reason=terms.block_reason))]


def _of_limit(
    credit: queries.Credit, amount: Money | None, tells_figures: bool, may_exceed: bool
) -> list[SaleObjection]:
    """Return the objection to a sale that leaves less than nothing of the limit; what is owed may not be known."""
    if amount is not None and amount.currency != credit.limit.currency:
        message = _("This sale is in another currency than the client's credit limit: compare them yourself.")
        return [SaleObjection(message, is_refusal=False)]
    over = (credit.used or Decimal(0)) + (amount.amount if amount else Decimal(0)) - credit.limit.amount
    if over <= 0:
        return []
    if not tells_figures:
        return [SaleObjection(_("This sale exceeds the client's credit limit."), not may_exceed)]
    message = _(
        "This sale exceeds the client's credit limit of %(limit)s %(currency)s by %(over)s %(currency)s.",
        limit=str(credit.limit.amount),
        over=str(over),
        currency=credit.limit.currency,
    )
    return [SaleObjection(message, not may_exceed)]


def _as_told(one: Terms) -> ClientTerms:
    return ClientTerms(
        client_id=one.client_id,
        is_blocked=one.is_blocked,
        block_reason=one.block_reason,
        credit_limit=None if one.credit_limit is None else Money(one.credit_limit, one.credit_currency),
        payment_days=one.payment_days,
        price_level_id=one.price_level_id,
        discount_group_id=one.discount_group_id,
        discount=one.discount,
    )
