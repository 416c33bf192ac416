"""A small module for tests of pages: every kind of page element, and some that fail on purpose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import abort, redirect, request
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model, Record
from kartoteka.db.session import reading, transaction
from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind
from kartoteka.extension.declarations.scopes import Public
from kartoteka.extension.declarations.ui import Badge, BadgeValue, MenuItem, Panel, Tab
from kartoteka.extension.declarations.work import Action, Outcome
from kartoteka.extension.version import API_VERSION, hookimpl
from kartoteka.vocabulary.errors import Conflict, InvalidInput, Refused
from kartoteka.vocabulary.message import Texts
from kartoteka.vocabulary.record import RecordRef, RecordSummary
from kartoteka.web.blueprint import ModuleBlueprint, public, require, signed_in
from kartoteka.web.downloads import Heading, csv_response, xlsx_response
from kartoteka.web.forms import (
    BlockField,
    ChoiceField,
    DateField,
    DecimalField,
    EmailField,
    Form,
    LineField,
    ManyChoicesField,
    PhoneField,
    UserField,
    YesNoField,
)
from kartoteka.web.pages import render
from kartoteka.web.panels import record_actions, record_tabs, render_panels
from kartoteka.web.toasts import toast

_ = Texts("shop")
KIND = "shop.order"


class Customer(Record, Model):
    __tablename__ = "shop_customer"
    __row_scope__ = Public()

    name: Mapped[str]


class Order(Record, Model):
    __tablename__ = "shop_order"

    name: Mapped[str]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("shop_customer.id"))


class OrderForm(Form):
    name = LineField(_("Name"), required=True, max_length=50, help=_("As it stands in the contract."))
    email = EmailField(_("E-mail"))
    phone = PhoneField(_("Phone"))
    kind = ChoiceField(_("Kind"), choices=(Choice("big", _("Big one")), Choice("small", _("Small one"))), required=True)
    manager = UserField(_("Manager"), users=lambda: [(1, "Ona Žukauskaitė"), (2, "Rasa Petraitytė")])
    due = DateField(_("Due"))
    amount = DecimalField(_("Amount, EUR"))
    notes = BlockField(_("Notes"))
    tags = ManyChoicesField(_("Tags"), choices=[("a", _("Urgent")), ("b", _("Export")), ("c", _("Warranty"))])
    paid = YesNoField(_("Paid"))


class NoteForm(Form):
    note = LineField(_("Note"), required=True)


blueprint = ModuleBlueprint("shop", __name__)


@blueprint.get("/")
@require("shop.view")
def show_list() -> str:
    with reading() as session:
        orders = session.execute(select(Order.id, Order.name).order_by(Order.id)).all()
    return render("shop/list.html", orders=orders, now=datetime.now(UTC))


@blueprint.get("/empty")
@require("shop.view")
def show_empty() -> str:
    return render("shop/empty.html")


@blueprint.get("/<int:record_id>")
@require("shop.view")
def show_order(record_id: int) -> str:
    record = RecordRef(KIND, record_id)
    with reading() as session:
        return render(
            "shop/card.html",
            record=record,
            tabs=record_tabs(session, record, "shop.items"),
            actions=record_actions(session, record),
            main=render_panels(session, "card.main", record),
            now=datetime.now(UTC) - timedelta(hours=3),
        )


@blueprint.route("/<int:record_id>/items")
@require("shop.view")
def show_items(record_id: int) -> str:
    return show_order(record_id)


@blueprint.route("/new", methods=["GET", "POST"])
@require("shop.edit")
def new_order() -> object:
    form = OrderForm()
    form.fill({"name": None, "version": 1})
    if form.validate_on_submit():
        if form.name.data == "taken":
            form.take_problem(InvalidInput({"name": _("This name is taken."), "nowhere": _("Something else.")}))
        elif form.name.data == "conflict":
            form.take_conflict(Conflict(theirs={"name": "Theirs", "manager": 2}, by="Rasa"))
            form.renew_version(7)
        else:
            with transaction(_("Order added")) as session:
                session.add(Order(name=form.name.data))
            toast(_("Saved."), undo="/shop/undo")
            return redirect("/shop/")
    return render("shop/form.html", form=form), 422 if form.is_submitted() else 200


@blueprint.get("/open")
@public
def show_open() -> str:
    return render("shop/open.html")


@blueprint.get("/mine")
@signed_in
def show_mine() -> str:
    return "mine"


@blueprint.get("/crash")
@require("shop.view")
def crash() -> str:
    detail = "".join(["secret", " detail"])
    raise RuntimeError(detail)


@blueprint.get("/refused")
@require("shop.view")
def refused() -> str:
    raise Refused(_("Orders with invoices stay."))


@blueprint.get("/abort/<int:code>")
@require("shop.view")
def stop(code: int) -> str:
    abort(code)


@blueprint.get("/rows.<kind>")
@require("shop.view")
def download(kind: str) -> object:
    def rows() -> object:
        with reading() as session:
            yield from session.execute(select(Order.id, Order.name)).mappings()
        yield {"id": 99, "name": "=HYPERLINK(1)"}

    make = csv_response if kind == "csv" else xlsx_response
    return make(rows, [Heading("id", _("Number")), Heading("name", _("Name"))], f"užsakymai.{kind}")


@blueprint.get("/suggest")
@require("shop.view")
def suggest() -> str:
    items = [{"url": "/shop/1", "title": "UAB Žuvėdra", "subtitle": "302345678"}] * 3
    return render("shell/suggestions.html", items=items, query=request.args["q"], all_url="/shop/")


@hookimpl
def register_module() -> Module:
    return Module(name="shop", title=_("Shop"), description=_("Orders."), version="1.0", api=API_VERSION)


@hookimpl
def register_models() -> list:
    return [Customer, Order]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(name="shop.view", title=_("See orders"), description=_("See orders.")),
        Permission(name="shop.edit", title=_("Change orders"), description=_("Change orders.")),
    ]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [
        RecordKind(
            kind=KIND,
            title=_("Order"),
            plural_title=_("Orders"),
            icon="file",
            model=Order,
            permission="shop.view",
            scope=lambda actor: None if actor.can("shop.edit") else Order.id < 100,
            fields=(Field(name="name", title=_("Name"), type=FieldType.LINE),),
            summarise=lambda session, ids: {
                row.id: RecordSummary(RecordRef(KIND, row.id), row.name, url=f"/shop/{row.id}")
                for row in session.execute(select(Order.id, Order.name).where(Order.id.in_(ids)))
            },
            url=lambda number: f"/shop/{number}",
            tracked=False,
        )
    ]


@hookimpl
def register_blueprints() -> list[ModuleBlueprint]:
    return [blueprint]


@hookimpl
def register_menu() -> list[MenuItem]:
    count = select(func.count()).select_from(Order)
    return [
        MenuItem(
            name="orders",
            title=_("Orders"),
            endpoint="shop.show_list",
            permission="shop.view",
            icon="clipboard-list",
            badge=lambda: count.scalar_subquery(),
        ),
        MenuItem(
            name="empty",
            title=_("Drawer"),
            endpoint="shop.show_empty",
            permission="shop.view",
            icon="archive",
            parent="shop.orders",
        ),
        MenuItem(
            name="new", title=_("New order"), endpoint="shop.new_order", permission="shop.edit", icon="plus", weight=200
        ),
    ]


@hookimpl
def register_tabs() -> list[Tab]:
    return [
        Tab(
            kinds=(KIND,),
            name="items",
            title=_("Items"),
            permission="shop.view",
            endpoint="shop.show_items",
            count=lambda record_id: select(func.count()).select_from(Order).scalar_subquery(),
        ),
        Tab(kinds=(KIND,), name="log", title=_("Changes"), permission="shop.view", endpoint="shop.show_order"),
    ]


@hookimpl
def register_panels() -> list[Panel]:
    def panel(name: str, load: object, template: str = "shop/panel.html", **options: object) -> Panel:
        return Panel(
            name=name,
            slot="card.main",
            title=_("Panel %(name)s", name=name),
            permission="shop.view",
            template=template,
            load=load,
            actions=("shop.note",),
            **options,
        )

    def fail(session: object, record: RecordRef) -> None:
        raise RuntimeError("broken on purpose")

    return [
        panel("good", lambda session, record: {"text": f"order {record.id}"}),
        panel("broken", fail),
        panel("mistyped", lambda session, record: {}, "shop/mistyped.html"),
        panel("late", lambda session, record: {"text": "came later"}, lazy=True),
        panel("nothing", lambda session, record: None),
    ]


@hookimpl
def register_badges() -> list[Badge]:
    value = BadgeValue(_("Overdue"), "overdue", "clock")
    return [
        Badge(kinds=(KIND,), name="late", permission="shop.view", load=lambda session, ids: dict.fromkeys(ids, value))
    ]


@hookimpl
def register_actions() -> list[Action]:
    def note(session: object, actor: object, records: list[RecordRef], data: dict) -> Outcome:
        if data["note"] == "no":
            raise Refused(_("Not today."))
        for record in records:
            session.scalars(select(Order).where(Order.id == record.id)).one().name = data["note"]
        return Outcome(_.plural("One order noted.", "%(count)s orders noted.", len(records)), len(records))

    def wipe(session: object, actor: object, records: list[RecordRef], data: dict) -> Outcome:
        return Outcome(_("Wiped."), url="https://evil.example/")

    return [
        Action(
            name="note",
            kinds=(KIND,),
            title=_("Add a note"),
            icon="edit",
            permission="shop.edit",
            run=note,
            form=NoteForm,
            bulk=True,
            primary=True,
        ),
        Action(
            name="wipe",
            kinds=(KIND,),
            title=_("Wipe"),
            icon="trash",
            permission="shop.edit",
            run=wipe,
            confirm=_("Two invoices stay, the order goes to the bin."),
            when=lambda session, record: record.id != 2,
        ),
    ]
