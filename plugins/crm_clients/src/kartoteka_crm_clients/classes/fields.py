"""The fields of turnover, the words of classes, and the rights about both."""

from __future__ import annotations

from kartoteka.api.declare import Choice, Colour, Field, FieldType
from kartoteka.api.texts import Texts

_ = Texts("crm_clients")

TURNOVER = "crm_clients.turnover"
CLASSES = "crm_clients.classes"
MANAGE = "crm_clients.manage_classes"
SOURCE = "crm_clients.monthly"
NONE = "none"

TURNOVER_FIELDS = (
    Field(
        name="day",
        title=_("Month"),
        type=FieldType.DATE,
        required=True,
        help=_("A month, such as 2026-03, or a day."),
        import_headers=("Month", "Date", "Mėnuo", "Data", "Kuu", "Kuupäev", "Місяць", "Месяц", "Дата"),
    ),
    Field(
        name="amount",
        title=_("Turnover"),
        type=FieldType.DECIMAL,
        required=True,
        help=_("In the company's own currency, without VAT."),
        import_headers=("Turnover", "Amount", "Apyvarta", "Suma", "Käive", "Summa", "Оборот", "Сума", "Сумма"),
    ),
)
ABC = (
    Choice("a", _("A: the largest"), Colour.DONE),
    Choice("b", _("B: the middle"), Colour.PLANNED),
    Choice("c", _("C: the small ones"), Colour.NONE),
)
XYZ = (
    Choice("x", _("X: steady"), Colour.DONE),
    Choice("y", _("Y: varying"), Colour.PLANNED),
    Choice("z", _("Z: irregular"), Colour.TODAY),
)
NO_ABC = Choice(NONE, _("No turnover"))
NO_XYZ = Choice(NONE, _("Too little known"))
