"""Files that were imported, and how their columns were mapped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    _create_import()
    _create_import_problem()
    _create_import_record()
    _create_import_mapping()


def downgrade() -> None:
    for table in ("core_import_mapping", "core_import_record", "core_import_problem", "core_import"):
        op.drop_table(table)


def _create_import() -> None:
    op.create_table(
        "core_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("target", sa.String(length=127), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("folder", sa.String(length=40), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("form", _JSON, nullable=False),
        sa.Column("columns", _JSON, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("key_column", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("options", _JSON, nullable=False),
        sa.Column("duplicates", sa.String(length=10), nullable=False),
        sa.Column("checked", _JSON, nullable=False),
        sa.Column("result", _JSON, nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("operation_id", sa.Integer(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_import_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_import")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_core_import_user_id"), "core_import", ["user_id"])


def _create_import_problem() -> None:
    op.create_table(
        "core_import_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("severity", sa.String(length=10), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["core_import.id"], name=op.f("fk_core_import_problem_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_import_problem")),
    )
    op.create_index("ix_core_import_problem_by_import", "core_import_problem", ["import_id", "phase", "id"])


def _create_import_record() -> None:
    op.create_table(
        "core_import_record",
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["core_import.id"], name=op.f("fk_core_import_record_import_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "record_id", name=op.f("pk_core_import_record")),
    )


def _create_import_mapping() -> None:
    op.create_table(
        "core_import_mapping",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(length=127), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("columns", _JSON, nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("key_column", sa.String(length=300), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("options", _JSON, nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_import_mapping")),
        sa.UniqueConstraint("target", "fingerprint", name=op.f("uq_core_import_mapping_target_fingerprint")),
    )
