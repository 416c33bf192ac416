"""Lets a large module consist of rooms, each with a ``plugin.py`` of its own."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType, ModuleType
from typing import Any

from kartoteka.extension.hookspecs import HOOKS
from kartoteka.extension.version import PROJECT, hookimpl

Implementation = Callable[..., Any]


def join_parts(home: str, parts: Sequence[ModuleType]) -> None:
    """Make the hooks of the parts hooks of the module ``home``, which is the ``plugin.py`` of the whole.

    Lists are put one behind the other, the home's own first, then part by part; mappings are united; of a question
    with one answer the first that is not None counts; steps are all done. Raises TypeError for a function of a part
    that is named like a hook and not marked with ``@hookimpl``.
    """
    whole = sys.modules[home]
    for hook in HOOKS:
        answering = [found for part in (whole, *parts) if (found := _implementation(part, hook)) is not None]
        if answering:
            setattr(whole, hook, answering[0] if len(answering) == 1 else _join(home, hook, answering))


def _implementation(part: ModuleType, hook: str) -> Implementation | None:
    function = vars(part).get(hook)
    if not isinstance(function, FunctionType) or function.__module__ != part.__name__:
        return None
    if not hasattr(function, f"{PROJECT}_impl"):
        raise TypeError(f"Write @hookimpl above {hook} in {part.__name__}.")
    return function


def _join(home: str, hook: str, answering: Sequence[Implementation]) -> Implementation:
    names = tuple(inspect.signature(HOOKS[hook]).parameters)
    takes = [(one, tuple(inspect.signature(one).parameters)) for one in answering]
    first_counts = getattr(HOOKS[hook], f"{PROJECT}_spec")["firstresult"]

    @functools.wraps(HOOKS[hook], updated=())
    def joined(*given: Any) -> Any:
        arguments, answers = dict(zip(names, given, strict=True)), []
        for one, wanted in takes:
            answer = one(**{name: arguments[name] for name in wanted})
            if first_counts and answer is not None:
                return answer
            answers.append(answer)
        return _united(answers)

    joined.__module__ = home
    return hookimpl(joined)


def _united(answers: Sequence[Any]) -> Any:
    said = [answer for answer in answers if answer is not None]
    if not said:
        return None
    if isinstance(said[0], Mapping):
        return {name: value for answer in said for name, value in answer.items()}
    if not isinstance(said[0], Sequence | set | frozenset):
        return said[0]  # a question such as `receive_mail`, of which the first answer counts
    return [item for answer in said for item in answer]
