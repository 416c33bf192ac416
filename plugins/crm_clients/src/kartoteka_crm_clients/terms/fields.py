"""The fields of sales terms, and the right that each is seen and changed with."""

from __future__ import annotations

from collections.abc import Sequence

from kartoteka.api.db import Session
from kartoteka.api.declare import Choice, Field, FieldType, keep_choices, may_be_confidential
from kartoteka.api.directories import directory_choices, known_entries
from kartoteka.api.texts import Texts

_ = Texts("crm_clients")

TERMS = "crm_clients.terms"
PRICE_LEVELS = "crm_clients.price_levels"
DISCOUNT_GROUPS = "crm_clients.discount_groups"

SEE = "crm_clients.see_terms"
SEE_CREDIT = "crm_clients.see_credit"
BLOCK = "crm_clients.block_sales"
SET_CREDIT = "crm_clients.set_credit"
SET_PAYMENT_TERM = "crm_clients.set_payment_term"
SET_PRICES = "crm_clients.set_prices"
EXCEED = "crm_clients.exceed_credit"

CURRENCIES = ("EUR", "USD", "GBP", "UAH", "PLN", "SEK", "NOK", "DKK", "CHF", "CZK", "RUB", "BYN", "KZT")


@keep_choices
def currency_choices(session: Session) -> Sequence[Choice]:
    """Return the currencies of limits; codes are the same in every language."""
    return [Choice(code, code) for code in CURRENCIES]


TERMS_FIELDS = may_be_confidential(
    TERMS,
    (
        Field(
            name="is_blocked",
            title=_("Sales blocked"),
            type=FieldType.YES_NO,
            write_permission=BLOCK,
            help=_("No offer, order or invoice can be created for this client until the block is removed."),
            import_headers=("Sales blocked", "Pardavimai blokuoti", "Müük blokeeritud", "Продаж заблоковано"),
        ),
        Field(
            name="block_reason",
            title=_("Reason for the block"),
            type=FieldType.LINE,
            write_permission=BLOCK,
            personal=True,
            help=_("Whoever tries to sell reads it."),
            import_headers=("Reason for the block", "Blokavimo priežastis"),
        ),
        Field(
            name="credit_limit",
            title=_("Credit limit"),
            type=FieldType.DECIMAL,
            read_permission=SEE_CREDIT,
            write_permission=SET_CREDIT,
            import_headers=("Credit limit", "Kredito limitas", "Krediidilimiit", "Кредитний ліміт", "Кредитный лимит"),
        ),
        Field(
            name="credit_currency",
            title=_("Currency of the limit"),
            type=FieldType.CHOICE,
            choices=currency_choices,
            read_permission=SEE_CREDIT,
            write_permission=SET_CREDIT,
            import_headers=("Currency", "Valiuta", "Valuuta", "Валюта"),
        ),
        Field(
            name="payment_days",
            title=_("Payment term in days"),
            type=FieldType.INTEGER,
            write_permission=SET_PAYMENT_TERM,
            help=_("New invoices begin with it; 0 is payment in advance or at once."),
            import_headers=("Payment term", "Mokėjimo terminas", "Maksetähtaeg", "Строк оплати", "Срок оплаты"),
        ),
        Field(
            name="price_level",
            title=_("Price level"),
            type=FieldType.CHOICE,
            choices=directory_choices(PRICE_LEVELS),
            known_choices=known_entries(PRICE_LEVELS),
            column="price_level_id",
            write_permission=SET_PRICES,
            import_headers=("Price level", "Kainų lygis", "Hinnatase", "Рівень цін", "Уровень цен"),
        ),
        Field(
            name="discount_group",
            title=_("Discount group"),
            type=FieldType.CHOICE,
            choices=directory_choices(DISCOUNT_GROUPS),
            known_choices=known_entries(DISCOUNT_GROUPS),
            column="discount_group_id",
            write_permission=SET_PRICES,
            import_headers=("Discount group", "Nuolaidų grupė", "Soodusgrupp", "Група знижок", "Группа скидок"),
        ),
        Field(
            name="discount",
            title=_("Individual discount, %"),
            type=FieldType.DECIMAL,
            write_permission=SET_PRICES,
            help=_("Goes before the discount of the group."),
            import_headers=("Discount", "Nuolaida", "Soodustus", "Знижка", "Скидка"),
        ),
    ),
)
FIELDS = {field.name: field for field in TERMS_FIELDS}
