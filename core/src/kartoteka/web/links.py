"""Links to records of any module: their page when they have one, the words that are left when they do not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import g
from werkzeug.routing import BuildError

from kartoteka.vocabulary.record import RecordRef, RecordSummary, is_id
from kartoteka.web.current import current, modules_on, visitor

if TYPE_CHECKING:
    from kartoteka.db.session import Session
    from kartoteka.extension.declarations.data import RecordKind


def _kind(ref: RecordRef) -> RecordKind | None:
    """Return the kind when its module is on and this user may see records of it."""
    if ref.module not in modules_on():
        return None
    kind = current().registry.find_kind(ref.kind)
    return kind if kind is not None and visitor().can(kind.permission) else None


def url_of(ref: RecordRef) -> str | None:
    """Return the address of a record's page, None while its module is off or gone or the user lacks the right."""
    kind = _kind(ref)
    if kind is None:
        return None
    try:
        return kind.url(ref.id)
    except BuildError:
        return None


def describe(session: Session, ref: RecordRef, fallback: str = "") -> RecordSummary:
    """Return how a record is shown in one line; ``fallback`` is the text kept when the reference was saved."""
    return describe_all(session, [ref]).get(ref) or RecordSummary(ref, fallback or str(ref))


def describe_all(session: Session, refs: Iterable[RecordRef]) -> dict[RecordRef, RecordSummary]:
    """Return the records that can be described and that the user may see; one statement per kind, once per request."""
    known: dict[RecordRef, RecordSummary | None] = g.setdefault("summaries", {})
    wanted = set(refs)
    by_kind: dict[str, list[int]] = {}
    for ref in wanted - known.keys():
        known[ref] = None
        if is_id(ref.id):
            by_kind.setdefault(ref.kind, []).append(ref.id)
    for ids in by_kind.items():
        known.update(_summaries(session, *ids))
    return {ref: summary for ref in wanted if (summary := known[ref]) is not None}


def _summaries(session: Session, kind_name: str, ids: list[int]) -> dict[RecordRef, RecordSummary]:
    kind = _kind(RecordRef(kind_name, ids[0]))
    if kind is None:
        return {}
    return {summary.ref: summary for summary in kind.summarise(session, sorted(ids)).values()}
