"""The settings in force: those of the environment, and above them what the company has set in its database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from kartoteka.config import Config

STORED = ("company", "country", "language", "timezone")
"""The settings that the company may change in the page; the others belong to whoever runs the server."""


class CompanyConfig:
    """A `Config` whose values change when the company changes them.

    ``read()`` returns what is stored. It is called only when the state version that a request has read anyway
    differs from the one known, so that no request pays for it.
    """

    def __init__(self, config: Config, read: Callable[[], Mapping[str, str]]) -> None:
        self._config = config
        self._read = read
        self._lock = Lock()
        self._version: int | None = None
        self._values: Mapping[str, str] = {}

    def refresh(self, version: int) -> bool:
        """Read the stored settings anew if ``version`` isn't the one they were read for; say whether they were."""
        if version == self._version:
            return False
        with self._lock:
            values = self._read()
            self._values = {name: values[name] for name in STORED if values.get(name)}
            self._version = version
        return True

    def __getattr__(self, name: str) -> Any:
        if name in STORED and name in self._values:
            return self._values[name]
        return getattr(self._config, name)
