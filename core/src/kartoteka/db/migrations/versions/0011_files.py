"""The document register: documents, their versions, links, locks, and contents that nobody names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _make_file()
    _make_version()
    op.create_table(
        "core_file_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("record_kind", sa.String(length=80), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["core_file.id"], name=op.f("fk_core_file_link_file_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_file_link")),
        sa.UniqueConstraint(
            "file_id", "record_kind", "record_id", name=op.f("uq_core_file_link_file_id_record_kind_record_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_core_file_link_record_kind_record_id"), "core_file_link", ["record_kind", "record_id"])
    op.create_table(
        "core_dav_lock",
        sa.Column("token", sa.String(length=100), nullable=False),
        sa.Column("root", sa.String(length=1000), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_core_dav_lock")),
    )
    op.create_index(op.f("ix_core_dav_lock_root"), "core_dav_lock", ["root"])
    op.create_table(
        "core_loose_blob",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_core_loose_blob")),
    )


def _make_file() -> None:
    op.create_table(
        "core_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "title_sort",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("about_kind", sa.String(length=80), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("needs", sa.String(length=130), nullable=False),
        sa.Column("registered_by", sa.Integer(), nullable=True),
        sa.Column("registered_on", sa.Date(), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=True),
        sa.Column("binned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("mimetype", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("words_blob", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_core_file_client_id"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["core_user.id"], name=op.f("fk_core_file_registered_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_file")),
        sa.UniqueConstraint("number", name=op.f("uq_core_file_number")),
        sqlite_autoincrement=True,
    )
    for columns in (["about_kind", "about_id"], ["registered_by"], ["blob"], ["words_blob"], ["state"]):
        op.create_index(op.f(f"ix_core_file_{'_'.join(columns)}"), "core_file", columns)
    op.create_index("ix_core_file_by_title", "core_file", ["state", "title_sort", "id"])
    op.create_index("ix_core_file_by_day", "core_file", ["state", "registered_on", "id"])
    op.create_index("ix_core_file_by_number", "core_file", ["state", "number", "id"])
    op.create_index("ix_core_file_of_client", "core_file", ["client_id", "state", "id"])


def _make_version() -> None:
    op.create_table(
        "core_file_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.Column("needs", sa.String(length=130), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=True),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("mimetype", sa.String(length=120), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("comment", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["core_file.id"], name=op.f("fk_core_file_version_file_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["client_id"],
            ["core_client.id"],
            name=op.f("fk_core_file_version_client_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["core_user.id"], name=op.f("fk_core_file_version_saved_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_core_file_version")),
        sa.UniqueConstraint("file_id", "number", name=op.f("uq_core_file_version_file_id_number")),
        sqlite_autoincrement=True,
    )
    for column in ("saved_by", "blob"):
        op.create_index(op.f(f"ix_core_file_version_{column}"), "core_file_version", [column])
    op.create_index("ix_core_file_version_of_client", "core_file_version", ["client_id", "created_at", "id"])


def downgrade() -> None:
    for table in ("core_loose_blob", "core_dav_lock", "core_file_link", "core_file_version", "core_file"):
        op.drop_table(table)
