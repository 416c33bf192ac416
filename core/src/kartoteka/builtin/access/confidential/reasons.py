"""Why a field can't be marked as confidential, in the words of the page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kartoteka.extension.declarations.data import Field, FieldType, RecordKind
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

_ON_WHO_SEES = _("Who sees which records depends on it.")
_OWN_RIGHT = _("It has a right of its own, given with roles.")
_REQUIRED = _("No record is saved without it, so whoever adds records has to see it.")
_NAMES = _("Records are recognised by it in lists, in search and in every link to them.")
_RULES = _("Other rules need it: which codes, phones and documents are right.")
_NAMED = frozenset({"number", "name", "title", "company_name", "surname", "first_name"})


class OpenField(NamedTuple):
    """A field that can't be confidential, and why."""

    title: Message
    reason: Message


def open_fields(kind: RecordKind, markable: Sequence[Field]) -> list[OpenField]:
    """Return the fields of a kind that may not be marked, each with the reason."""
    return [OpenField(field.title, _reason(field)) for field in kind.fields if field not in markable]


def _reason(field: Field) -> Message:
    if field.read_permission is not None:
        return _OWN_RIGHT
    if field.type == FieldType.USER:
        return _ON_WHO_SEES
    if field.name in _NAMED:
        return _NAMES
    return _REQUIRED if field.required else _RULES
