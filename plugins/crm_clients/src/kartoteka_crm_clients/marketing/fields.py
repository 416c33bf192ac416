"""The fields of marketing data and the directories that they are chosen from, described once."""

from __future__ import annotations

from kartoteka.api.db import Session, who_works
from kartoteka.api.declare import Directory, Field, FieldType, StartEntry, may_be_confidential
from kartoteka.api.directories import directory_choices, known_entries
from kartoteka.api.texts import Message, Texts

_ = Texts("crm_clients")

MARKETING = "crm_clients.marketing"


def _field(name: str, title: Message, directory: str, *headers: str) -> Field:
    key = f"crm_clients.{directory}"
    return Field(
        name=name,
        title=title,
        type=FieldType.CHOICE,
        personal=True,
        column=f"{name}_id",
        choices=directory_choices(key),
        known_choices=known_entries(key),
        import_headers=headers,
    )


MARKETING_FIELDS = may_be_confidential(
    MARKETING,
    (
        _field("size", _("Size"), "sizes", "Size", "Dydis", "Suurus", "Розмір", "Размер"),
        _field("status", _("Status"), "statuses", "Status", "Statusas", "Būsena", "Staatus", "Статус"),
        _field("assortment", _("Preferred assortment"), "assortments", "Assortment", "Asortimentas", "Sortiment"),
        _field("programme", _("Service programme"), "service_programmes", "Service programme", "Aptarnavimo programa"),
        _field("channel", _("Advertising channel"), "ad_channels", "Channel", "Reklamos kanalas", "Reklaamikanal"),
        _field("loyalty", _("Loyalty programme"), "loyalty_programmes", "Loyalty programme", "Lojalumo programa"),
    ),
)
DIRECTORY_OF = {
    "size": "crm_clients.sizes",
    "status": "crm_clients.statuses",
    "assortment": "crm_clients.assortments",
    "programme": "crm_clients.service_programmes",
    "channel": "crm_clients.ad_channels",
    "loyalty": "crm_clients.loyalty_programmes",
}
COLUMN_OF = {one.name: one.attribute for one in MARKETING_FIELDS}
CLIENT_FIELDS = ("activity", "sex", "income")
"""Fields of the client itself that the tab shows too; the last two are those of natural persons."""


def read_names(session: Session | None = None) -> frozenset[str]:
    """Return the fields that whoever works here, or in the session, may read: some may be confidential (CORE-05)."""
    can = who_works(session).can
    return frozenset(one.name for one in MARKETING_FIELDS if one.is_readable(can))


def written_names(session: Session | None = None) -> frozenset[str]:
    """Return the fields that whoever works here, or in the session, may write."""
    can = who_works(session).can
    return frozenset(one.name for one in MARKETING_FIELDS if one.is_writable(can))


def _starting(*entries: tuple[str, Message]) -> list[StartEntry]:
    return [StartEntry(code=code, name=name) for code, name in entries]


def first_sizes() -> list[StartEntry]:
    """Return sizes of companies by the number of people, as the European Union groups them."""
    return _starting(
        ("micro", _("Up to 9 people")),
        ("small", _("10 to 49 people")),
        ("medium", _("50 to 249 people")),
        ("large", _("250 people and more")),
    )


def first_statuses() -> list[StartEntry]:
    """Return what a client is to the company."""
    return _starting(
        ("end_user", _("End user")),
        ("reseller", _("Reseller")),
        ("partner", _("Partner")),
        ("public", _("Public body")),
    )


def first_programmes() -> list[StartEntry]:
    """Return programmes of service."""
    return _starting(("basic", _("Basic")), ("extended", _("Extended")), ("full", _("Full service")))


def first_channels() -> list[StartEntry]:
    """Return ways by which clients learn of a company."""
    return _starting(
        ("recommendation", _("Recommendation")),
        ("search", _("Internet search")),
        ("social", _("Social media")),
        ("fair", _("Trade fair")),
        ("press", _("Newspaper or magazine")),
        ("call", _("Call by us")),
    )


def first_loyalty_programmes() -> list[StartEntry]:
    """Return levels of a loyalty programme."""
    return _starting(("silver", _("Silver")), ("gold", _("Gold")), ("platinum", _("Platinum")))


DIRECTORIES = [
    Directory(
        name="sizes",
        title=_("Sizes of clients"),
        entry_title=_("Size of a client"),
        icon="building",
        start=first_sizes,
    ),
    Directory(
        name="statuses",
        title=_("Statuses of clients"),
        entry_title=_("Status of a client"),
        icon="id-badge",
        coloured=True,
        start=first_statuses,
    ),
    Directory(
        name="assortments",
        title=_("Assortments"),
        entry_title=_("Assortment"),
        icon="package",
    ),
    Directory(
        name="service_programmes",
        title=_("Service programmes"),
        entry_title=_("Service programme"),
        icon="tool",
        start=first_programmes,
    ),
    Directory(
        name="ad_channels",
        title=_("Advertising channels"),
        entry_title=_("Advertising channel"),
        icon="speakerphone",
        start=first_channels,
    ),
    Directory(
        name="loyalty_programmes",
        title=_("Loyalty programmes"),
        entry_title=_("Loyalty programme"),
        icon="star",
        start=first_loyalty_programmes,
    ),
]
