"""Tables of the module: contact persons and addresses of clients.

Texts are empty strings and never NULL. Whether an address is the main one of its kind is kept by the services: a
unique index would stop two clients with a main address each from being merged.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kartoteka.api.db import DERIVED, Extensible, Model, Record, SortText, Stateful, client_id, directory_entry
from kartoteka.api.identifiers import email_address, phone
from kartoteka.api.texts import no_value
from kartoteka_crm_clients.rules import address_line, birthday_key, city_key, full_name, name_order


class Contact(Record, Stateful, Extensible, Model):
    """A person who speaks for a client (CL-12); ``country`` is that of phones written without "+"."""

    __tablename__ = "crm_clients_contact"
    derives_from: ClassVar = frozenset({"first_name", "surname", "country", "phone", "mobile", "email", "birthday"})

    client_id: Mapped[int] = client_id(index=False)
    first_name: Mapped[str] = mapped_column(String(100), default="")
    surname: Mapped[str] = mapped_column(String(200), default="")
    name_sort: Mapped[str] = mapped_column(SortText(200), default="", info=DERIVED)
    job_title: Mapped[str] = mapped_column(String(200), default="")
    role: Mapped[str] = mapped_column(String(40), default="other")
    country: Mapped[str] = mapped_column(String(2), default="")
    phone: Mapped[str] = mapped_column(String(100), default="")
    phone_e164: Mapped[str] = mapped_column(SortText(20), default="", info=DERIVED)
    mobile: Mapped[str] = mapped_column(String(100), default="")
    mobile_e164: Mapped[str] = mapped_column(SortText(20), default="", info=DERIVED)
    email: Mapped[str] = mapped_column(String(510), default="")
    email_norm: Mapped[str] = mapped_column(SortText(260), default="", info=DERIVED)
    birthday: Mapped[date | None]
    birthday_key: Mapped[int] = mapped_column(default=0, info=DERIVED)
    notes: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (
        # All with the state: SQLite would take the index on the state alone for one just as good.
        Index("ix_crm_clients_contact_by_client", "client_id", "state", "birthday_key"),
        Index("ix_crm_clients_contact_by_birthday", "birthday_key", "state"),
        Index("ix_crm_clients_contact_by_phone", "phone_e164", "state"),
        Index("ix_crm_clients_contact_by_mobile", "mobile_e164", "state"),
        Index("ix_crm_clients_contact_by_email", "email_norm", "state"),
        Index("ix_crm_clients_contact_by_name", "state", "name_sort", "id"),
    )

    @property
    def name(self) -> str:
        """How the person is addressed."""
        return full_name(self.first_name, self.surname)

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns that people are ordered, dialled and found by."""
        derived: dict[str, Any] = {}
        if {"first_name", "surname"} <= values.keys():
            derived["name_sort"] = name_order(values["first_name"], values["surname"])
        for name in ("phone", "mobile"):
            if {name, "country"} <= values.keys():
                derived[f"{name}_e164"] = dialled(values[name], values["country"])
        if "email" in values:
            derived["email_norm"] = normal_email(values["email"])
        if "birthday" in values:
            derived["birthday_key"] = birthday_key(values["birthday"])
        return derived


class Address(Record, Stateful, Extensible, Model):
    """A place of a client (CL-13): where it is registered, where goods, invoices and letters go, where it works.

    The texts are what letters are addressed by; ``place_id`` is the most precise entry of the directories that fits
    them: the city, else the district, else the region (CORE-20).
    """

    __tablename__ = "crm_clients_address"
    derives_from: ClassVar = frozenset({"city"})

    client_id: Mapped[int] = client_id(index=False)
    kind: Mapped[str] = mapped_column(String(20), default="legal")
    is_main: Mapped[bool] = mapped_column(default=False)
    country: Mapped[str] = mapped_column(String(2), default="")
    region: Mapped[str] = mapped_column(String(120), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    city_key: Mapped[str] = mapped_column(SortText(120), default="", info=DERIVED)
    district: Mapped[str] = mapped_column(String(120), default="")
    place_id: Mapped[int | None] = directory_entry("directories.cities", index=False)
    street: Mapped[str] = mapped_column(String(300), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    notes: Mapped[str] = mapped_column(String(500), default="")

    __table_args__ = (
        Index("ix_crm_clients_address_by_client", "client_id", "state"),
        Index("ix_crm_clients_address_by_city", "city_key", "state", "client_id"),
        Index("ix_crm_clients_address_by_place", "place_id", "state", "client_id"),
    )

    @property
    def line(self) -> str:
        """The address on one line."""
        return address_line(self.street, self.district, self.postcode, self.city, self.region)

    @classmethod
    def derive(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the column that cities are compared by."""
        return {"city_key": city_key(values["city"])} if "city" in values else {}


def dialled(typed: str | None, country: str | None) -> str:
    """Return a phone number in E.164, "" when it has none."""
    return "" if not typed or no_value(typed) else (phone(typed, country or None).e164 or "")


def normal_email(typed: str | None) -> str:
    """Return the form in which e-mail addresses are compared, "" for none."""
    return "" if not typed or no_value(typed) else (email_address(typed).value or "")
