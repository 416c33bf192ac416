"""The rights of sales terms."""

from __future__ import annotations

from kartoteka.api.declare import Permission
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.terms.fields import (
    BLOCK,
    EXCEED,
    SEE,
    SEE_CREDIT,
    SET_CREDIT,
    SET_PAYMENT_TERM,
    SET_PRICES,
    TERMS,
)

_ = Texts("crm_clients")

PERMISSIONS = [
    Permission(
        name=SEE,
        title=_("See sales terms"),
        description=_("See blocks, payment terms, price levels and discounts of the clients one may see."),
        record_kind=TERMS,
        also_requires=("clients.view",),
        weight=200,
    ),
    Permission(
        name=SEE_CREDIT,
        title=_("See credit limits"),
        description=_("See the credit limits of clients, and how much of them is used."),
        record_kind=TERMS,
        also_requires=(SEE,),
        weight=210,
    ),
    Permission(
        name=BLOCK,
        title=_("Block sales"),
        description=_("Block sales to a client, with a reason, and take the block off."),
        record_kind=TERMS,
        also_requires=(SEE,),
        weight=220,
    ),
    Permission(
        name=SET_CREDIT,
        title=_("Set credit limits"),
        description=_("Say up to which amount a client may owe."),
        record_kind=TERMS,
        also_requires=(SEE_CREDIT,),
        weight=230,
    ),
    Permission(
        name=SET_PAYMENT_TERM,
        title=_("Set payment terms"),
        description=_("Say in how many days a client has to pay."),
        record_kind=TERMS,
        also_requires=(SEE,),
        weight=240,
    ),
    Permission(
        name=SET_PRICES,
        title=_("Set prices and discounts"),
        description=_("Choose the price level and the discounts of a client."),
        record_kind=TERMS,
        also_requires=(SEE,),
        weight=250,
    ),
    Permission(
        name=EXCEED,
        title=_("Sell over the credit limit"),
        description=_("Be warned of a sale that goes beyond a credit limit; without this right it is refused."),
        record_kind=TERMS,
        also_requires=("clients.view",),
        weight=260,
    ),
]
