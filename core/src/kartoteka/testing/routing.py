"""Compiled routes that all applications of one test process share: compiling them took a third of making one."""

from __future__ import annotations

from functools import wraps
from typing import Any

from werkzeug.routing import Rule


def share_compiled_routes() -> None:
    """Let equal rules of later applications use the functions that werkzeug has compiled for earlier ones.

    What it compiles depends on the rule's text and defaults alone; everything else is looked up in the rule itself.
    """
    compile_builder = Rule._compile_builder
    if hasattr(compile_builder, "__wrapped__"):
        return
    compiled: dict[Any, Any] = {}

    @wraps(compile_builder)
    def compile_once(rule: Rule, append_unknown: bool = True) -> Any:
        key = rule.rule, tuple(rule._trace), repr(rule.defaults), append_unknown
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]
