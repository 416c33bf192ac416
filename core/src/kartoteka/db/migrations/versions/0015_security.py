"""Second factors, passkeys and app passwords; confidential fields."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | None = None
depends_on: str | None = None

_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
_TABLES = (
    "core_app_password",
    "core_code_generator",
    "core_known_browser",
    "core_passkey",
    "core_recovery_code",
    "core_sign_in_step",
)


def upgrade() -> None:
    _create_factors()
    _create_browsers()
    op.create_table(
        "core_app_password",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=64), nullable=False),
        _moment("created_at"),
        _moment("used_at", nullable=True),
        _moment("ended_at", nullable=True),
        _of_user("core_app_password"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_app_password")),
        sa.UniqueConstraint("password_hash", name=op.f("uq_core_app_password_password_hash")),
    )
    op.create_index(op.f("ix_core_app_password_user_id"), "core_app_password", ["user_id"])
    op.create_table(
        "core_confidential_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("field", sa.String(length=63), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _moment("created_at"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_confidential_field")),
        sa.UniqueConstraint("kind", "field", name=op.f("uq_core_confidential_field_kind_field")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("core_role", schema=None) as batch_op:
        batch_op.add_column(sa.Column("needs_second_factor", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("core_role", schema=None) as batch_op:
        batch_op.alter_column("needs_second_factor", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("core_role", schema=None) as batch_op:
        batch_op.drop_column("needs_second_factor")
    op.drop_table("core_confidential_field")
    for table in _TABLES:
        op.drop_table(table)


def _create_factors() -> None:
    op.create_table(
        "core_code_generator",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed_secret", sa.String(length=255), nullable=False),
        _moment("created_at"),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _of_user("core_code_generator"),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_core_code_generator")),
    )
    op.create_table(
        "core_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", _JSON, nullable=False),
        _moment("created_at"),
        _moment("used_at", nullable=True),
        _of_user("core_passkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_core_passkey_credential_id")),
    )
    op.create_index(op.f("ix_core_passkey_user_id"), "core_passkey", ["user_id"])
    op.create_table(
        "core_recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        _moment("created_at"),
        _moment("used_at", nullable=True),
        _of_user("core_recovery_code"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_recovery_code")),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq_core_recovery_code_user_id_code_hash")),
    )


def _create_browsers() -> None:
    op.create_table(
        "core_known_browser",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        _moment("created_at"),
        _moment("expires_at"),
        _of_user("core_known_browser"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_known_browser")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_core_known_browser_token_hash")),
    )
    op.create_index(op.f("ix_core_known_browser_user_id"), "core_known_browser", ["user_id"])
    op.create_table(
        "core_sign_in_step",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("challenge", sa.String(length=120), nullable=False),
        sa.Column("facts", _JSON, nullable=False),
        _moment("expires_at"),
        _of_user("core_sign_in_step"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_core_sign_in_step")),
    )
    op.create_index(op.f("ix_core_sign_in_step_user_id"), "core_sign_in_step", ["user_id"])
    op.create_index(op.f("ix_core_sign_in_step_expires_at"), "core_sign_in_step", ["expires_at"])


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_user(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f(f"fk_{table}_user_id"), ondelete="CASCADE")
