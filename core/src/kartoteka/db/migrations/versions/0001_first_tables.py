"""First tables of the core: users, rights, journal, search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kartoteka.db.search_tables import prepare_search

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    prepare_search(op.get_bind())
    _create_client_group()
    _create_client_reference()
    _create_department()
    _create_known_module()
    _create_known_table()
    _create_number_series()
    _create_operation()
    _create_personal_data()
    _create_role()
    _create_search_text()
    _create_sign_in_attempt()
    _create_state()
    _create_journal()
    _create_role_permission()
    _create_user()


def downgrade() -> None:
    op.drop_table("core_user")
    op.drop_table("core_role_permission")
    op.drop_table("core_journal")
    op.drop_table("core_state")
    op.drop_table("core_sign_in_attempt")
    op.drop_table("core_search_text")
    op.drop_table("core_role")
    op.drop_table("core_personal_data")
    op.drop_table("core_operation")
    op.drop_table("core_number_series")
    op.drop_table("core_known_table")
    op.drop_table("core_known_module")
    op.drop_table("core_department")
    op.drop_table("core_client_reference")
    op.drop_table("core_client_group")


def _create_client_group() -> None:
    op.create_table(
        "core_client_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("colour", sa.String(length=20), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_client_group")),
        sa.UniqueConstraint("name", name=op.f("uq_core_client_group_name")),
        sqlite_autoincrement=True,
    )


def _create_client_reference() -> None:
    op.create_table(
        "core_client_reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=50), nullable=False),
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("column_name", sa.String(length=63), nullable=False),
        sa.Column("on_merge", sa.String(length=20), nullable=False),
        sa.Column("unique_with", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("on_delete", sa.String(length=20), nullable=False),
        sa.Column("needs_code", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_client_reference")),
        sa.UniqueConstraint("table_name", "column_name", name=op.f("uq_core_client_reference_table_name_column_name")),
    )
    with op.batch_alter_table("core_client_reference", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_client_reference_module"), ["module"], unique=False)


def _create_department() -> None:
    op.create_table(
        "core_department",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_department")),
        sa.UniqueConstraint("name", name=op.f("uq_core_department_name")),
        sqlite_autoincrement=True,
    )


def _create_known_module() -> None:
    op.create_table(
        "core_known_module",
        sa.Column("module", sa.String(length=50), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=50), nullable=False),
        sa.Column("table_prefix", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("module", name=op.f("pk_core_known_module")),
    )


def _create_known_table() -> None:
    op.create_table(
        "core_known_table",
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("module", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_core_known_table")),
    )
    with op.batch_alter_table("core_known_table", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_known_table_module"), ["module"], unique=False)


def _create_number_series() -> None:
    op.create_table(
        "core_number_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("mask", sa.String(length=60), nullable=False),
        sa.Column("next_value", sa.Integer(), nullable=False),
        sa.Column("gapless", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_number_series")),
        sa.UniqueConstraint("name", "year", name=op.f("uq_core_number_series_name_year")),
    )


def _create_operation() -> None:
    op.create_table(
        "core_operation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("user_name", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=50), nullable=False),
        sa.Column("undo_of_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["undo_of_id"], ["core_operation.id"], name=op.f("fk_core_operation_undo_of_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_operation")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_operation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_operation_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_operation_undo_of_id"), ["undo_of_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_operation_user_id"), ["user_id"], unique=False)


def _create_personal_data() -> None:
    op.create_table(
        "core_personal_data",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("module", sa.String(length=50), nullable=False),
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("client_column", sa.String(length=63), nullable=False),
        sa.Column("replacements", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("keep_until", sa.String(length=63), nullable=True),
        sa.Column("legal_reason", sa.String(length=500), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_personal_data")),
        sa.UniqueConstraint("table_name", "client_column", name=op.f("uq_core_personal_data_table_name_client_column")),
    )
    with op.batch_alter_table("core_personal_data", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_personal_data_module"), ["module"], unique=False)


def _create_role() -> None:
    op.create_table(
        "core_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("reach", sa.String(length=12), nullable=False),
        sa.Column("all_permissions", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_role")),
        sa.UniqueConstraint("name", name=op.f("uq_core_role_name")),
        sqlite_autoincrement=True,
    )


def _create_search_text() -> None:
    op.create_table(
        "core_search_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("module", sa.String(length=50), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digits", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_search_text")),
        sa.UniqueConstraint("record_id", "kind", name=op.f("uq_core_search_text_record_id_kind")),
    )
    with op.batch_alter_table("core_search_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_search_text_client_id"), ["client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_search_text_module"), ["module"], unique=False)


def _create_sign_in_attempt() -> None:
    op.create_table(
        "core_sign_in_attempt",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_core_sign_in_attempt")),
    )
    with op.batch_alter_table("core_sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_sign_in_attempt_last_at"), ["last_at"], unique=False)


def _create_state() -> None:
    op.create_table(
        "core_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_state")),
    )
    op.execute("INSERT INTO core_state (id, version) VALUES (1, 1)")


def _create_journal() -> None:
    op.create_table(
        "core_journal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=10), nullable=False),
        sa.Column("record_version", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changes", sa.Text(), nullable=True),
        sa.Column("salt", sa.String(length=32), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["operation_id"], ["core_operation.id"], name=op.f("fk_core_journal_operation_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_journal")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_journal", schema=None) as batch_op:
        batch_op.create_index("ix_core_journal_client", ["client_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_journal_operation_id"), ["operation_id"], unique=False)
        batch_op.create_index("ix_core_journal_record", ["kind", "record_id", "id"], unique=False)


def _create_role_permission() -> None:
    op.create_table(
        "core_role_permission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("permission", sa.String(length=127), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["core_role.id"], name=op.f("fk_core_role_permission_role_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_role_permission")),
        sa.UniqueConstraint("role_id", "permission", name=op.f("uq_core_role_permission_role_id_permission")),
        sqlite_autoincrement=True,
    )


def _create_user() -> None:
    op.create_table(
        "core_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "name_sort",
            sa.String(length=100).with_variant(sa.String(length=100, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=255), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("preferences", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"], ["core_department.id"], name=op.f("fk_core_user_department_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_user")),
        sa.UniqueConstraint("login", name=op.f("uq_core_user_login")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_user", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_user_department_id"), ["department_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_user_name_sort"), ["name_sort"], unique=False)
