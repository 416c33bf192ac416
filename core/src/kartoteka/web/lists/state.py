"""A list as one user's address asks for it, before the page itself is loaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from flask import current_app, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from kartoteka.db.session import Session, actor_of
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.declarations.data import Choice, is_kept
from kartoteka.web.formats import Formats
from kartoteka.web.i18n import current_formats
from kartoteka.web.kept import forget_kept, read_or_kept
from kartoteka.web.lists.address import in_readable_order
from kartoteka.web.lists.building import offered_parts, with_company_fields
from kartoteka.web.lists.definition import ListColumn, ListFilter, RecordList
from kartoteka.web.lists.reading import FilterInput, Surroundings, read_filter
from kartoteka.web.lists.saved import ListView, is_lost, read_asked


@dataclass(frozen=True, kw_only=True)
class Surface:
    """What lists are written with: the reader's formats, the icons and the address of the application."""

    formats: Formats
    icon: Callable[..., Markup]
    root: str = ""


def list_surface() -> Surface:
    """Return what lists are written with in this request."""
    icon: Any = current_app.jinja_env.globals["icon"]
    return Surface(formats=current_formats(), icon=icon, root=request.script_root)


class ListState:
    """The columns and filters that a user has, and what the address asks of them.

    ``chosen(view)`` returns the names of the columns that the user has chosen, None for the usual ones; ``views`` are
    the saved views that an address may name. Of choices and users only those are read from the database that the
    address needs.
    """

    def __init__(
        self,
        session: Session,
        definition: RecordList,
        args: MultiDict[str, str],
        *,
        surface: Surface,
        chosen: Callable[[ListView | None], Sequence[str] | None] = lambda view: None,
        views: Sequence[ListView] = (),
    ) -> None:
        self.session = session
        self.base = definition
        self.definition = definition = with_company_fields(definition)
        self.surface = surface
        offered = offered_parts(session, definition)
        self.columns, self.filters = offered.columns, offered.filters
        path = surface.root + definition.path
        self.views = views
        address, self.view = read_asked(definition, self.filters.values(), args, path, views)
        self.address = in_readable_order(definition, address, actor_of(session).can)
        self.lost_view = is_lost(args, self.view)
        self.shown = shown_columns(definition, self.columns, chosen(self.view))
        self._choices: dict[str, Sequence[Choice]] = {}
        asked = self.address.filters.keys()
        self.inputs = {
            name: unasked if asked.isdisjoint(unasked.filter.parameters) else self._read(unasked.filter)
            for name, unasked in offered.unasked.items()
        }

    def _read(self, one: ListFilter) -> FilterInput:
        given = {name: self.address.filters[name] for name in one.parameters if name in self.address.filters}
        found = read_filter(one, given, self._around)
        if found.problem is not None and is_kept(one.choices) and forget_kept(one.choices):
            self._choices.pop(one.name, None)
            found = read_filter(one, given, self._around)
        return replace(found, session=self.session) if found.is_active else found

    @property
    def is_named(self) -> bool:
        """Whether the list can be found again by its name."""
        registry = extension_of(self.session).registry
        return registry.find_list(self.definition.name, active_set(self.session)) is self.base

    @cached_property
    def _around(self) -> Surroundings:
        me = actor_of(self.session).user_id
        return Surroundings(self.choices, lambda: self.users, me, self.surface.formats.date)

    @cached_property
    def users(self) -> Mapping[int, str]:
        """The users that a filter may name, by id; read anew when users, rights or modules have changed."""
        ask = self.definition.users
        if ask is None:
            return {}
        return read_or_kept(ask, lambda: dict(ask(self.session)))

    def choices(self, part: ListFilter | ListColumn) -> Sequence[Choice]:
        """Return the choices of a filter or of a column; read from the database at most once."""
        if isinstance(part.choices, tuple):
            return part.choices
        if part.name not in self._choices:
            ask = part.choices
            read = lambda: tuple(ask(self.session))  # noqa: E731 - it is read here or for the whole process
            self._choices[part.name] = read_or_kept(ask, read) if is_kept(ask) else read()
        return self._choices[part.name]


def shown_columns(
    definition: RecordList, columns: Mapping[str, ListColumn], chosen: Sequence[str] | None
) -> list[ListColumn]:
    """Return the columns to show, the name first; chosen ones that are gone or forbidden are left out."""
    names = [name for name in dict.fromkeys(chosen or ()) if name in columns]
    names = names or [name for wish in definition.shown if (name := _first_of(wish, columns))]
    rest = [columns[name] for name in names if name in columns and name != definition.name_column]
    return [columns[definition.name_column], *rest]


def _first_of(wish: str, columns: Mapping[str, ListColumn]) -> str | None:
    return next((name for name in wish.split("|") if name in columns), None)
