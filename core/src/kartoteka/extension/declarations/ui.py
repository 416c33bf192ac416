"""What a module adds to pages: menu items, tabs, panels, badges, list columns and filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.data import Choices, Colour, FieldType
from kartoteka.vocabulary.message import Message, Translatable

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, ScalarSelect

    from kartoteka.db.actor import Actor
    from kartoteka.db.session import Session
    from kartoteka.vocabulary.record import RecordRef

CARD_MAIN: Final = "card.main"
CARD_SIDE: Final = "card.side"
RECORD_ACTIONS: Final = "record.actions"
SLOTS: Final = (CARD_MAIN, CARD_SIDE)
"""Places that panels go to. ``record.actions`` takes actions only, by their kinds."""

CLIENT_LIST: Final = "clients"
LISTS: Final = (CLIENT_LIST,)
"""Lists that take columns and filters of modules."""


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """Something that is begun from any page by a key or from the head, such as a new inquiry.

    ``endpoint`` is a route without arguments, shown to those who have ``permission``; ``keys`` are pressed one after
    the other, small letters with a space between: ``n i``. Of those ``in_head`` there is a button on every page.
    """

    title: Message
    endpoint: str
    permission: str
    keys: str
    icon: str = "plus"
    in_head: bool = False


@dataclass(frozen=True, kw_only=True)
class MenuItem(Declaration):
    """An entry of the main menu, shown to those who have ``permission``.

    ``endpoint`` is a route without arguments. ``parent`` is the key (``module.name``) of another item. ``badge()``
    returns a scalar select; all counters of a page go out as one statement. ``keys`` lead there from any page,
    such as ``g i``; ``begins`` is what the module lets begin from any page.
    """

    name: str
    title: Message
    endpoint: str
    permission: str | None
    icon: str
    parent: str | None = None
    badge: Callable[[], ScalarSelect[Any]] | None = None
    keys: str = ""
    begins: tuple[Beginning, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tab(Declaration):
    """A tab of the client card or of any other record page.

    ``kinds`` are the record kinds it belongs to. ``endpoint`` is a route that takes ``record_id``.
    ``count(record_id)`` returns a scalar select for the counter beside the title; it is called once, with a parameter
    that stands for the record, and its select is executed for all of them. ``tells`` are the record kinds that it
    shows: a client's card as of a day shows those, and names the tabs that have none.
    """

    kinds: tuple[str, ...]
    name: str
    title: Message
    permission: str
    endpoint: str
    count: Callable[[Any], ScalarSelect[Any]] | None = None
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Panel(Declaration):
    """A box in a slot of a record page.

    ``load(session, record)`` returns the values for ``template``, or None when there is nothing to show;
    ``when(session, record)`` says whether the panel belongs on this record at all. ``kinds`` limits the panel to
    record kinds; left empty it is shown on every record page that has the slot. ``actions`` are keys of actions
    (``module.name``) offered in the panel's head. A ``lazy`` panel is loaded after the page. ``tells`` are the record
    kinds that it shows: a client's card as of a day shows those, and names the panels that have none.
    """

    name: str
    slot: str
    title: Message
    permission: str
    template: str
    load: Callable[[Session, RecordRef], Mapping[str, Any] | None]
    kinds: tuple[str, ...] = ()
    when: Callable[[Session, RecordRef], bool] | None = None
    actions: tuple[str, ...] = ()
    lazy: bool = False
    tells: tuple[str, ...] = ()


@dataclass(frozen=True)
class BadgeValue:
    """A mark beside a record's name: its text, a named colour, an icon, and a longer text shown on hover."""

    text: Translatable
    colour: str = Colour.NONE
    icon: str | None = None
    title: Translatable | None = None


@dataclass(frozen=True, kw_only=True)
class Badge(Declaration):
    """A mark beside records of some kinds, on their pages and, unless ``in_lists`` says otherwise, in lists.

    ``load(session, ids)`` returns the badges of those records that have one: always in bulk, in a bounded number
    of statements. ``count(record_id)`` returns a scalar select that is 0 where a record cannot have the badge: the
    page of one record asks it with all its counters at once, and spares itself the loading. Like the counter of a tab
    it is called once, with a parameter in place of the id, and executed for many records.
    """

    kinds: tuple[str, ...]
    name: str
    permission: str
    load: Callable[[Session, Sequence[int]], Mapping[int, BadgeValue]]
    in_lists: bool = True
    count: Callable[[ColumnElement[int]], ScalarSelect[int]] | None = None


@dataclass(frozen=True, kw_only=True)
class Widget(Declaration):
    """A box that users place on their front page.

    ``load(session, user, options)`` returns the values for ``template``, or None when there is nothing to show;
    ``user`` is the session's actor, ``options`` are the values of ``form`` that this user chose, empty at first.
    ``size`` is how many of the three columns it takes before the user resizes it. ``refresh`` is the number of seconds
    (at least 30) after which the open page asks for it again. A ``lazy`` widget is loaded after the page. One that is
    not ``at_start`` is only offered; one of ``many`` may be placed several times.
    """

    name: str
    title: Message
    permission: str | None
    template: str
    load: Callable[[Session, Actor, Mapping[str, Any]], Mapping[str, Any] | None]
    icon: str = "layout-grid"
    description: Message | None = None
    form: type[Any] | None = None
    size: int = 1
    refresh: int | None = None
    lazy: bool = False
    at_start: bool = True
    many: bool = False


@dataclass(frozen=True, kw_only=True)
class Column(Declaration):
    """A column that a module offers for a list; each user chooses and orders columns.

    Exactly one of the two gives its values: ``expression(record_id)`` an SQL expression for the row, where
    ``record_id`` is the list's id column, or ``value(session, ids)`` the values of one page in bulk. ``sort`` names
    a sort key of the list; without it the column has no arrow. ``fields`` names the fields of records whose values
    it shows, each as ``kind.field``: whoever may not read one of them has no such column.
    """

    list_name: str
    name: str
    title: Message
    type: FieldType
    permission: str
    expression: Callable[[ColumnElement[int]], ColumnElement[Any]] | None = None
    value: Callable[[Session, Sequence[int]], Mapping[int, Any]] | None = None
    sort: str | None = None
    choices: Choices = ()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Filter(Declaration):
    """A filter that a module offers for a list.

    ``condition(record_id, value)`` returns the condition, normally an EXISTS; the core alone builds the select.
    ``fields`` names the fields of records that it looks into, each as ``kind.field``: whoever may not read one of them
    has no such filter.
    """

    list_name: str
    name: str
    title: Message
    type: FieldType
    permission: str
    condition: Callable[[ColumnElement[int], Any], ColumnElement[bool]]
    choices: Choices = ()
    fields: tuple[str, ...] = ()
