"""Company registers."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_COMPANY, _LOAD = "crm_clients_register_company", "crm_clients_register_load"
_CHANGE, _DIFFERENCE = "crm_clients_register_change", "crm_clients_register_difference"


def upgrade() -> None:
    _create_company()
    _create_load()
    _create_change()
    _create_difference()


def downgrade() -> None:
    for table in (_DIFFERENCE, _CHANGE, _LOAD, _COMPANY):
        op.drop_table(table)


def _sorted(length: int) -> Any:
    return sa.String(length=length).with_variant(sa.String(length=length, collation="C"), "postgresql")


def _create_company() -> None:
    op.create_table(
        _COMPANY,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("code", _sorted(20), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("first_key", _sorted(60), nullable=False),
        sa.Column("second_key", _sorted(60), nullable=False),
        sa.Column("third_key", _sorted(60), nullable=False),
        sa.Column("legal_form", sa.String(length=150), nullable=False),
        sa.Column("vat_code", _sorted(20), nullable=False),
        sa.Column("status", sa.String(length=15), nullable=False),
        sa.Column("status_text", sa.String(length=150), nullable=False),
        sa.Column("street", sa.String(length=300), nullable=False),
        sa.Column("city", sa.String(length=120), nullable=False),
        sa.Column("region", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=20), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("seen_in", sa.Integer(), nullable=False),
        sa.Column("gone_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crm_clients_register_company")),
    )
    with op.batch_alter_table(_COMPANY, schema=None) as batch_op:
        batch_op.create_index(f"ix_{_COMPANY}_by_code", ["country", "code"], unique=True)
        batch_op.create_index(f"ix_{_COMPANY}_by_name", ["country", "first_key"], unique=False)
        batch_op.create_index(f"ix_{_COMPANY}_by_second", ["country", "second_key"], unique=False)
        batch_op.create_index(f"ix_{_COMPANY}_by_third", ["country", "third_key"], unique=False)
        batch_op.create_index(f"ix_{_COMPANY}_by_vat", ["country", "vat_code"], unique=False)


def _create_load() -> None:
    op.create_table(
        _LOAD,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("folder", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("counts", _JSON, nullable=False),
        sa.Column("problems", _JSON, nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["core_user.id"], name=op.f(f"fk_{_LOAD}_user_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_LOAD}")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table(_LOAD, schema=None) as batch_op:
        batch_op.create_index(f"ix_{_LOAD}_by_country", ["country", "id"], unique=False)
        batch_op.create_index(batch_op.f(f"ix_{_LOAD}_user_id"), ["user_id"], unique=False)


def _create_change() -> None:
    op.create_table(
        _CHANGE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], [f"{_COMPANY}.id"], name=op.f(f"fk_{_CHANGE}_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["load_id"], [f"{_LOAD}.id"], name=op.f(f"fk_{_CHANGE}_load_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_CHANGE}")),
    )
    with op.batch_alter_table(_CHANGE, schema=None) as batch_op:
        batch_op.create_index(f"ix_{_CHANGE}_by_company", ["company_id", "id"], unique=False)
        batch_op.create_index(batch_op.f(f"ix_{_CHANGE}_load_id"), ["load_id"], unique=False)


def _create_difference() -> None:
    op.create_table(
        _DIFFERENCE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("ours", sa.String(length=600), nullable=False),
        sa.Column("theirs", sa.String(length=600), nullable=False),
        sa.Column("mark", sa.String(length=15), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["client_id"], ["core_client.id"], name=op.f(f"fk_{_DIFFERENCE}_client_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{_DIFFERENCE}")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table(_DIFFERENCE, schema=None) as batch_op:
        batch_op.create_index(f"ix_{_DIFFERENCE}_by_client", ["client_id", "what"], unique=False)
        batch_op.create_index(f"ix_{_DIFFERENCE}_by_decision", ["decision", "found_on", "id"], unique=False)
