"""The right of the front page."""

from __future__ import annotations

from kartoteka.extension.declarations.access import Permission
from kartoteka.vocabulary.message import text as _

MANAGE_NOTICES = "dashboard.manage_notices"

PERMISSIONS = [
    Permission(
        name=MANAGE_NOTICES,
        title=_("Post notices"),
        description=_("Post, change and remove notices on the front page of everybody or of a department."),
        record_kind="dashboard.notice",
    )
]
