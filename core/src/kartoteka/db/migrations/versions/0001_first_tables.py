"""First tables of the core: clients, users, rights, journal, search."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kartoteka.db.search_tables import create_search_tables, drop_search_tables, prepare_search

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    prepare_search(op.get_bind())
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
    op.create_table(
        "core_known_module",
        sa.Column("module", sa.String(length=50), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=50), nullable=False),
        sa.Column("table_prefix", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("module", name=op.f("pk_core_known_module")),
    )
    op.create_table(
        "core_known_table",
        sa.Column("table_name", sa.String(length=63), nullable=False),
        sa.Column("module", sa.String(length=50), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_core_known_table")),
    )
    with op.batch_alter_table("core_known_table", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_known_table_module"), ["module"], unique=False)

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

    op.create_table(
        "core_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_state")),
    )
    op.execute("INSERT INTO core_state (id, version) VALUES (1, 1)")
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

    op.create_table(
        "core_client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "number",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column(
            "name_sort",
            sa.String(length=300).with_variant(sa.String(length=300, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "name_key",
            sa.String(length=300).with_variant(sa.String(length=300, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("company_name", sa.String(length=300), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("surname", sa.String(length=200), nullable=False),
        sa.Column("personal_code", sa.String(length=80), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("sex", sa.String(length=10), nullable=False),
        sa.Column("income", sa.Numeric(precision=12, scale=2), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("registration_code", sa.String(length=80), nullable=False),
        sa.Column(
            "registration_code_norm",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("vat_code", sa.String(length=80), nullable=False),
        sa.Column(
            "vat_code_norm",
            sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("external_source", sa.String(length=60), nullable=True),
        sa.Column("external_id", sa.String(length=120), nullable=True),
        sa.Column("phone", sa.String(length=100), nullable=False),
        sa.Column(
            "phone_e164",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("mobile", sa.String(length=100), nullable=False),
        sa.Column(
            "mobile_e164",
            sa.String(length=20).with_variant(sa.String(length=20, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("fax", sa.String(length=100), nullable=False),
        sa.Column("email", sa.String(length=510), nullable=False),
        sa.Column(
            "email_norm",
            sa.String(length=260).with_variant(sa.String(length=260, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("website", sa.String(length=500), nullable=False),
        sa.Column(
            "domain",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("bank_account", sa.String(length=80), nullable=False),
        sa.Column("relationship", sa.String(length=10), nullable=False),
        sa.Column(
            "importance",
            sa.String(length=10).with_variant(sa.String(length=10, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("client_kind", sa.String(length=20), nullable=False),
        sa.Column("activity", sa.String(length=200), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("unusual", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["core_client_group.id"], name=op.f("fk_core_client_group_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["manager_id"], ["core_user.id"], name=op.f("fk_core_client_manager_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["core_client.id"], name=op.f("fk_core_client_merged_into_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_client")),
        sa.UniqueConstraint("external_source", "external_id", name=op.f("uq_core_client_external_source_external_id")),
        sa.UniqueConstraint("number", name=op.f("uq_core_client_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_client", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_client_birth_date"), ["birth_date"], unique=False)
        batch_op.create_index("ix_core_client_by_code", ["state", "registration_code_norm", "id"], unique=False)
        batch_op.create_index("ix_core_client_by_importance", ["state", "importance", "id"], unique=False)
        batch_op.create_index(
            "ix_core_client_by_manager",
            ["state", "manager_id", "name_sort", "id", "relationship", "importance", "client_kind"],
            unique=False,
        )
        batch_op.create_index(
            "ix_core_client_by_name",
            ["state", "name_sort", "id", "manager_id", "relationship", "importance", "client_kind"],
            unique=False,
        )
        batch_op.create_index("ix_core_client_by_number", ["state", "number", "id"], unique=False)
        batch_op.create_index(
            "ix_core_client_by_registration",
            ["state", "registered_on", "id", "manager_id", "relationship", "importance", "client_kind"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_core_client_domain"), ["domain"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_email_norm"), ["email_norm"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_group_id"), ["group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_manager_id"), ["manager_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_mobile_e164"), ["mobile_e164"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_name_key"), ["name_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_phone_e164"), ["phone_e164"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_core_client_registration_code_norm"), ["registration_code_norm"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_core_client_state"), ["state"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_vat_code_norm"), ["vat_code_norm"], unique=False)

    op.create_table(
        "core_module",
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["changed_by"], ["core_user.id"], name=op.f("fk_core_module_changed_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_core_module")),
    )
    with op.batch_alter_table("core_module", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_module_changed_by"), ["changed_by"], unique=False)

    op.create_table(
        "core_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("agent", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_sign_in_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_sign_in")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_core_sign_in_token_hash")),
    )
    with op.batch_alter_table("core_sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_sign_in_user_id"), ["user_id"], unique=False)

    op.create_table(
        "core_user_permission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("permission", sa.String(length=127), nullable=False),
        sa.Column("granted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_user_permission_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_user_permission")),
        sa.UniqueConstraint("user_id", "permission", name=op.f("uq_core_user_permission_user_id_permission")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "core_user_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_id"], ["core_role.id"], name=op.f("fk_core_user_role_role_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_user_role_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_user_role")),
        sa.UniqueConstraint("user_id", "role_id", name=op.f("uq_core_user_role_user_id_role_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_user_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_core_user_role_role_id"), ["role_id"], unique=False)

    op.create_table(
        "core_client_share",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_core_client_share_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["granted_by"], ["core_user.id"], name=op.f("fk_core_client_share_granted_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_client_share_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_client_share")),
        sa.UniqueConstraint("client_id", "user_id", name=op.f("uq_core_client_share_client_id_user_id")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_client_share", schema=None) as batch_op:
        batch_op.create_index("ix_core_client_share_by_user", ["user_id", "client_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_core_client_share_client_id"), ["client_id"], unique=False)

    create_search_tables(op.get_bind())


def downgrade() -> None:
    drop_search_tables(op.get_bind())
    with op.batch_alter_table("core_client_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_client_share_client_id"))
        batch_op.drop_index("ix_core_client_share_by_user")

    op.drop_table("core_client_share")
    with op.batch_alter_table("core_user_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_user_role_role_id"))

    op.drop_table("core_user_role")
    op.drop_table("core_user_permission")
    with op.batch_alter_table("core_sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_sign_in_user_id"))

    op.drop_table("core_sign_in")
    with op.batch_alter_table("core_module", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_module_changed_by"))

    op.drop_table("core_module")
    with op.batch_alter_table("core_client", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_client_vat_code_norm"))
        batch_op.drop_index(batch_op.f("ix_core_client_state"))
        batch_op.drop_index(batch_op.f("ix_core_client_registration_code_norm"))
        batch_op.drop_index(batch_op.f("ix_core_client_phone_e164"))
        batch_op.drop_index(batch_op.f("ix_core_client_name_key"))
        batch_op.drop_index(batch_op.f("ix_core_client_mobile_e164"))
        batch_op.drop_index(batch_op.f("ix_core_client_merged_into_id"))
        batch_op.drop_index(batch_op.f("ix_core_client_manager_id"))
        batch_op.drop_index(batch_op.f("ix_core_client_group_id"))
        batch_op.drop_index(batch_op.f("ix_core_client_email_norm"))
        batch_op.drop_index(batch_op.f("ix_core_client_domain"))
        batch_op.drop_index("ix_core_client_by_registration")
        batch_op.drop_index("ix_core_client_by_number")
        batch_op.drop_index("ix_core_client_by_name")
        batch_op.drop_index("ix_core_client_by_manager")
        batch_op.drop_index("ix_core_client_by_importance")
        batch_op.drop_index("ix_core_client_by_code")
        batch_op.drop_index(batch_op.f("ix_core_client_birth_date"))

    op.drop_table("core_client")
    with op.batch_alter_table("core_user", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_user_name_sort"))
        batch_op.drop_index(batch_op.f("ix_core_user_department_id"))

    op.drop_table("core_user")
    op.drop_table("core_role_permission")
    with op.batch_alter_table("core_journal", schema=None) as batch_op:
        batch_op.drop_index("ix_core_journal_record")
        batch_op.drop_index(batch_op.f("ix_core_journal_operation_id"))
        batch_op.drop_index("ix_core_journal_client")

    op.drop_table("core_journal")
    op.drop_table("core_state")
    with op.batch_alter_table("core_sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_sign_in_attempt_last_at"))

    op.drop_table("core_sign_in_attempt")
    with op.batch_alter_table("core_search_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_search_text_module"))
        batch_op.drop_index(batch_op.f("ix_core_search_text_client_id"))

    op.drop_table("core_search_text")
    op.drop_table("core_role")
    with op.batch_alter_table("core_personal_data", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_personal_data_module"))

    op.drop_table("core_personal_data")
    with op.batch_alter_table("core_operation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_operation_user_id"))
        batch_op.drop_index(batch_op.f("ix_core_operation_undo_of_id"))
        batch_op.drop_index(batch_op.f("ix_core_operation_at"))

    op.drop_table("core_operation")
    op.drop_table("core_number_series")
    with op.batch_alter_table("core_known_table", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_known_table_module"))

    op.drop_table("core_known_table")
    op.drop_table("core_known_module")
    op.drop_table("core_department")
    with op.batch_alter_table("core_client_reference", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_core_client_reference_module"))

    op.drop_table("core_client_reference")
    op.drop_table("core_client_group")
