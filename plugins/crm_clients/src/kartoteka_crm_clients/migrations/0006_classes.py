"""Turnover of clients, their classes, and the company's choices about both."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _make_turnover()
    _make_runs()
    _make_classes()
    op.create_table(
        "crm_clients_setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", _json(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_crm_clients_setting"),
    )


def downgrade() -> None:
    for table in ("crm_clients_setting", "crm_clients_class", "crm_clients_class_run", "crm_clients_turnover"):
        op.drop_table(table)


def _json() -> sa.types.TypeEngine[object]:
    return sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def _make_turnover() -> None:
    table = "crm_clients_turnover"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("amount", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["core_client.id"], name=f"fk_{table}_client_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_by_client", table, ["client_id", "day", "amount"])
    op.create_index(f"ix_{table}_by_day", table, ["day"])


def _make_runs() -> None:
    op.create_table(
        "crm_clients_class_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=100), nullable=False),
        sa.Column("limits", _json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_clients_class_run"),
    )


def _make_classes() -> None:
    table = "crm_clients_class"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("abc", sa.String(length=1), nullable=False),
        sa.Column("xyz", sa.String(length=1), nullable=False),
        sa.Column("turnover", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("share", sa.Float(), nullable=False),
        sa.Column("cumulative", sa.Float(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("spread", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["crm_clients_class_run.id"], name=f"fk_{table}_run_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["client_id"], ["core_client.id"], name=f"fk_{table}_client_id", ondelete="RESTRICT"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint("client_id", "run_id", name=f"uq_{table}_client_id_run_id"),
    )
    op.create_index(f"ix_{table}_by_class", table, ["run_id", "abc", "xyz"])
