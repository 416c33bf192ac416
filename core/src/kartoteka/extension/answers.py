"""Puts one question to the modules, each guarded for itself, so that one that fails spoils nobody else's answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import orm

from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of
from kartoteka.extension.guarding import Attempt, attempt


def ask_modules(
    session: orm.Session, hook: str, /, *, among: frozenset[str] | None = None, **given: Any
) -> Iterator[tuple[str, Attempt[list[Any]]]]:
    """Ask each module that answers the hook, and yield its name with what came of it.

    ``among`` are the modules that are asked, without it those that are on; ``given`` is what the hook is called with
    beside the session.
    """
    for module, ask in extension_of(session).registry.calls.each(hook, active_set(session) if among is None else among):
        yield module, attempt(session, hook, module, lambda ask=ask: ask(session=session, **given))  # type: ignore[misc]


def answers(session: orm.Session, hook: str, /, **given: Any) -> Iterator[Any]:
    """Yield each answer of the modules that are on; a module that fails, or says nothing, is left out."""
    for _module, answer in ask_modules(session, hook, **given):
        yield from (part for part in answer.value or () if part)


def answered(session: orm.Session, hook: str, /, **given: Any) -> Iterator[Any]:
    """Yield each thing in the answers of the modules that are on; a module that fails is left out."""
    for part in answers(session, hook, **given):
        yield from part
