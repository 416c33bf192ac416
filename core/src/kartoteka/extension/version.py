"""The version of the contract between the core and its modules, and the marks a module puts on its answers."""

from __future__ import annotations

import pluggy

PROJECT = "kartoteka"
ENTRY_POINT_GROUP = "kartoteka.modules"

API_VERSION = "1.0"
"""Major and minor number of `kartoteka.api`; the minor number grows when something is added."""

OLDEST_API = "1.0"
"""Modules written for an older contract are set aside."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


def parse_version(version: str) -> tuple[int, int]:
    """Return major and minor number of "1.4"; ValueError for anything else."""
    major, separator, minor = version.partition(".")
    if not (separator and major.isascii() and major.isdigit() and minor.isascii() and minor.isdigit()):
        raise ValueError(f"{version!r} is no API version such as {API_VERSION!r}")
    return int(major), int(minor)


def is_supported(version: str) -> bool:
    """Say whether a module written for this API version runs on this core; ValueError when it is no version."""
    return parse_version(OLDEST_API) <= parse_version(version) <= parse_version(API_VERSION)
