"""Tables of the registers: companies, the files they came from, what changed in them, and what differs from cards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Actor, JsonDict, JsonList, Model, Record, SortText, UTCDateTime, client_id, utc_now
from kartoteka.api.declare import Public
from kartoteka_crm_clients.registers.fields import MANAGE, OPEN
from kartoteka_crm_clients.registers.rules import KEY_LENGTH, Status


def _administrators(actor: Actor) -> ColumnElement[bool] | None:
    return None if actor.can(MANAGE) else false()


class RegisterCompany(Model):
    """A company of a country's register; the keys are empty for one that is struck off or gone: nobody is offered it.

    ``digest`` stands for the values as the file has them, ``seen_in`` is the load that met it last.
    """

    __tablename__ = "crm_clients_register_company"
    __row_scope__ = Public()

    id: Mapped[int] = mapped_column(primary_key=True)
    country: Mapped[str] = mapped_column(String(2))
    code: Mapped[str] = mapped_column(SortText(20))
    name: Mapped[str] = mapped_column(String(300))
    first_key: Mapped[str] = mapped_column(SortText(KEY_LENGTH), default="")
    second_key: Mapped[str] = mapped_column(SortText(KEY_LENGTH), default="")
    third_key: Mapped[str] = mapped_column(SortText(KEY_LENGTH), default="")
    legal_form: Mapped[str] = mapped_column(String(150), default="")
    vat_code: Mapped[str] = mapped_column(SortText(20), default="")
    status: Mapped[str] = mapped_column(String(15), default=Status.ACTIVE)
    status_text: Mapped[str] = mapped_column(String(150), default="")
    street: Mapped[str] = mapped_column(String(300), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    registered_on: Mapped[date | None]
    digest: Mapped[str] = mapped_column(String(16))
    seen_in: Mapped[int]
    gone_on: Mapped[date | None]

    __table_args__ = (
        Index("ix_crm_clients_register_company_by_code", "country", "code", unique=True),
        Index("ix_crm_clients_register_company_by_name", "country", "first_key"),
        Index("ix_crm_clients_register_company_by_second", "country", "second_key"),
        Index("ix_crm_clients_register_company_by_third", "country", "third_key"),
        Index("ix_crm_clients_register_company_by_vat", "country", "vat_code"),
    )


class RegisterLoad(Record, Model):
    """A register's file and what came of it: ``stage`` is checking, loading, leaving, done or failed.

    ``folder`` names the folder of an uploaded file while it is kept, ``place`` counts records that are done with.
    ``counts`` has new, changed, unchanged, back, gone, unread and people (left out); ``problems`` are
    [number, field, why] of the first records that could not be read.
    """

    __tablename__ = "crm_clients_register_load"
    __row_scope__ = staticmethod(_administrators)

    country: Mapped[str] = mapped_column(String(2))
    filename: Mapped[str] = mapped_column(String(200))
    folder: Mapped[str] = mapped_column(String(40), default="")
    digest: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    stage: Mapped[str] = mapped_column(String(10), default="checking")
    place: Mapped[int] = mapped_column(default=0)
    records: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)
    problems: Mapped[list[Any]] = mapped_column(JsonList, default=list)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("core_user.id", ondelete="SET NULL"), index=True)
    job_id: Mapped[int | None]
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_crm_clients_register_load_by_country", "country", "id"),)


class RegisterChange(Model):
    """What a load changed in a company: the values before, by field; with ``gone`` it left the register."""

    __tablename__ = "crm_clients_register_change"
    __row_scope__ = Public()

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("crm_clients_register_company.id", ondelete="CASCADE"))
    load_id: Mapped[int] = mapped_column(ForeignKey("crm_clients_register_load.id", ondelete="CASCADE"), index=True)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    before: Mapped[dict[str, Any]] = mapped_column(JsonDict, default=dict)

    __table_args__ = (Index("ix_crm_clients_register_change_by_company", "company_id", "id"),)


class RegisterDifference(Record, Model):
    """What a register says otherwise than a client's card, and what was decided about it.

    ``what`` is name, address, vat_code or status; ``mark`` is the status in the register where ``what`` is status.
    One that was left stays left until the register says something else.
    """

    __tablename__ = "crm_clients_register_difference"

    client_id: Mapped[int] = client_id(index=False)
    company_id: Mapped[int]
    what: Mapped[str] = mapped_column(String(10))
    ours: Mapped[str] = mapped_column(String(600), default="")
    theirs: Mapped[str] = mapped_column(String(600), default="")
    mark: Mapped[str] = mapped_column(String(15), default="")
    found_on: Mapped[date]
    decision: Mapped[str] = mapped_column(String(10), default=OPEN)

    __table_args__ = (
        Index("ix_crm_clients_register_difference_by_client", "client_id", "what"),
        Index("ix_crm_clients_register_difference_by_decision", "decision", "found_on", "id"),
    )
