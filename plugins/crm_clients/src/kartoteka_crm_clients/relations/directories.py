"""The words that positions and relations are called by; each company extends them."""

from __future__ import annotations

from collections.abc import Iterable

from kartoteka.api.declare import Directory, StartEntry
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.relations.fields import POSITIONS, RELATIONS

_ = Texts("crm_clients")


def first_positions() -> Iterable[StartEntry]:
    """Return what people are at companies."""
    titles = {
        "director": _("Director"),
        "board_member": _("Board member"),
        "owner": _("Owner"),
        "accountant": _("Chief accountant"),
        "proxy": _("Holder of a power of attorney"),
        "employee": _("Employee"),
    }
    return StartEntry.by_code(titles)


def first_relations() -> Iterable[StartEntry]:
    """Return what organisations are to each other."""
    titles = {
        "subsidiary": _("Subsidiary"),
        "parent": _("Parent company"),
        "branch": _("Branch"),
        "head_office": _("Head office"),
        "partner": _("Partner"),
        "other": _("Other"),
    }
    return StartEntry.by_code(titles)


DIRECTORIES = [
    Directory(
        name=POSITIONS.partition(".")[2],
        title=_("Positions at companies"),
        entry_title=_("Position"),
        icon="id-badge",
        start=first_positions,
    ),
    Directory(
        name=RELATIONS.partition(".")[2],
        title=_("Relations of organisations"),
        entry_title=_("Relation"),
        icon="sitemap",
        start=first_relations,
    ),
]
