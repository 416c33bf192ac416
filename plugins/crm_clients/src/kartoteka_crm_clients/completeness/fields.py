"""What a complete card says, and how much each of it weighs unless the company chooses otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kartoteka.api.texts import Message, Texts

_ = Texts("crm_clients")

WEIGHTS_RIGHT = "crm_clients.weights"
MOST_WEIGHT = 10
Page = Literal["edit", "contact", "address", "marketing"]


@dataclass(frozen=True)
class Item:
    """Something that a card should say.

    ``kind`` is the sort of client that has it, "" for both. ``reads`` are the client's own fields that it is told from,
    ``marketing`` a field of its marketing data: who may not read them is not told whether they are filled in. ``page``
    is where it is filled in.
    """

    name: str
    title: Message
    weight: int
    kind: str = ""
    reads: tuple[str, ...] = ()
    page: Page = "edit"
    marketing: str = ""


ITEMS = (
    Item("registration_code", _("Registration code"), 3, "company", ("registration_code",)),
    Item("phone", _("Phone or mobile"), 3, reads=("phone", "mobile")),
    Item("email", _("E-mail"), 3, reads=("email",)),
    Item("address", _("Address"), 3, page="address"),
    Item("contact", _("Contact person"), 3, "company", page="contact"),
    Item("manager", _("Manager"), 2, reads=("manager",)),
    Item("birth_date", _("Birth date"), 2, "person", ("birth_date",)),
    Item("director", _("Director"), 1, "company", page="contact"),
    Item("vat_code", _("VAT code"), 1, "company", ("vat_code",)),
    Item("website", _("Website"), 1, "company", ("website",)),
    Item("bank_account", _("Bank account"), 1, reads=("bank_account",)),
    Item("activity", _("Activity"), 1, "company", ("activity",)),
    Item("group", _("Group"), 1, reads=("group",)),
    Item("client_kind", _("Client kind"), 1, reads=("client_kind",)),
    Item("importance", _("Importance"), 1, reads=("importance",)),
    Item("sex", _("Sex"), 1, "person", ("sex",)),
    Item("size", _("Size"), 1, "company", page="marketing", marketing="size"),
    Item("channel", _("Advertising channel"), 1, page="marketing", marketing="channel"),
)
BY_NAME = {one.name: one for one in ITEMS}
