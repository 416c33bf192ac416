"""The page on which people arrange the client card: for themselves, a department or the whole company (CORE-06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from kartoteka.builtin.clients.blueprint import blueprint
from kartoteka.builtin.clients.fields import CLIENT_FIELDS, CLIENT_KIND, FIELDS, VIEW
from kartoteka.builtin.clients.layout.applying import shared_layouts
from kartoteka.builtin.clients.layout.rules import FIELDS as PROPERTIES
from kartoteka.builtin.clients.layout.rules import HEADER, PANELS, PARTS, TABS, Layout, moved, sound_parts
from kartoteka.builtin.clients.layout.service import ARRANGE, PREFERENCE, Owner, forget_layout, keep_part, layout_of
from kartoteka.builtin.clients.shown import HEADER as HEADER_FIELDS
from kartoteka.builtin.clients.shown import NOT_AMONG_PROPERTIES
from kartoteka.builtin.users.queries import Department
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.extension import dispatch
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.ui import CARD_MAIN, CARD_SIDE
from kartoteka.vocabulary.errors import Forbidden, NotFound
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.web.blueprint import require
from kartoteka.web.current import visitor
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

_TITLES: dict[str, Message] = {
    HEADER: _("Card header"),
    PROPERTIES: _("Properties"),
    PANELS: _("Panels"),
    TABS: _("Tabs"),
}
_DEPARTMENT = "department-"


@dataclass(frozen=True)
class Item:
    """Something that a part of the card shows."""

    name: str
    title: Translatable
    hidden: bool = False


@dataclass(frozen=True)
class PartOfCard:
    """A part of the card with its items in order; ``is_own`` says that this owner has arranged it."""

    name: str
    title: Message
    items: Sequence[Item]
    is_own: bool


@blueprint.route("/layout", methods=["GET", "POST"])
@require(VIEW)
def arrange_card() -> str | Response:
    """Show what the card shows, and in what order (GET); change it (POST)."""
    asked = request.values.get("for", "me")
    with reading() as session:
        owner = _owner(session, asked)
        shared, mine = shared_layouts(session), visitor().preferences or {}
        layout = layout_of(owner, shared, visitor().actor.department_id, mine)
        own = sound_parts(mine.get(PREFERENCE)) if owner.is_me else shared.get(owner.department_id) or {}
        parts = _parts(session, layout, own)
        departments = session.execute(select(Department.id, Department.name).order_by(Department.name)).all()
    if request.method == "POST":
        return _change(owner, parts, own)
    return render(
        "clients/layout.html",
        parts=parts,
        owner=owner,
        departments=departments if visitor().can(ARRANGE) else [],
        may_arrange=visitor().can(ARRANGE),
        is_own=bool(own),
    )


def _change(owner: Owner, parts: Sequence[PartOfCard], own: dict[str, Any]) -> Response:
    action, _sign, rest = request.form.get("do", "").partition(":")
    part_name, _sign, name = rest.partition(":")
    part = next((one for one in parts if one.name == part_name), None)
    if action != "reset" and part is None:
        raise NotFound
    with transaction(_("Card arranged")) as session:
        if action == "reset" or part is None:
            forget_layout(session, owner)
            toast(_("The card looks as it did before."))
        else:
            keep_part(session, owner, part.name, _arranged(part, action, name), own)
            toast(_("Saved."))
    anchor = part.name if part is not None else None
    address = f"{url_for('clients.arrange_card')}?{urlencode({'for': owner.key})}"
    return redirect(f"{address}#{anchor}" if anchor else address)


def _arranged(part: PartOfCard, action: str, name: str) -> dict[str, list[str]]:
    order = [one.name for one in part.items]
    hidden = [one.name for one in part.items if one.hidden]
    if action in ("up", "down"):
        order = moved(order, name, up=action == "up")
    elif action == "order":
        places = {one: _place(f"place-{one}", place) for place, one in enumerate(order, 1)}
        order = sorted(order, key=lambda one: places[one])
    elif action == "hide" and name in order:
        hidden = [*hidden, name]
    elif action == "show":
        hidden = [one for one in hidden if one != name]
    return {"order": order, "hidden": hidden}


def _place(field: str, usual: int) -> float:
    """Return the place that was typed; one moved up stands before the one that has the place now."""
    typed = request.form.get(field, "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else usual
    return number - 0.5 if number < usual else number + 0.5 if number > usual else number


def _owner(session: Session, asked: str) -> Owner:
    if asked == "me":
        return Owner(is_me=True)
    number = read_id(asked.removeprefix(_DEPARTMENT)) if asked.startswith(_DEPARTMENT) else None
    if asked != "company" and number is None:
        raise NotFound
    if number is not None:
        find(session, Department, number)
    if not visitor().can(ARRANGE):
        raise Forbidden(permission=ARRANGE)
    return Owner(department_id=number)


def _parts(session: Session, layout: Layout, own: dict[str, Any]) -> list[PartOfCard]:
    can = visitor().can
    properties = [field for field in CLIENT_FIELDS if field.name not in NOT_AMONG_PROPERTIES and field.is_readable(can)]
    header = [FIELDS[name] for name, _icon in HEADER_FIELDS if FIELDS[name].is_readable(can)]
    registry = extension_of(session).registry
    panels = dispatch.visible(session, [*registry.panels(CARD_MAIN), *registry.panels(CARD_SIDE)])
    items = {
        HEADER: [Item(field.name, field.title) for field in header],
        PROPERTIES: [Item(field.name, field.title) for field in properties],
        PANELS: [Item(one.key, one.title) for one in panels if not one.kinds or CLIENT_KIND in one.kinds],
        TABS: [Item(one.key, one.title) for one in dispatch.tabs(session, CLIENT_KIND)],
    }
    return [PartOfCard(part, _TITLES[part], _placed(layout, part, items[part]), part in own) for part in PARTS]


def _placed(layout: Layout, part: str, items: list[Item]) -> list[Item]:
    ordered = layout.ordered(part, items, lambda item: item.name)
    return [Item(one.name, one.title, layout.is_hidden(part, one.name)) for one in ordered]
