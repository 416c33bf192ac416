"""Undo: a new operation that puts back what another one changed, by table and column, newest change first.

It works on tables whose module is off or whose code is gone. A record is put back only where it still is as the
operation left it; everything else is a conflict that says which record, which fields, who and when.
"""

from kartoteka.db.journal.undo.plan import (
    KEPT_DAYS,
    OperationFacts,
    OperationHead,
    UndoBlocked,
    UndoConflict,
    UndoPlan,
    UndoReason,
    head_of,
)
from kartoteka.db.journal.undo.service import (
    UndoCheck,
    UndoStep,
    operation_facts,
    plan_undo,
    refusal_of,
    undo_operation,
    undo_step,
    undone_by,
)

__all__ = [
    "KEPT_DAYS",
    "OperationFacts",
    "OperationHead",
    "UndoBlocked",
    "UndoCheck",
    "UndoConflict",
    "UndoPlan",
    "UndoReason",
    "UndoStep",
    "head_of",
    "operation_facts",
    "plan_undo",
    "refusal_of",
    "undo_operation",
    "undo_step",
    "undone_by",
]
