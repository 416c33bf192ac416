"""Which inquiry a letter speaks of, and the states of letters in a shared mailbox; pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from kartoteka.api.declare import Choice, Colour
from kartoteka.api.texts import Message, Texts

_ = Texts("crm_inquiries")

NEW, WORK, ANSWERED = "new", "work", "answered"
STATES = (
    Choice(NEW, _.context("letter", "New"), Colour.OVERDUE, icon="mail"),
    Choice(WORK, _("In work"), Colour.TODAY, icon="clock"),
    Choice(ANSWERED, _("Answered"), Colour.DONE, icon="check"),
)
WRITING_FOR = timedelta(seconds=60)
"""How long somebody counts as writing after his page was heard of."""
MOST_TAGS = 10
_TAG = re.compile(r"\[([^\[\]\s]{2,60})\]")


def tags_in(subject: str) -> list[str]:
    """Return what stands in square brackets in a subject, such as the number of an inquiry; the last one first."""
    found = list(dict.fromkeys(_TAG.findall(subject[:1000])))
    return found[::-1][:MOST_TAGS]


def same_address(address: str, others: Iterable[str]) -> bool:
    """Tell whether an e-mail address is one of these; capitals make no difference."""
    return address.casefold() in {one.casefold() for one in others}


def state_after_mail(assignee_id: int | None) -> str:
    """Return the state of a letter to which another mail of the same conversation came."""
    return NEW if assignee_id is None else WORK


def taken_words(name: str) -> Message:
    """Return what the second of two who take the same letter is told."""
    return _("%(name)s has already taken this e-mail.", name=name) if name else _("Somebody has taken this already.")
