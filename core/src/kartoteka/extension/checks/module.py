"""Checks what a module says about itself: its name, its version, its prefix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from kartoteka.extension.checks.shape import check_shape
from kartoteka.extension.declarations.access import Module
from kartoteka.extension.version import API_VERSION, OLDEST_API, is_supported
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

Problem = tuple[str, Message]
"""A field and what is wrong with it."""

_ADDRESSES = (
    "static",
    "api",
    "hooks",
    "login",
    "logout",
    "clients",
    "users",
    "access",
    "modules",
    "reports",
    "actions",
)
_MORE_ADDRESSES = ("preview", "health", "dav")
_PARTS_TO_COME = (
    "timeline",
    "dashboard",
    "files",
    "search",
    "jobs",
    "mail",
    "notifications",
    "settings",
    "importing",
    "privacy",
    "rest",
)

RESERVED_NAMES: Final = frozenset((*_ADDRESSES, *_MORE_ADDRESSES, *_PARTS_TO_COME, "core", "kartoteka"))
"""First parts of the core's own addresses, and names its tables begin with."""

CORE_PREFIX: Final = "core"
NAME: Final = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
NAME_LENGTH: Final = 40
PREFIX_LENGTH: Final = 30


def check_module(module: Module, name: str, *, builtin: bool) -> Iterator[Problem]:
    """Yield what is wrong with a Module that was found under this name."""
    yield from check_shape(module)
    if module.name != name:
        yield "name", _("Must be “%(name)s”, the name of the entry point.", name=name)
    yield from _check_name(name, builtin=builtin)
    yield from _check_version(module)
    yield from _check_prefix(module, builtin=builtin)
    for field in ("requires", "works_with"):
        if name in getattr(module, field):
            yield field, _("The module names itself.")
    if module.migrations is not None and not (isinstance(module.migrations, Path) and module.migrations.is_dir()):
        yield "migrations", _("Must be the path of a folder that exists.")


def check_prefixes(modules: Iterable[Module], builtins: frozenset[str]) -> Iterator[tuple[str, Message]]:
    """Yield the modules whose table prefix is the beginning of another's, or the other way round."""
    prefixes = sorted((module.prefix + "_", module.name) for module in modules if module.name not in builtins)
    for position, (prefix, name) in enumerate(prefixes):
        for longer, other in prefixes[position + 1 :]:
            if longer.startswith(prefix):
                later = max(name, other)
                yield (
                    later,
                    _(
                        "The prefixes “%(prefix)s” and “%(longer)s” cannot be told apart.",
                        prefix=prefix,
                        longer=longer,
                    ),
                )


def _check_name(name: str, *, builtin: bool) -> Iterator[Problem]:
    if not NAME.fullmatch(name) or len(name) > NAME_LENGTH:
        yield "name", _("Must be made of small letters, digits and single underscores, at most 40 characters.")
    elif not builtin and name in RESERVED_NAMES:
        yield "name", _("“%(name)s” is a name of the core.", name=name)


def _check_version(module: Module) -> Iterator[Problem]:
    try:
        supported = is_supported(module.api)
    except (ValueError, AttributeError):
        yield "api", _("Must be a version such as “%(version)s”.", version=API_VERSION)
        return
    if not supported:
        yield (
            "api",
            _(
                "Was made for version %(version)s; this installation understands %(oldest)s to %(newest)s.",
                version=module.api,
                oldest=OLDEST_API,
                newest=API_VERSION,
            ),
        )


def _check_prefix(module: Module, *, builtin: bool) -> Iterator[Problem]:
    prefix = module.prefix
    if not isinstance(prefix, str) or not NAME.fullmatch(prefix) or len(prefix) > PREFIX_LENGTH:
        yield "table_prefix", _("Must be made of small letters, digits and single underscores, at most 30 characters.")
    elif not builtin and any(f"{prefix}_".startswith(f"{reserved}_") for reserved in RESERVED_NAMES):
        yield "table_prefix", _("“%(name)s” is a name of the core.", name=prefix)
