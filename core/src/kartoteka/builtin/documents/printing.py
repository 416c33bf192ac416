"""Documents of many records as one PDF: asked for on a list, made in the background, there to download for a week."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from kartoteka.builtin.documents.models import VIEW, DocumentPrint
from kartoteka.builtin.documents.queries import content_of, draft, find_document, setting_of, type_of
from kartoteka.builtin.documents.service import issue_document
from kartoteka.builtin.documents.typesetting import Setting, set_pdf
from kartoteka.builtin.jobs.service import enqueue, job_url
from kartoteka.db.actor import Actor
from kartoteka.db.blobs import StoreUnavailable, named_among, put_bytes, read_blob
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system, reading, workplace
from kartoteka.extension.declarations.work import Action, Job, Outcome, RunningJob, Schedule
from kartoteka.extension.dispatch import document_types
from kartoteka.vocabulary.errors import Problem, Refused
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.fields import ChoiceField
from kartoteka.web.forms import Form

CLIENT = "clients.client"
MOST = 500
KEPT = timedelta(days=7)
PRINT, FORGET = "documents.print", "documents.forget_prints"
_ISSUED_AT_ONCE = 10


def _types() -> list[tuple[str, Any]]:
    with reading() as session:
        return [(one.key, one.title) for one in document_types(session) if CLIENT in one.kinds and not one.is_sale]


class PrintForm(Form):
    """What is printed."""

    type = ChoiceField(
        _("Document"),
        choices=_types,
        required=True,
        empty=None,
        help=_("All in one PDF. Numbered letters get their numbers and are saved as documents of each client."),
    )


def ask_for_print(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Have the documents of these records made as one PDF."""
    if len(records) > MOST:
        raise Refused(_("At most %(most)s at a time can be printed.", most=MOST))
    declared = type_of(session, str(data["type"]))
    payload = {"type": declared.key, "kind": records[0].kind, "ids": [one.id for one in records]}
    job_id = enqueue(session, PRINT, payload, title=_("Print: %(title)s", title=declared.title))
    return Outcome(_("The PDF is being made."), url=job_url(job_id))


def set_next(job: RunningJob) -> None:
    """Set the next documents, while nobody waits for a transaction; after the whole is kept, remove its parts."""
    if "print" in job.checkpoint:
        with suppress(StoreUnavailable, OSError):
            _remove_loose(job.checkpoint["parts"])
        return
    issued, at = job.checkpoint.get("issued"), int(job.checkpoint.get("at", 0))
    if issued is None:
        return
    found: dict[str, Any] = {"parts": [], "at": at, "problems": []}
    store = workplace.get().database.blobs
    while found["at"] < len(issued) and not (found["parts"] and job.time_is_up):
        try:
            with reading() as session:
                setting = _setting(session, job, issued[found["at"]])
            found["parts"].append(put_bytes(store, set_pdf(setting)).digest)
        except Problem as problem:
            found["problems"].append(problem.message)
        found["at"] += 1
    if found["at"] == len(issued):
        parts = [*job.checkpoint.get("parts", ()), *found["parts"]]
        found["whole"] = put_bytes(store, _joined([read_blob(store, one) for one in parts])).digest if parts else None
    job.found = found


def keep_next(session: Session, job: RunningJob) -> None:
    """Draw the numbers of letters first, then keep what was set, and the whole at the end."""
    if "issued" not in job.checkpoint:
        _issue(session, job)
        job.again()
        return
    if "print" in job.checkpoint:
        count = len(job.checkpoint["parts"])
        ready = plural_text("The PDF with one document is ready.", "The PDF with %(count)s documents is ready.", count)
        job.finish(ready, url=f"/documents/prints/{job.checkpoint['print']}")
        return
    found = job.found
    job.checkpoint["parts"] = [*job.checkpoint.get("parts", ()), *found["parts"]]
    job.checkpoint["at"] = found["at"]
    job.report(found["at"], len(job.checkpoint["issued"]))
    for problem in found["problems"]:
        job.warn(problem)
    if "whole" not in found:
        job.again()
        return
    if found["whole"] is None:
        raise Refused(_("None of the documents could be made."))
    _conclude(session, job, found["whole"])


def forget_prints(session: Session, job: RunningJob) -> None:
    """Forget what was printed more than a week ago, or everything when a person is erased.

    The contents go in the next step, when it is certain that nothing names them any more.
    """
    if "contents" in job.checkpoint:
        removed = len(job.checkpoint["contents"])
        job.finish(plural_text("%(count)s print removed", "%(count)s prints removed", removed))
        return
    with as_system(session, reason="prints go after a week"):
        old = select(DocumentPrint.id, DocumentPrint.blob)
        if not job.payload.get("all"):
            old = old.where(DocumentPrint.created_at < utc_now() - KEPT)
        rows = session.execute(old).all()
        session.execute(delete(DocumentPrint).where(DocumentPrint.id.in_([row.id for row in rows])))
    job.checkpoint["contents"] = [row.blob for row in rows]
    job.again()


def remove_forgotten(job: RunningJob) -> None:
    """Remove the contents of prints that are forgotten since the last step was committed."""
    _remove_loose(job.checkpoint.get("contents", ()))


def forget_all_prints(session: Session) -> None:
    """Let go of everything printed: nobody knows who stands in it."""
    with as_system(session, reason="a person is erased"):
        there = session.scalar(select(DocumentPrint.id).limit(1))
    if there is not None:
        enqueue(session, FORGET, {"all": True}, title=_("Remove prints"))


def _issue(session: Session, job: RunningJob) -> None:
    """Fix what is printed: the records themselves, or the numbered documents that are made of them now."""
    declared = type_of(session, job.payload["type"])
    refs = [RecordRef(job.payload["kind"], one) for one in job.payload["ids"]]
    if not declared.series:
        job.checkpoint["issued"] = [one.id for one in refs]
        return
    drawn, at = list(job.checkpoint.get("drawn", ())), int(job.checkpoint.get("drawn_at", 0))
    for ref in refs[at : at + _ISSUED_AT_ONCE]:
        try:
            with session.begin_nested():
                drawn.append(issue_document(session, declared.key, ref).id)
        except Problem as problem:
            job.warn(problem.message)
    job.checkpoint.update(drawn=drawn, drawn_at=at + _ISSUED_AT_ONCE)
    if at + _ISSUED_AT_ONCE >= len(refs):
        job.checkpoint["issued"] = drawn


def _setting(session: Session, job: RunningJob, id: int) -> Setting:
    declared = type_of(session, job.payload["type"])
    if declared.series:
        return setting_of(session, find_document(session, id))
    return draft(session, declared, content_of(session, declared, RecordRef(job.payload["kind"], id)))


def _conclude(session: Session, job: RunningJob, whole: str) -> None:
    user_id = actor_of(session).user_id
    if user_id is None:
        raise Refused(_("Nobody asked for this print."))
    made = DocumentPrint(user_id=user_id, type=job.payload["type"], number=len(job.checkpoint["parts"]), blob=whole)
    session.add(made)
    session.flush()
    job.checkpoint["print"] = made.id
    job.again()


def _remove_loose(contents: Sequence[str]) -> None:
    """Remove those of the contents that no record names."""
    with reading() as session, as_system(session, reason="contents that records name"):
        named = named_among(session.connection(), contents)
    for one in contents:
        if one not in named:
            workplace.get().database.blobs.remove(one)


def _joined(parts: Sequence[bytes]) -> bytes:
    import pypdfium2  # slow to import, and web processes leave joining to workers

    whole, target = pypdfium2.PdfDocument.new(), io.BytesIO()
    for part in parts:
        source = pypdfium2.PdfDocument(part)
        whole.import_pages(source)
        source.close()
    whole.save(target)
    whole.close()
    return target.getvalue()


ACTIONS = [
    Action(
        name="print",
        kinds=(CLIENT,),
        title=_("Print"),
        icon="printer",
        permission=VIEW,
        form=PrintForm,
        run=ask_for_print,
        bulk=True,
        whole=True,
        single=False,
        weight=130,
    )
]
JOBS = [
    Job(
        name="print",
        title=_("Make one PDF of many documents"),
        run=keep_next,
        outside=set_next,
        permission=VIEW,
        timeout=timedelta(minutes=2),
    ),
    Job(name="forget_prints", title=_("Remove old prints"), run=forget_prints, outside=remove_forgotten),
]
SCHEDULES = [Schedule(job=FORGET, cron="50 3 * * *", title=_("Every night"))]
