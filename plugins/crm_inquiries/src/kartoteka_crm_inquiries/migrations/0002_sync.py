"""Nothing yet: sync."""

from __future__ import annotations

revision: str = "0002"
down_revision: str | None = "0001a"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    """Change nothing."""


def downgrade() -> None:
    """Change nothing."""
