"""The table of directory companies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.builtin.clients.checking import checked_value
from kartoteka.db.base import Model, Record
from kartoteka.db.types import DERIVED, SortText
from kartoteka.vocabulary.text import no_value, sort_key


class DirectoryCompany(Record, Model):
    """A company of an imported directory: no client, only known by name until somebody makes it one.

    ``street`` holds the whole address where the file has it in one column. ``source`` names the file or the list.
    """

    __tablename__ = "core_directory_company"
    derives_from: ClassVar = frozenset({"name", "registration_code", "country"})

    name: Mapped[str] = mapped_column(String(300), default="")
    name_sort: Mapped[str] = mapped_column(SortText(300), default="", info=DERIVED)
    country: Mapped[str] = mapped_column(String(2), default="")
    registration_code: Mapped[str] = mapped_column(String(80), default="")
    registration_code_norm: Mapped[str] = mapped_column(SortText(40), default="", info=DERIVED)
    vat_code: Mapped[str] = mapped_column(String(80), default="")
    street: Mapped[str] = mapped_column(String(300), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    phone: Mapped[str] = mapped_column(String(100), default="")
    mobile: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str] = mapped_column(String(510), default="")
    website: Mapped[str] = mapped_column(String(500), default="")
    activity: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(60), default="")

    __table_args__ = (
        Index("ix_core_directory_company_by_name", "name_sort", "id"),
        Index("ix_core_directory_company_by_code", "registration_code_norm", "id"),
    )

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns that companies are ordered and found by."""
        derived = {"name_sort": sort_key(values["name"])[:300]} if "name" in values else {}
        if {"registration_code", "country"} <= values.keys():
            derived["registration_code_norm"] = normal_code(values["registration_code"], values["country"])
        return derived


def normal_code(typed: str, country: str) -> str:
    """Return a registration code in the form in which codes of clients are compared, "" for none."""
    return "" if not typed or no_value(typed) else checked_value("registration_code", typed, country or "")[:40]
