"""Tables of the module; their names begin with "[[ name ]]_"."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import Model, Record, client_id


class Note(Record, Model):
    """A note about a client: what happened on a day."""

    __tablename__ = "[[ name ]]_note"

    client_id: Mapped[int] = client_id()
    day: Mapped[date] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(String(200))
    details: Mapped[str] = mapped_column(Text, default="")
