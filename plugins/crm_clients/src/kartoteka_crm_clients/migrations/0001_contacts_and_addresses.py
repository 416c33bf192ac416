"""Contacts and addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "crm_clients_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("is_main", sa.Boolean(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column(
            "city_key",
            sa.String(length=120).with_variant(sa.String(length=120, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("district", sa.String(length=120), nullable=False),
        sa.Column("street", sa.String(length=300), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("notes", sa.String(length=500), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_crm_clients_address_client_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_clients_address")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("crm_clients_address", schema=None) as batch_op:
        batch_op.create_index("ix_crm_clients_address_by_city", ["city_key", "state", "client_id"], unique=False)
        batch_op.create_index("ix_crm_clients_address_by_client", ["client_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_crm_clients_address_state"), ["state"], unique=False)

    op.create_table(
        "crm_clients_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("first_name", sa.String(length=100), nullable=False),
        sa.Column("surname", sa.String(length=200), nullable=False),
        sa.Column(
            "name_sort",
            sa.String(length=200).with_variant(sa.String(length=200, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("job_title", sa.String(length=200), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
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
        sa.Column("email", sa.String(length=510), nullable=False),
        sa.Column(
            "email_norm",
            sa.String(length=260).with_variant(sa.String(length=260, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("birthday", sa.Date(), nullable=True),
        sa.Column("birthday_key", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f("fk_crm_clients_contact_client_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_clients_contact")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("crm_clients_contact", schema=None) as batch_op:
        batch_op.create_index("ix_crm_clients_contact_by_birthday", ["birthday_key", "state"], unique=False)
        batch_op.create_index("ix_crm_clients_contact_by_client", ["client_id", "state", "birthday_key"], unique=False)
        batch_op.create_index("ix_crm_clients_contact_by_email", ["email_norm", "state"], unique=False)
        batch_op.create_index("ix_crm_clients_contact_by_mobile", ["mobile_e164", "state"], unique=False)
        batch_op.create_index("ix_crm_clients_contact_by_phone", ["phone_e164", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_crm_clients_contact_state"), ["state"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("crm_clients_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crm_clients_contact_state"))
        batch_op.drop_index("ix_crm_clients_contact_by_phone")
        batch_op.drop_index("ix_crm_clients_contact_by_mobile")
        batch_op.drop_index("ix_crm_clients_contact_by_email")
        batch_op.drop_index("ix_crm_clients_contact_by_client")
        batch_op.drop_index("ix_crm_clients_contact_by_birthday")

    op.drop_table("crm_clients_contact")
    with op.batch_alter_table("crm_clients_address", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_crm_clients_address_state"))
        batch_op.drop_index("ix_crm_clients_address_by_client")
        batch_op.drop_index("ix_crm_clients_address_by_city")

    op.drop_table("crm_clients_address")
