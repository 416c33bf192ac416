"""Plain values about records: references, summaries, states, periods."""

from kartoteka.vocabulary.period import (
    Period,
    age_on,
    anniversary_in,
    birthday_in_year,
    day_begins,
    next_birthday,
    yearly_ranges,
)
from kartoteka.vocabulary.record import RecordRef, RecordState, RecordSummary

__all__ = [
    "Period",
    "RecordRef",
    "RecordState",
    "RecordSummary",
    "age_on",
    "anniversary_in",
    "birthday_in_year",
    "day_begins",
    "next_birthday",
    "yearly_ranges",
]
