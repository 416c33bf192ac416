"""Tables of the room: positions of people at organisations, and organisations that belong together."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Model, Record, Stateful, directory_entry
from kartoteka.api.db import client_id as to_client

NOTES_LENGTH = 500


class Position(Record, Stateful, Model):
    """What a person is at a client (CL-16): a contact, of that client or another, or a client who is a natural person.

    Exactly one of ``contact_id`` and ``person_id`` is set. ``since`` and ``until`` are the first and the last day,
    None where it has no end.
    """

    __tablename__ = "crm_clients_position"

    client_id: Mapped[int] = to_client(index=False)
    person_id: Mapped[int | None] = to_client(nullable=True, index=False)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("crm_clients_contact.id", ondelete="CASCADE"), index=True)
    role_id: Mapped[int | None] = directory_entry("crm_clients.positions")
    is_signatory: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date | None]
    until: Mapped[date | None]
    notes: Mapped[str] = mapped_column(String(NOTES_LENGTH), default="")

    __table_args__ = (
        Index("ix_crm_clients_position_by_client", "client_id", "state"),
        Index("ix_crm_clients_position_by_person", "person_id", "state"),
    )


class Relation(Record, Stateful, Model):
    """Two clients that belong together (CL-15).

    ``kind_id`` says what ``related_id`` is to ``client_id``, ``reverse_id`` what ``client_id`` is to ``related_id``.
    """

    __tablename__ = "crm_clients_relation"

    client_id: Mapped[int] = to_client(index=False)
    related_id: Mapped[int] = to_client(index=False)
    kind_id: Mapped[int | None] = directory_entry("crm_clients.relations")
    reverse_id: Mapped[int | None] = directory_entry("crm_clients.relations")
    notes: Mapped[str] = mapped_column(String(NOTES_LENGTH), default="")

    __table_args__ = (
        Index("ix_crm_clients_relation_by_client", "client_id", "state"),
        Index("ix_crm_clients_relation_by_related", "related_id", "state"),
    )
