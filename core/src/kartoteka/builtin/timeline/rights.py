"""The rights of timelines."""

from __future__ import annotations

from typing import Final

from kartoteka.extension.declarations.access import Permission
from kartoteka.vocabulary.message import text as _

NOTE: Final = "timeline.note"
VIEW: Final = "timeline.view"
WRITE: Final = "timeline.write"
CHANGE_ANY: Final = "timeline.change_notes"

PERMISSIONS = [
    Permission(
        name=VIEW,
        title=_("See notes"),
        description=_("Read what colleagues have noted on the records one may see, and follow records."),
        record_kind=NOTE,
    ),
    Permission(
        name=WRITE,
        title=_("Write notes"),
        description=_("Write notes on the records one may see, mention colleagues, and pin what matters to the top."),
        record_kind=NOTE,
        also_requires=(VIEW,),
    ),
    Permission(
        name=CHANGE_ANY,
        title=_("Change the notes of others"),
        description=_("Correct and delete notes that colleagues have written."),
        record_kind=NOTE,
        also_requires=(WRITE,),
    ),
]
