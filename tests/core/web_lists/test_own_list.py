"""A list of a module's own records, made of nothing but its fields: every type is shown, filtered and ordered."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib.metadata import EntryPoint
from types import ModuleType

import pytest
from sqlalchemy import Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api import API_VERSION, hookimpl
from kartoteka.api.db import Model, Record, SortText
from kartoteka.api.declare import Choice, Field, FieldType, Module, Permission, Public, RecordKind
from kartoteka.api.lists import RecordList, choose_columns, columns_of, filters_of, orders_of, show_filters, show_list
from kartoteka.api.texts import Texts
from kartoteka.api.users import known_users, name_of, set_preference
from kartoteka.api.web import ModuleBlueprint, require
from kartoteka.testing.company import Company, open_company
from kartoteka.testing.databases import chosen_kinds

_ = Texts("stock")
KIND = "stock.item"


class Item(Record, Model):
    __tablename__ = "stock_item"

    name: Mapped[str] = mapped_column(SortText(100), index=True)
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    pieces: Mapped[int] = mapped_column(default=0, index=True)
    sold: Mapped[bool] = mapped_column(default=False)
    counted_at: Mapped[datetime | None]
    counted_on: Mapped[date | None]
    keeper_id: Mapped[int | None]
    shelf: Mapped[str] = mapped_column(String(20), default="")


FIELDS = (
    Field(name="name", title=_("Name"), type=FieldType.LINE, sort="name", required=True),
    Field(name="price", title=_("Price"), type=FieldType.DECIMAL),
    Field(name="pieces", title=_("Pieces"), type=FieldType.INTEGER, sort="pieces", required=True),
    Field(name="sold", title=_("Sold"), type=FieldType.YES_NO),
    Field(name="counted_at", title=_("Counted at"), type=FieldType.DATETIME),
    Field(name="counted_on", title=_("Counted on"), type=FieldType.DATE),
    Field(name="keeper", title=_("Keeper"), type=FieldType.USER, column="keeper_id"),
    Field(
        name="shelf",
        title=_("Shelf"),
        type=FieldType.CHOICE,
        choices=lambda session: [Choice("top", _("Top <shelf>")), Choice("low", _("Low"))],
    ),
)
ITEMS = RecordList(
    name="stock.items",
    kind=KIND,
    model=Item,
    title=_("Items"),
    icon="package",
    path="/stock/",
    columns=columns_of(FIELDS, Item, user_name=name_of),
    filters=filters_of(FIELDS, Item),
    orders=orders_of(FIELDS, Item),
    order="-pieces",
    shown=tuple(field.name for field in FIELDS),
    users=known_users,
)


def make_plugin() -> ModuleType:
    """Return the module ``stock`` as the loader imports it."""
    plugin = ModuleType("stock_for_lists")
    blueprint = ModuleBlueprint("stock", __name__)

    @blueprint.get("/")
    @require("stock.view")
    def show_items() -> object:
        return show_list(ITEMS)

    @blueprint.get("/filters")
    @require("stock.view")
    def filter_items() -> object:
        return show_filters(ITEMS)

    @blueprint.route("/columns", methods=["GET", "POST"])
    @require("stock.view")
    def choose_item_columns() -> object:
        return choose_columns(ITEMS, set_preference)

    hooks = {
        "register_module": lambda: Module(
            name="stock", title=_("Stock"), description=_("Stock"), version="1", api=API_VERSION
        ),
        "register_models": lambda: [Item],
        "register_permissions": lambda: [Permission(name="stock.view", title=_("See"), description=_("See"))],
        "register_record_kinds": lambda: [
            RecordKind(
                kind=KIND,
                title=_("Item"),
                plural_title=_("Items"),
                icon="package",
                model=Item,
                permission="stock.view",
                scope=Public(),
                fields=FIELDS,
                summarise=lambda session, ids: {},
                url=lambda record_id: f"/stock/{record_id}",
            )
        ],
        "register_blueprints": lambda: [blueprint],
        "register_lists": lambda: [ITEMS],
    }
    for name, hook in hooks.items():
        hook.__name__ = name
        setattr(plugin, name, hookimpl(hook))
    return plugin


@pytest.fixture(params=chosen_kinds())
def stock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    """A company with a module that has one list, once on each database."""
    monkeypatch.setitem(sys.modules, "stock_for_lists", make_plugin())
    with open_company(
        request.param, entry_points=[EntryPoint("stock", "stock_for_lists", "kartoteka.modules")]
    ) as made:
        Model.metadata.create_all(made.database.engine, [Item.__table__])
        made.switch("stock")
        yield made


@pytest.fixture
def show(stock: Company) -> Callable[[str], str]:
    """Return a page of the list as a user in Vilnius sees it."""
    keeper = stock.add_user(permissions=["stock.view"], name="Ona")
    items = [
        {
            "name": "bolt",
            "price": Decimal("0.10"),
            "pieces": 900,
            "counted_at": datetime(2026, 7, 1, 21, 30, tzinfo=UTC),
        },
        {"name": "nail", "price": Decimal("1200.50"), "pieces": 3, "sold": True, "shelf": "top", "keeper_id": keeper},
        {"name": "saw", "pieces": 3, "counted_on": date(2026, 7, 2), "shelf": "low", "keeper_id": None},
    ]
    with stock.database.transaction(stock.system) as session:
        session.add_all([Item(**item) for item in items])
    browser = stock.browser(keeper)
    return lambda address: browser.get(address).text


def names(html: str) -> list[str]:
    return re.findall(r'<a id="r\d+"[^>]*>([^<]*)', html)


def test_every_type_is_shown(show: Callable[[str], str]) -> None:
    html = show("/stock/")
    assert names(html) == ["bolt", "saw", "nail"]
    for written in ("1,200.50", "900", ">Yes<", ">No<", "Top &lt;shelf&gt;", ">Ona<", "2\N{NO-BREAK SPACE}Jul"):
        assert written in html, written
    assert 'href="/stock/2"' in html


ASKED = {
    "price.from=0.1&price.to=5": ["bolt"],
    "price.from=1%C2%A0200,50": ["nail"],
    "pieces.to=3": ["saw", "nail"],
    "pieces.from=900&pieces.to=900": ["bolt"],
    "sold=yes": ["nail"],
    "sold=no": ["bolt", "saw"],
    "counted_at.from=2026-07-02&counted_at.to=2026-07-02": ["bolt"],
    "counted_at.to=2026-07-01": [],
    "counted_on.to=2026-07-02": ["saw"],
    "keeper=me": ["nail"],
    "keeper=none": ["bolt", "saw"],
    "keeper=others": [],
    "shelf=top&shelf=low": ["saw", "nail"],
    "shelf=none": ["bolt"],
    "name=AI": ["nail"],
    "sort=name": ["bolt", "nail", "saw"],
    "sort=pieces": ["nail", "saw", "bolt"],
    "sort=price": ["bolt", "saw", "nail"],
}


def test_every_type_is_filtered_and_ordered(show: Callable[[str], str]) -> None:
    for address, expected in ASKED.items():
        assert names(show(f"/stock/?{address}")) == expected, address


def test_filters_and_columns_have_their_forms(show: Callable[[str], str]) -> None:
    html = show("/stock/filters?price.from=x&shelf=top")
    assert "Write a number here." in html
    assert re.search(r'value="top"\s+checked', html)
    assert 'name="order" value="keeper"' in show("/stock/columns")
