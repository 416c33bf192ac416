"""First tables of the core: clients, and what refers to users."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kartoteka.db.search_tables import create_search_tables, drop_search_tables

revision: str = "0001a"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _create_client()
    _create_module()
    _create_sign_in()
    _create_user_permission()
    _create_user_role()
    _create_client_share()
    create_search_tables(op.get_bind())


def downgrade() -> None:
    drop_search_tables(op.get_bind())
    op.drop_table("core_client_share")
    op.drop_table("core_user_role")
    op.drop_table("core_user_permission")
    op.drop_table("core_sign_in")
    op.drop_table("core_module")
    op.drop_table("core_client")


def _create_client() -> None:
    op.create_table("core_client", *_client_columns(), *_client_constraints(), sqlite_autoincrement=True)
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


def _client_columns() -> list[sa.schema.SchemaItem]:
    return [
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
    ]


def _client_constraints() -> list[sa.schema.SchemaItem]:
    return [
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
    ]


def _create_module() -> None:
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


def _create_sign_in() -> None:
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


def _create_user_permission() -> None:
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


def _create_user_role() -> None:
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


def _create_client_share() -> None:
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
