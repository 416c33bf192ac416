"""Names that the parts of this feature share."""

from __future__ import annotations

ENTRY_KIND = "directories.entry"
MANAGE = "directories.manage"
