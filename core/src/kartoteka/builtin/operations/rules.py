"""Who may undo what."""

from __future__ import annotations

SEE_ALL = "operations.view"
UNDO_ANY = "operations.undo_any"
OWN_WAYS = frozenset({"users", "access"})
"""Modules whose records are changed back on their own pages only: rights must not come back by a side door."""
IN_ONE_GO = 500
"""Operations with more entries are undone in the background."""
LOOKED_THROUGH = 10_000
"""Operations with more entries are not looked through for conflicts before they are undone."""
CLIENT = "clients.client"
