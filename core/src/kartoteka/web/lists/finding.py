"""What the address of a list finds, for work on records that nobody looks at: in jobs, commands and modules."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from markupsafe import Markup
from sqlalchemy import Select
from werkzeug.datastructures import MultiDict

from kartoteka.db.session import Session
from kartoteka.vocabulary.errors import NotFound, Refused
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.web.i18n import current_formats
from kartoteka.web.lists.address import ANY, ORDER, QUERY
from kartoteka.web.lists.choosing import EITHER
from kartoteka.web.lists.known import find_list
from kartoteka.web.lists.loading import limit_of
from kartoteka.web.lists.saved import query_of
from kartoteka.web.lists.state import ListState, Surface

_LONGEST = 8_000
_MOST_PARAMETERS = 500
_UNREADABLE = _("The filters of the list can't be read as they are. Open the list again and choose once more.")


def select_found(session: Session, list_name: str, query: str) -> Select[tuple[int]]:
    """Return a select of the ids of everything that a list finds for the session's actor, in no order.

    ``query`` is the list's address behind the question mark. The actor's row rights apply when the select is executed,
    also as a part of another statement. Raises NotFound for a list that he has not, and Refused for a query of which
    something would not count: more would be found than was asked for.
    """
    state = _opened(session, list_name, query)
    known = {QUERY, ANY, *(name for one in state.filters.values() for name in one.parameters)}
    asked = {name for name, _value in parse_qsl(query, max_num_fields=_MOST_PARAMETERS)} - {ORDER}
    if asked - known or any(one.problem for one in state.inputs.values()):
        raise Refused(_UNREADABLE)
    return limit_of(session, state.definition, state.address, state.inputs.values())


def sound_query(session: Session, list_name: str, args: MultiDict[str, str]) -> tuple[str, Mapping[str, Message]]:
    """Return what is kept of the parameters of a list's address, and what is wrong with them by filter."""
    definition = find_list(session, list_name)
    if definition is None:
        raise NotFound
    state = ListState(session, definition, args, surface=_plain_surface())
    problems = {name: one.problem for name, one in state.inputs.items() if one.problem is not None}
    return query_of(state.address), problems


def words_of(session: Session, list_name: str, query: str) -> list[tuple[Translatable, tuple[Translatable, ...]]]:
    """Return what a query asks for in words: the title of each filter with its values; what is typed to search first.

    A filter that the actor has not, or whose value makes no sense any more, stands with a word of excuse.
    """
    state = _opened(session, list_name, query)
    found: list[tuple[Translatable, tuple[Translatable, ...]]] = []
    if state.address.query:
        found.append((_("Search"), (state.address.query,)))
    for one in state.inputs.values():
        if one.is_active:
            found.append((one.filter.title, one.words))
        elif one.problem is not None:
            found.append((one.filter.title, (one.problem,)))
    if state.address.either and len(found) > 1:
        found.insert(0, (EITHER, ()))
    return found


def _opened(session: Session, list_name: str, query: str) -> ListState:
    definition = find_list(session, list_name)
    if definition is None:
        raise NotFound
    if len(query) > _LONGEST:
        raise Refused(_UNREADABLE)
    args = MultiDict(parse_qsl(query, max_num_fields=_MOST_PARAMETERS))
    return ListState(session, definition, args, surface=_plain_surface())


def _plain_surface() -> Surface:
    return Surface(formats=current_formats(), icon=lambda *_given, **_options: Markup(""), root="")
