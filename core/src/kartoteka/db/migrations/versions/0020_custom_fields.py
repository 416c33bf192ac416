"""Fields that a company adds, layouts of the card, tags, and templates of clients."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.add_column("core_client", sa.Column("custom_values", _json(), server_default=sa.text("'{}'"), nullable=False))
    _add_fields()
    _add_layouts()
    _add_tags()
    _add_templates()


def downgrade() -> None:
    for table in ("core_record_template", "core_tagging", "core_tag", "core_card_layout"):
        op.drop_table(table)
    op.drop_table("core_custom_field")
    # Not in a batch: SQLite drops a column without making the table anew.
    op.drop_column("core_client", "custom_values")


def _json() -> sa.JSON:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")  # type: ignore[return-value]


def _sort_text(length: int) -> sa.String:
    return sa.String(length=length).with_variant(sa.String(length=length, collation="C"), "postgresql")  # type: ignore[return-value]


def _record() -> list[sa.Column[object]]:
    return [
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _add_fields() -> None:
    op.create_table(
        "core_custom_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=100), nullable=False),
        sa.Column("titles", _json(), nullable=False),
        sa.Column("help", sa.String(length=300), nullable=False),
        sa.Column("choices", _json(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("searchable", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_custom_field")),
        sa.UniqueConstraint("kind", "name", name=op.f("uq_core_custom_field_kind_name")),
        sqlite_autoincrement=True,
    )


def _add_layouts() -> None:
    op.create_table(
        "core_card_layout",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("department_id", sa.Integer(), nullable=True),
        sa.Column("parts", _json(), nullable=False),
        sa.ForeignKeyConstraint(
            ["department_id"],
            ["core_department.id"],
            name=op.f("fk_core_card_layout_department_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_card_layout")),
        sa.UniqueConstraint("department_id", name=op.f("uq_core_card_layout_department_id")),
    )


def _add_tags() -> None:
    op.create_table(
        "core_tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("name_sort", _sort_text(60), nullable=False),
        sa.Column("colour", sa.String(length=20), nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_tag")),
        sa.UniqueConstraint("name_sort", name=op.f("uq_core_tag_name_sort")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "core_tagging",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        *_record(),
        sa.ForeignKeyConstraint(["tag_id"], ["core_tag.id"], name=op.f("fk_core_tagging_tag_id"), ondelete="RESTRICT"),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_core_tagging_client_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_tagging")),
        sa.UniqueConstraint("client_id", "tag_id", name=op.f("uq_core_tagging_client_id_tag_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_core_tagging_client_id"), "core_tagging", ["client_id"])
    op.create_index("ix_core_tagging_by_tag", "core_tagging", ["tag_id", "client_id"])


def _add_templates() -> None:
    op.create_table(
        "core_record_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("contents", _json(), nullable=False),
        sa.Column("tag_ids", _json(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        *_record(),
        sa.ForeignKeyConstraint(
            ["user_id"], ["core_user.id"], name=op.f("fk_core_record_template_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_record_template")),
        sa.UniqueConstraint("name", name=op.f("uq_core_record_template_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_core_record_template_user_id"), "core_record_template", ["user_id"])
