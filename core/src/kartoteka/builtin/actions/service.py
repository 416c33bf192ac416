"""Starting an action on many records in the background."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kartoteka.builtin.actions.coding import pack_ids, pack_values
from kartoteka.builtin.jobs.service import enqueue, job_url
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.declarations.work import Action
from kartoteka.vocabulary.message import text as _

JOB = "actions.run"


def start_action(
    session: Session, action: Action, kind: RecordKind, ids: Sequence[int], data: Mapping[str, Any], back: str
) -> str:
    """Have an action run on these records and return the address of the page that shows how far it is.

    The records are fixed now: exactly those that the user has seen and confirmed are worked on, whatever the list finds
    later. ``back`` is where the job's page leads when it is done.
    """
    payload = {
        "action": action.key,
        "kind": kind.kind,
        "ids": pack_ids(ids),
        "number": len(ids),
        "data": pack_values(data),
    }
    title = _("%(action)s: %(number)s records", action=action.title, number=len(ids))
    return job_url(enqueue(session, JOB, payload, title=title, url=back))
