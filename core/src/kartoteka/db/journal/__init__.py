"""The journal: what changed in which record, by whom, in which operation; written in the same transaction.

One writer, two feeders: the flush of tracked models, and the verbs for sets of rows. Tracked tables change in no
other way.
"""

from kartoteka.db.journal import flush as _flush  # noqa: F401 - listens to sessions
from kartoteka.db.journal.models import JournalEntry, Operation
from kartoteka.db.journal.operations import continue_operation, name_operation, operation_begun, operation_of
from kartoteka.db.journal.reading import (
    ChangeEntry,
    as_change,
    blank_values,
    changes_at,
    changes_of,
    changes_of_client,
    holds,
    newest_entry,
    was_changed_since,
)
from kartoteka.db.journal.rules import JournalRule, JournalRules
from kartoteka.db.journal.sets import delete_rows, insert_rows, update_rows

__all__ = [
    "ChangeEntry",
    "JournalEntry",
    "JournalRule",
    "JournalRules",
    "Operation",
    "as_change",
    "blank_values",
    "changes_at",
    "changes_of",
    "changes_of_client",
    "continue_operation",
    "delete_rows",
    "holds",
    "insert_rows",
    "name_operation",
    "newest_entry",
    "operation_begun",
    "operation_of",
    "update_rows",
    "was_changed_since",
]
