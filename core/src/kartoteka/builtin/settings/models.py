"""The table of the company's settings."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.db.base import Model
from kartoteka.db.rights import PUBLIC


class Setting(Model):
    """One setting by name; one that has no row has its value from the environment or the default."""

    __tablename__ = "core_setting"
    __row_scope__ = PUBLIC

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(500), default="")
