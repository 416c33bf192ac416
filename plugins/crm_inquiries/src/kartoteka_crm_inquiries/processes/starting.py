"""The processes that a company begins with."""

from __future__ import annotations

from dataclasses import dataclass

from kartoteka.api.declare import Colour
from kartoteka.api.texts import Message, Texts

_ = Texts("crm_inquiries")


@dataclass(frozen=True)
class StartStage:
    """A stage to begin with: its name, chance of winning in percent, colour, days until an inquiry rots here."""

    name: Message
    probability: int = 0
    colour: str = ""
    rot_days: int | None = None
    outcome: str = ""
    required: tuple[str, ...] = ()
    next_in_days: int = 1


WON = StartStage(_("Won"), 100, Colour.DONE, outcome="won", required=("value",))
LOST = StartStage(_("Lost"), 0, Colour.OVERDUE, outcome="lost")

START_PROCESSES: tuple[tuple[str, Message, tuple[StartStage, ...]], ...] = (
    (
        "inquiry",
        _("Sales"),
        (
            StartStage(_.context("inquiry", "New"), 10, Colour.PLANNED, 3),
            StartStage(_("Contacted"), 25, Colour.PLANNED, 7, next_in_days=3),
            StartStage(_("Offer"), 50, Colour.TODAY, 14, next_in_days=5),
            StartStage(_("Negotiation"), 75, Colour.TODAY, 14, next_in_days=5),
            WON,
            LOST,
        ),
    ),
    (
        "order",
        _("Orders"),
        (
            StartStage(_("Received"), 90, Colour.PLANNED, 3),
            StartStage(_("In work"), 95, Colour.TODAY, 30, next_in_days=5),
            StartStage(_("Executed"), 100, Colour.DONE, outcome="won"),
            StartStage(_("Cancelled"), 0, Colour.OVERDUE, outcome="lost"),
        ),
    ),
    (
        "tender",
        _("Tenders"),
        (
            StartStage(_("Found"), 10, Colour.PLANNED, 7),
            StartStage(_("Preparing"), 25, Colour.TODAY, 14, next_in_days=3),
            StartStage(_("Submitted"), 40, Colour.TODAY, 60, next_in_days=10),
            WON,
            LOST,
        ),
    ),
)
"""By sort: what the process is called and its stages in their order."""
