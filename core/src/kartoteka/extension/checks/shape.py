"""Checks that the fields of a declaration hold what their annotations say, and that functions take what they get."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any, Final

from kartoteka.extension.declarations.access import Module, Permission
from kartoteka.extension.declarations.analysis import TurnoverSource
from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.channels import Channel
from kartoteka.extension.declarations.data import Choice, Colour, Field, FieldType, RecordKind
from kartoteka.extension.declarations.directories import Directory
from kartoteka.extension.declarations.documents import DocumentType
from kartoteka.extension.declarations.health import HealthCheck
from kartoteka.extension.declarations.importing import ImportKey, ImportTarget
from kartoteka.extension.declarations.rest import ApiResource
from kartoteka.extension.declarations.scopes import DECLARED_SCOPES
from kartoteka.extension.declarations.timeline import Composer, TimelineSource
from kartoteka.extension.declarations.ui import Badge, Column, Filter, MenuItem, Panel, Tab, Widget
from kartoteka.extension.declarations.work import Action, ClientStep, Job, Report, ReportChart, ReportColumn
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

Problem = tuple[str, Message]

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_ICON = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME_LENGTH = 60

PARAMETERS: Final[Mapping[type[Any], Mapping[str, tuple[str, ...]]]] = {
    RecordKind: {"summarise": ("session", "ids"), "url": ("id",), "scope": ("actor",)},
    Field: {"choices": ("session",)},
    MenuItem: {"badge": ()},
    Tab: {"count": ("record_id",)},
    Panel: {"load": ("session", "record"), "when": ("session", "record")},
    Badge: {"load": ("session", "ids")},
    Widget: {"load": ("session", "user", "options")},
    Column: {"expression": ("record_id",), "value": ("session", "ids"), "choices": ("session",)},
    Filter: {"condition": ("record_id", "value"), "choices": ("session",)},
    Action: {
        "run": ("session", "actor", "records", "data"),
        "when": ("session", "record"),
        "foretell": ("session", "ids"),
    },
    DocumentType: {"build": ("session", "record"), "sample": ()},
    Report: {"rows": ("session", "params"), "behind": ("params", "common")},
    TimelineSource: {"read": ("session", "part")},
    Composer: {"save": ("session", "record", "values"), "page": ("record",), "when": ("session", "record")},
    Channel: {"send": ("telling",), "ready": ("session", "user_ids")},
    ClientStep: {"save": ("session", "client_id", "values"), "begin": ("known",)},
    ReportColumn: {"link": ("row",)},
    ImportTarget: {
        "match": ("session", "rows", "run"),
        "write": ("session", "rows", "run"),
        "defaults": ("session",),
    },
    ApiResource: {"create": ("session", "values"), "change": ("session", "id", "values"), "remove": ("session", "id")},
    Directory: {"start": ()},
    HealthCheck: {
        "find": ("session", "after", "limit"),
        "look": ("session", "key"),
        "fix": ("session", "finding", "value"),
        "skip": ("session", "finding"),
    },
    TurnoverSource: {"rows": ()},
    Job: {"run": ("session", "job"), "outside": ("job",)},
}
"""What the core calls the functions of a declaration with."""

_PLAIN: Final[tuple[type[Any], ...]] = (*DECLARED_SCOPES, tuple)


def check_shape(declaration: Any) -> Iterator[Problem]:
    """Yield what is wrong with the fields of a declaration, each looked at by itself."""
    for field in fields(declaration):
        value = getattr(declaration, field.name)
        yield from ((field.name, problem) for problem in _check_annotation(str(field.type), value))
    yield from _check_words(declaration)
    yield from check_functions(declaration)
    if isinstance(declaration, Action) and not _is_done_once(declaration):
        yield "run", _("Give either run or page.")


def _is_done_once(action: Action) -> bool:
    """Tell whether an action has one way to be done, or one for few records and one for many."""
    return (action.run is None) != (action.page is None) or (action.run is not None and action.bulk)


def check_functions(declaration: Any) -> Iterator[Problem]:
    """Yield the functions of a declaration that cannot be called with what the core gives them."""
    optional = {field.name for field in fields(declaration) if str(field.type).endswith("| None")}
    for name, parameters in PARAMETERS.get(type(declaration), {}).items():
        function = getattr(declaration, name)
        if isinstance(function, _PLAIN) or (function is None and name in optional):
            continue
        if not callable(function):
            yield name, _("Must be a function.")
        elif not accepts(function, len(parameters)):
            yield name, _("Must take (%(parameters)s).", parameters=", ".join(parameters))


def accepts(function: Callable[..., Any], count: int) -> bool:
    """Say whether a function can be called with so many arguments by position."""
    try:
        signature = inspect.signature(function)
    except (ValueError, TypeError):
        return True
    try:
        signature.bind(*range(count))
    except TypeError:
        return False
    return True


def _check_annotation(annotation: str, value: Any) -> Iterator[Message]:
    required, _separator, optional = annotation.partition(" | None")
    if value is None and _separator and not optional:
        return
    check = _CHECKS.get(required)
    if check is not None and not check[0](value):
        yield check[1]


def _is_text(value: Any) -> bool:
    return isinstance(value, Message) and bool(value.text.strip())


def _are_words(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, str) and item for item in value)


def _are_counts(value: Any) -> bool:
    return isinstance(value, tuple) and all(type(item) is int and item > 0 for item in value)


def _are(kind: type[Any]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, tuple) and all(isinstance(item, kind) for item in value)


_CHECKS: Final[Mapping[str, tuple[Callable[[Any], bool], Message]]] = {
    "Message": (_is_text, _('Must be a translatable text: write _("...").')),
    "str": (lambda value: isinstance(value, str), _("Must be a text.")),
    "int": (lambda value: type(value) is int, _("Must be a whole number.")),
    "bool": (lambda value: isinstance(value, bool), _("Must be True or False.")),
    "FieldType": (lambda value: isinstance(value, FieldType), _("Must be a FieldType.")),
    "tuple[str, ...]": (_are_words, _("Must be a tuple of texts; do not forget the comma.")),
    "tuple[int, ...]": (_are_counts, _("Must be a tuple of whole numbers from 1; do not forget the comma.")),
    "tuple[Field, ...]": (_are(Field), _("Must be a tuple of Field; do not forget the comma.")),
    "tuple[ReportColumn, ...]": (_are(ReportColumn), _("Must be a tuple of ReportColumn; do not forget the comma.")),
    "tuple[ImportKey, ...]": (_are(ImportKey), _("Must be a tuple of ImportKey; do not forget the comma.")),
    "type[Any]": (lambda value: isinstance(value, type), _("Must be a class.")),
    "Composer": (lambda value: isinstance(value, Composer), _("Must be a Composer.")),
    "ReportChart": (lambda value: isinstance(value, ReportChart), _("Must be a ReportChart.")),
    "timedelta": (
        lambda value: isinstance(value, timedelta) and value > timedelta(),
        _("Must be a timedelta above zero."),
    ),
    "Mapping[str, Any]": (lambda value: isinstance(value, Mapping), _("Must be a dictionary.")),
    "Mapping[str, Message]": (lambda value: isinstance(value, Mapping), _("Must be a dictionary.")),
    "Literal['own', 'department', 'all']": (
        lambda value: value in ("own", "department", "all"),
        _("Must be “own”, “department” or “all”."),
    ),
    "Literal['move', 'drop_duplicates']": (
        lambda value: value in ("move", "drop_duplicates"),
        _("Must be “move” or “drop_duplicates”."),
    ),
    "Literal['refuse', 'with_client']": (
        lambda value: value in ("refuse", "with_client"),
        _("Must be “refuse” or “with_client”."),
    ),
}


def _check_words(declaration: Any) -> Iterator[Problem]:
    """Check names, kinds and icons, which become parts of addresses, of files and of rows in the database."""
    name = getattr(declaration, "name", None)
    if isinstance(name, str) and not isinstance(declaration, Module):
        pattern, problem = (
            (_PATH, _("Must be written “module.verb”."))
            if isinstance(declaration, Permission)
            else (_NAME, _("Must be made of small letters, digits and underscores."))
        )
        if not pattern.fullmatch(name) or len(name) > 2 * _NAME_LENGTH:
            yield "name", problem
    icon = getattr(declaration, "icon", None)
    if icon is not None and not (isinstance(icon, str) and _ICON.fullmatch(icon)):
        yield "icon", _("Must be the name of an icon, such as “map-pin”.")
    for kind in _kinds_of(declaration):
        if isinstance(kind, str) and not _PATH.fullmatch(kind):
            yield "kind" if hasattr(declaration, "kind") else "kinds", _("A kind is written “module.noun”.")
    choices = getattr(declaration, "choices", ())
    if isinstance(choices, tuple):
        yield from _check_choices(declaration, choices)
    elif not callable(choices):
        yield "choices", _("Must be a tuple of Choice or a function.")


def _kinds_of(declaration: Any) -> Sequence[Any]:
    if hasattr(declaration, "kind"):
        return (declaration.kind,)
    kinds = getattr(declaration, "kinds", ())
    return kinds if isinstance(kinds, tuple) else ()


def _check_choices(declaration: Any, choices: tuple[Any, ...]) -> Iterator[Problem]:
    if isinstance(declaration, Filter) and declaration.type is FieldType.CHOICE and not choices:
        yield "choices", _("A choice needs at least one value.")
    for choice in choices:
        if not isinstance(choice, Choice):
            yield "choices", _("Must be a tuple of Choice or a function.")
        elif choice.colour is not None and choice.colour not in set(Colour):
            yield "choices", _("The colours are: %(colours)s.", colours=", ".join(Colour))
    values = [choice.value for choice in choices if isinstance(choice, Choice)]
    if len(values) != len(set(values)):
        yield "choices", _("Two choices have the same value.")


def check_unique(declarations: Iterable[Declaration]) -> Iterator[tuple[Declaration, Message]]:
    """Yield the declarations whose key another one of the same kind has already."""
    seen: set[str] = set()
    for declaration in declarations:
        if declaration.key in seen:
            yield declaration, _("“%(name)s” is declared twice.", name=declaration.key)
        seen.add(declaration.key)
