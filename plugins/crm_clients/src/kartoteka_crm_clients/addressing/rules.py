"""Whom and where documents go to, as long as the company has not said otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Choice:
    """The role of the contact that is written to, and the kind of address; empty where nothing is chosen."""

    role: str = ""
    address_kind: str = ""


NOTHING = Choice()
_USUAL = (
    ("invoice", Choice("accounting", "invoice")),
    ("reconciliation", Choice("accounting", "invoice")),
    ("reminder", Choice("accounting", "invoice")),
    ("offer", Choice("purchasing", "")),
    ("quote", Choice("purchasing", "")),
    ("order", Choice("purchasing", "delivery")),
    ("waybill", Choice("", "delivery")),
    ("delivery", Choice("", "delivery")),
    ("envelope", Choice("", "postal")),
    ("letter", Choice("", "postal")),
)
"""By a word in the name of the document (CL-13, CL-54): invoices to accounting, offers to purchasing."""


def usual_choice(topic: str) -> Choice:
    """Return what fits a kind of document or mail by its name, `NOTHING` when nothing does."""
    name = topic.rpartition(".")[2]
    return next((choice for word, choice in _USUAL if word in name), NOTHING)


def choice_for(topics: Sequence[str], chosen: Mapping[str, Choice]) -> Choice:
    """Return what holds for the first of the topics that anything is known of: the company's choice, or what is usual.

    What the company has chosen counts before what is usual, also where it has chosen nothing in particular.
    """
    for topic in topics:
        if topic in chosen:
            return chosen[topic]
        if usual_choice(topic) != NOTHING:
            return usual_choice(topic)
    return NOTHING
