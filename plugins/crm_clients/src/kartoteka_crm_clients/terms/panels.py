"""What sales terms show on the client card and in the client list: badges, a panel, columns, filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Session, actor_of
from kartoteka.api.declare import CARD_SIDE, CLIENT_LIST, Badge, BadgeValue, Colour, Column, FieldType, Filter, Panel
from kartoteka.api.directories import directory_choices
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Message, Texts, Translatable
from kartoteka.api.web import format_number
from kartoteka_crm_clients.terms import queries
from kartoteka_crm_clients.terms.fields import DISCOUNT_GROUPS, FIELDS, PRICE_LEVELS, SEE, SEE_CREDIT, TERMS

_ = Texts("crm_clients")
Line = dict[str, Translatable]


def load_blocks(session: Session, ids: Sequence[int]) -> Mapping[int, BadgeValue]:
    """Return a mark for clients who get nothing (CL-07)."""
    if not FIELDS["is_blocked"].is_readable(actor_of(session).can):
        return {}
    blocked = {client_id: one for client_id, one in queries.terms_of_all(session, ids).items() if one.is_blocked}
    shows_reason = FIELDS["block_reason"].is_readable(actor_of(session).can)
    return {
        client_id: BadgeValue(_("Sales blocked"), Colour.OVERDUE, "ban", one.block_reason if shows_reason else None)
        for client_id, one in blocked.items()
    }


def load_limits(session: Session, ids: Sequence[int]) -> Mapping[int, BadgeValue]:
    """Return credit limit, its use and what is left of it (CL-56)."""
    limits = queries.credits_of(session, queries.terms_of_all(session, ids))
    return {client_id: _limit_mark(credit) for client_id, credit in limits.items()}


def _limit_mark(credit: queries.Credit) -> BadgeValue:
    limit, currency = _amount(credit.limit.amount), credit.limit.currency
    if credit.used is None or credit.free is None:
        text = _("Limit %(limit)s %(currency)s, used: no data", limit=limit, currency=currency)
        return BadgeValue(text, Colour.NONE, "credit-card")
    figures = {"limit": limit, "currency": currency, "used": _amount(credit.used), "free": _amount(abs(credit.free))}
    if credit.is_over:
        text = _("Limit %(limit)s %(currency)s, used %(used)s, over by %(free)s", **figures)
        return BadgeValue(text, Colour.OVERDUE, "credit-card")
    return BadgeValue(
        _("Limit %(limit)s %(currency)s, used %(used)s, free %(free)s", **figures), Colour.NONE, "credit-card"
    )


def load_terms(session: Session, record: RecordRef) -> Mapping[str, Any] | None:
    """Return what was agreed with a client; None when there is nothing to show and nothing to do."""
    can = actor_of(session).can
    may_edit = any(field.is_writable(can) for field in FIELDS.values())
    terms = queries.terms_of(session, record.id)
    if terms is None:
        return {"lines": [], "blocked": "", "notes": [], "may_edit": True} if may_edit else None
    is_shown = terms.is_blocked and FIELDS["is_blocked"].is_readable(can)
    credit = queries.credits_of(session, {record.id: terms}).get(record.id) if can(SEE_CREDIT) else None
    return {
        "lines": [*_credit_lines(credit), *_other_lines(session, terms, can)],
        "blocked": (terms.block_reason if FIELDS["block_reason"].is_readable(can) else "–") if is_shown else "",
        "notes": _notes(credit),
        "may_edit": may_edit,
    }


def _credit_lines(credit: queries.Credit | None) -> list[Line]:
    if credit is None:
        return []
    lines: list[Line] = [{"title": FIELDS["credit_limit"].title, "value": _money(credit.limit.amount, credit)}]
    if credit.used is None or credit.free is None:
        return [*lines, {"title": _("Used of the limit"), "value": _("no data")}]
    lines.append({"title": _("Used of the limit"), "value": _money(credit.used, credit)})
    left = _("Over the limit by") if credit.is_over else _("Free")
    return [*lines, {"title": left, "value": _money(abs(credit.free), credit)}]


def _notes(credit: queries.Credit | None) -> list[Message]:
    if credit is None or credit.used is None:
        return []
    return [
        _(
            "%(amount)s %(currency)s in another currency is not counted: there are no rates.",
            amount=_amount(one.amount),
            currency=one.currency,
        )
        for one in credit.elsewhere
    ]


def _other_lines(session: Session, terms: queries.Line, can: Callable[[str], bool]) -> list[Line]:
    titles = queries.entry_titles(session, (terms.price_level_id, terms.discount_group_id))
    values: dict[str, Translatable] = {}
    if terms.payment_days is not None:
        values["payment_days"] = _.plural("%(count)s day", "%(count)s days", terms.payment_days)
    values["price_level"] = titles.get(terms.price_level_id or 0, "")
    values["discount_group"] = titles.get(terms.discount_group_id or 0, "")
    if terms.discount is not None:
        values["discount"] = _amount(terms.discount)
    shown = {name: value for name, value in values.items() if value != "" and FIELDS[name].is_readable(can)}
    return [{"title": FIELDS[name].title, "value": value} for name, value in shown.items()]


def _money(amount: Decimal, credit: queries.Credit) -> str:
    return f"{_amount(amount)} {credit.limit.currency}"


def _amount(amount: Decimal) -> str:
    return str(format_number(amount, 2))


PANELS = [
    Panel(
        name="terms",
        slot=CARD_SIDE,
        kinds=(CLIENT_KIND,),
        title=_("Sales terms"),
        permission=SEE,
        tells=(TERMS,),
        template="crm_clients/terms/panel.html",
        load=load_terms,
        weight=60,
    )
]
BADGES = [
    Badge(kinds=(CLIENT_KIND,), name="blocked", permission=SEE, load=load_blocks, in_lists=False, weight=20),
    Badge(kinds=(CLIENT_KIND,), name="credit", permission=SEE_CREDIT, load=load_limits, in_lists=False, weight=30),
]
COLUMNS = [
    Column(
        list_name=CLIENT_LIST,
        name="sales_blocked",
        title=_("Sales blocked"),
        type=FieldType.YES_NO,
        permission=SEE,
        value=queries.value_of("is_blocked"),
        weight=200,
    ),
    Column(
        list_name=CLIENT_LIST,
        name="credit_limit",
        title=_("Credit limit"),
        type=FieldType.DECIMAL,
        permission=SEE_CREDIT,
        value=queries.value_of("credit_limit"),
        weight=210,
    ),
    Column(
        list_name=CLIENT_LIST,
        name="credit_free",
        title=_("Free of the credit limit"),
        type=FieldType.DECIMAL,
        permission=SEE_CREDIT,
        value=queries.free_credit,
        weight=220,
    ),
    Column(
        list_name=CLIENT_LIST,
        name="payment_days",
        title=_("Payment term in days"),
        type=FieldType.INTEGER,
        permission=SEE,
        value=queries.value_of("payment_days"),
        weight=230,
    ),
    Column(
        list_name=CLIENT_LIST,
        name="price_level",
        title=_("Price level"),
        type=FieldType.LINE,
        permission=SEE,
        value=queries.entry_of("price_level"),
        weight=240,
    ),
    Column(
        list_name=CLIENT_LIST,
        name="discount_group",
        title=_("Discount group"),
        type=FieldType.LINE,
        permission=SEE,
        value=queries.entry_of("discount_group"),
        weight=250,
    ),
    Column(
        list_name=CLIENT_LIST,
        name="discount",
        title=_("Individual discount, %"),
        type=FieldType.DECIMAL,
        permission=SEE,
        value=queries.value_of("discount"),
        weight=260,
    ),
]
FILTERS = [
    Filter(
        list_name=CLIENT_LIST,
        name="sales_blocked",
        title=_("Sales blocked"),
        type=FieldType.YES_NO,
        permission=SEE,
        condition=queries.is_blocked,
        weight=200,
    ),
    Filter(
        list_name=CLIENT_LIST,
        name="over_limit",
        title=_("Over the credit limit"),
        type=FieldType.YES_NO,
        permission=SEE_CREDIT,
        condition=queries.is_over_limit,
        weight=210,
    ),
    Filter(
        list_name=CLIENT_LIST,
        name="price_level",
        title=_("Price level"),
        type=FieldType.CHOICE,
        choices=directory_choices(PRICE_LEVELS),
        permission=SEE,
        condition=queries.has_entry("price_level"),
        weight=220,
    ),
    Filter(
        list_name=CLIENT_LIST,
        name="discount_group",
        title=_("Discount group"),
        type=FieldType.CHOICE,
        choices=directory_choices(DISCOUNT_GROUPS),
        permission=SEE,
        condition=queries.has_entry("discount_group"),
        weight=230,
    ),
]
