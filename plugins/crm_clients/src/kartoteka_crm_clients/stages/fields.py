"""The fields of stages, and the words that a relationship's stages begin with."""

from __future__ import annotations

from collections.abc import Iterator

from kartoteka.api.declare import Colour, Directory, Field, FieldType, StartEntry
from kartoteka.api.directories import directory_choices, known_entries
from kartoteka.api.texts import Texts

_ = Texts("crm_clients")

STAGE = "crm_clients.stage"
STAGES = "crm_clients.stages"
TAB = "crm_clients.relationship"

STAGE_FIELDS = (
    Field(
        name="stage_id",
        title=_("Stage"),
        type=FieldType.CHOICE,
        choices=directory_choices(STAGES),
        known_choices=known_entries(STAGES),
        required=True,
    ),
    Field(name="since", title=_("Since"), type=FieldType.DATE, required=True),
    Field(name="until", title=_("Until"), type=FieldType.DATE),
    Field(name="user_id", title=_("Changed by"), type=FieldType.USER),
)


def first_stages() -> Iterator[StartEntry]:
    """Yield the stages that a relationship goes through."""
    entries = (
        ("potential", _("Potential"), Colour.NONE),
        ("negotiating", _("Negotiating"), Colour.PLANNED),
        ("client", _("Client"), Colour.DONE),
        ("regular", _("Regular client"), Colour.DONE),
        ("sleeping", _("Sleeping"), Colour.TODAY),
        ("lost", _("Lost"), Colour.OVERDUE),
    )
    return (StartEntry(code=code, name=name, colour=colour) for code, name, colour in entries)


DIRECTORIES = [
    Directory(
        name=STAGES.partition(".")[2],
        title=_("Stages of relationships"),
        entry_title=_("Stage"),
        icon="timeline",
        coloured=True,
        start=first_stages,
    )
]
