"""The rights of this feature."""

from __future__ import annotations

EXPORT = "privacy.export"
ERASE = "privacy.erase"
