"""The inputs that filters are asked with: what stands in each, which choices it offers, what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kartoteka.extension.declarations.data import Choice, FieldType
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.web.lists.definition import DAYS, ListFilter
from kartoteka.web.lists.reading import UNSET, YES_NO, FilterInput, senses, user_words
from kartoteka.web.lists.state import ListState

MANY = 8
"""With more choices than this a filter is a list box and not a row of tick boxes."""


@dataclass(frozen=True)
class Option:
    """One of the values that a filter offers."""

    value: str
    title: Translatable
    chosen: bool


@dataclass(frozen=True)
class Box:
    """A text, number or day that a filter asks for."""

    name: str
    value: str
    type: str


@dataclass(frozen=True)
class Widget:
    """A filter in a form. ``kind`` is ticks, select, interval or box; ``senses`` are the ways it may be meant."""

    name: str
    title: Message
    kind: str
    options: Sequence[Option] = ()
    boxes: Sequence[Box] = ()
    problem: Message | None = None
    sense: str = ""
    senses: Sequence[Option] = ()


@dataclass(frozen=True)
class Quick:
    """A filter beside the search: a list of choices of which one is taken."""

    name: str
    title: Message
    options: Sequence[Option]
    problem: Message | None


def widget(state: ListState, one: FilterInput) -> Widget:
    """Return the inputs of a filter in the form with all filters."""
    asked, meant = one.filter, _senses(one)
    if asked.type in (FieldType.CHOICE, FieldType.USER, FieldType.YES_NO):
        options = _options(one, _all_choices(state, asked))
        several = asked.type == FieldType.CHOICE and len(options) <= MANY
        return Widget(asked.name, asked.title, "ticks" if several else "select", options, problem=one.problem, **meant)
    kind = "date" if asked.type in DAYS else "text"
    boxes = [Box(name, one.first(name), kind) for name in asked.values]
    return Widget(
        asked.name, asked.title, "interval" if len(boxes) > 1 else "box", boxes=boxes, problem=one.problem, **meant
    )


def quick(state: ListState, one: FilterInput) -> Quick | None:
    """Return a filter as one list of choices; None when more is asked of it than one choice."""
    if len(one.given.get(one.filter.name, ())) > 1 or one.filter.sense in one.given:
        return None
    options = _options(one, _quick_choices(state, one))
    return Quick(one.filter.name, one.filter.title, options, one.problem)


def _senses(one: FilterInput) -> dict[str, Any]:
    given = one.first(one.filter.sense)
    found = [Option(choice.value, choice.title, choice.value == given) for choice in senses(one.filter)]
    return {"sense": one.filter.sense, "senses": found}


def _options(one: FilterInput, choices: Sequence[Choice]) -> list[Option]:
    given = one.given.get(one.filter.name, ())
    return [Option(choice.value, choice.title, choice.value in given) for choice in choices]


def _quick_choices(state: ListState, one: FilterInput) -> Sequence[Choice]:
    """Leave out the users by name: they would cost a statement; one that is asked for stands among the words."""
    if one.filter.type != FieldType.USER:
        return _all_choices(state, one.filter)
    words = user_words(one.filter)
    given = one.first(one.filter.name)
    if one.is_active and all(word.value != given for word in words):
        words.append(Choice(given, one.words[0]))
    return words


def _all_choices(state: ListState, asked: ListFilter) -> list[Choice]:
    if asked.type == FieldType.YES_NO:
        return list(YES_NO)
    if asked.type == FieldType.USER:
        return [*user_words(asked), *(Choice(str(user_id), name) for user_id, name in state.users.items())]
    return [*state.choices(asked), *([UNSET] if asked.optional else [])]
