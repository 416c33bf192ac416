"""Tables of the client registry: clients, their groups, and who else may see a client.

Texts are empty strings and never NULL, so that lists can be sorted and compared on them; an external id
is NULL when absent, because only present ones must be unique.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, Numeric, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.builtin.clients.deriving import INPUTS, derive_client
from kartoteka.db.base import Model, Record, Stateful
from kartoteka.db.members import Extensible
from kartoteka.db.rights import PUBLIC
from kartoteka.db.statistics import STATISTICS
from kartoteka.db.types import DERIVED, JsonList, SortText, client_id

_FILTERED = ("relationship", "importance", "client_kind")
_EXPECTED = {
    "ix_core_client_by_name": "100000 95000 2 1 1 1 1 1",
    "ix_core_client_by_number": "100000 95000 1 1",
    "ix_core_client_by_manager": "100000 95000 5000 2 1 1 1 1",
    "ix_core_client_by_registration": "100000 95000 30 1 1 1 1 1",
    "ix_core_client_by_importance": "100000 95000 25000 1",
    "ix_core_client_by_code": "100000 95000 2 1",
    "ix_core_client_state": "100000 95000",
    "ix_core_client_manager_id": "100000 5000",
    "ix_core_client_group_id": "100000 5000",
    "ix_core_client_merged_into_id": "100000 1000",
    "ix_core_client_birth_date": "100000 20",
    "ix_core_client_name_key": "100000 2",
    "ix_core_client_registration_code_norm": "100000 2",
    "ix_core_client_vat_code_norm": "100000 2",
    "ix_core_client_phone_e164": "100000 2",
    "ix_core_client_mobile_e164": "100000 2",
    "ix_core_client_email_norm": "100000 2",
    "ix_core_client_personal_code_norm": "100000 2",
    "ix_core_client_deleted_at": "100000 1000",
    "ix_core_client_domain": "100000 3",
}
"""A large registry: the plans of lists were measured with these numbers."""


class ClientKind(StrEnum):
    """Whether the client is an organisation or a natural person (CL-55)."""

    COMPANY = "company"
    PERSON = "person"


class Relationship(StrEnum):
    """Whether the client has bought already (CL-01)."""

    EXISTING = "existing"
    POTENTIAL = "potential"


class ClientGroup(Record, Model):
    """A group of clients that the company names itself (CL-06)."""

    __tablename__ = "core_client_group"
    __row_scope__ = PUBLIC

    name: Mapped[str] = mapped_column(String(100), unique=True)
    colour: Mapped[str] = mapped_column(String(20), default="")
    closed: Mapped[bool] = mapped_column(default=False)


class Client(Extensible, Record, Stateful, Model):
    """A company or a natural person that the user's company works with or may work with (CL-01, CL-02).

    ``name`` is derived: what is typed for a company is ``company_name``, for a person ``surname`` and
    ``first_name``. So both survive a change of ``kind`` (CL-55).
    """

    __tablename__ = "core_client"
    derives_from: ClassVar = INPUTS

    number: Mapped[str] = mapped_column(SortText(20), unique=True)
    kind: Mapped[str] = mapped_column(String(10), default=ClientKind.COMPANY)
    name: Mapped[str] = mapped_column(String(300), default="", info=DERIVED)
    name_sort: Mapped[str] = mapped_column(SortText(300), default="", info=DERIVED)
    name_key: Mapped[str] = mapped_column(SortText(300), default="", index=True, info=DERIVED)

    company_name: Mapped[str] = mapped_column(String(300), default="")
    first_name: Mapped[str] = mapped_column(String(100), default="")
    surname: Mapped[str] = mapped_column(String(200), default="")
    personal_code: Mapped[str] = mapped_column(String(80), default="")
    personal_code_norm: Mapped[str] = mapped_column(
        SortText(80), default="", server_default=text("''"), index=True, info=DERIVED
    )
    birth_date: Mapped[date | None] = mapped_column(index=True)
    sex: Mapped[str] = mapped_column(String(10), default="")
    income: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))

    country: Mapped[str] = mapped_column(String(2), default="")
    registration_code: Mapped[str] = mapped_column(String(80), default="")
    registration_code_norm: Mapped[str] = mapped_column(SortText(40), default="", index=True, info=DERIVED)
    vat_code: Mapped[str] = mapped_column(String(80), default="")
    vat_code_norm: Mapped[str] = mapped_column(SortText(40), default="", index=True, info=DERIVED)
    external_source: Mapped[str | None] = mapped_column(String(60))
    external_id: Mapped[str | None] = mapped_column(String(120))

    phone: Mapped[str] = mapped_column(String(100), default="")
    phone_e164: Mapped[str] = mapped_column(SortText(20), default="", index=True, info=DERIVED)
    mobile: Mapped[str] = mapped_column(String(100), default="")
    mobile_e164: Mapped[str] = mapped_column(SortText(20), default="", index=True, info=DERIVED)
    fax: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(510), default="")
    email_norm: Mapped[str] = mapped_column(SortText(260), default="", index=True, info=DERIVED)
    website: Mapped[str] = mapped_column(String(500), default="")
    domain: Mapped[str] = mapped_column(SortText(200), default="", index=True, info=DERIVED)
    bank_account: Mapped[str] = mapped_column(String(80), default="")

    relationship: Mapped[str] = mapped_column(String(10), default=Relationship.EXISTING)
    importance: Mapped[str] = mapped_column(SortText(10), default="")
    client_kind: Mapped[str] = mapped_column(String(20), default="")
    activity: Mapped[str] = mapped_column(String(200), default="")
    group_id: Mapped[int | None] = mapped_column(ForeignKey("core_client_group.id", ondelete="RESTRICT"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="RESTRICT"), index=True)
    registered_on: Mapped[date]
    notes: Mapped[str] = mapped_column(Text, default="")

    unusual: Mapped[list[str]] = mapped_column(JsonList, default=list, info=DERIVED)
    merged_into_id: Mapped[int | None] = client_id(nullable=True)
    deleted_at: Mapped[datetime | None] = mapped_column(index=True)

    __table_args__ = (
        UniqueConstraint("external_source", "external_id"),
        # The columns behind the id are what lists are filtered by: pages and totals need no look at the table itself.
        Index("ix_core_client_by_name", "state", "name_sort", "id", "manager_id", *_FILTERED),
        Index("ix_core_client_by_number", "state", "number", "id"),
        Index("ix_core_client_by_manager", "state", "manager_id", "name_sort", "id", *_FILTERED),
        Index("ix_core_client_by_registration", "state", "registered_on", "id", "manager_id", *_FILTERED),
        Index("ix_core_client_by_importance", "state", "importance", "id"),
        Index("ix_core_client_by_code", "state", "registration_code_norm", "id"),
        {"info": {STATISTICS: _EXPECTED}},
    )

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the derived columns whose every input is among ``values``."""
        return derive_client(values)


class ClientShare(Record, Model):
    """A client shown to one more user, until a day and for a reason that is kept."""

    __tablename__ = "core_client_share"

    client_id: Mapped[int] = client_id()
    user_id: Mapped[int] = mapped_column(ForeignKey("core_user.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(300))
    until: Mapped[date | None]
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"))

    __table_args__ = (
        UniqueConstraint("client_id", "user_id"),
        Index("ix_core_client_share_by_user", "user_id", "client_id"),
    )


class DistinctClients(Record, Model):
    """Two clients of whom somebody said that they are no duplicates (CL-42)."""

    __tablename__ = "core_client_distinct"

    first_id: Mapped[int] = client_id()
    second_id: Mapped[int] = client_id()
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"))

    __table_args__ = (UniqueConstraint("first_id", "second_id"),)


class SimilarClients(Model):
    """Two clients with similar names, as the last search found them (CL-42).

    What a search found is no reference: rows may name clients that are gone, and readers pass them over. ``search`` is
    the job that found the pair; ``score`` is a percentage.
    """

    __tablename__ = "core_client_similar"
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True)
    search: Mapped[int] = mapped_column(index=True)
    first_id: Mapped[int] = mapped_column(index=True)
    second_id: Mapped[int] = mapped_column(index=True)
    score: Mapped[int]

    __table_args__ = (Index("ix_core_client_similar_by_score", "score", "id"),)


class ComparedClient(Model):
    """A client as the search for duplicates saw it last: ``id`` is the client's, ``print`` a digest of its traits.

    One that is ``pending`` has changed and waits to be compared; rows of clients that are gone are removed by the next
    search.
    """

    __tablename__ = "core_client_compared"
    __row_scope__ = PUBLIC

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    print: Mapped[int] = mapped_column(BigInteger)
    pending: Mapped[bool]

    __table_args__ = (Index("ix_core_client_compared_by_pending", "pending", "id"),)


class ClientBlock(Model):
    """A key that a client shares with those it is compared with: a number that does not tell what it was made of."""

    __tablename__ = "core_client_block"
    __row_scope__ = PUBLIC

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    client: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, index=True)
