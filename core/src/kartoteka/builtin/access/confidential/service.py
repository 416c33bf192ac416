"""Marking fields as confidential."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import select

from kartoteka.builtin.access.confidential.models import ConfidentialField
from kartoteka.builtin.access.confidential.queries import markable_fields
from kartoteka.builtin.modules.service import bump_state
from kartoteka.db.audit import audit
from kartoteka.db.session import Session
from kartoteka.extension.binding import extension_of
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _

when_marked: list[Callable[[Session, str], None]] = []
"""Told of each record kind whose marks changed, in the same transaction: features that keep copies of values."""


def mark_fields(session: Session, kind: str, names: Iterable[str]) -> None:
    """Let exactly these fields of a record kind be confidential; it counts from everybody's next click.

    Raises InvalidInput for a field that may not be marked.
    """
    wanted = set(names)
    registry = extension_of(session).registry
    known = {one.name for found, fields in markable_fields(registry) if found.kind == kind for one in fields}
    if not wanted <= known:
        raise InvalidInput({"field": _("This field can't be confidential.")})
    rows = session.scalars(select(ConfidentialField).where(ConfidentialField.kind == kind)).all()
    before = {row.field for row in rows}
    if before == wanted:
        return
    for row in rows:
        if row.field not in wanted:
            session.delete(row)
    session.add_all(ConfidentialField(kind=kind, field=name) for name in sorted(wanted - before))
    session.flush()
    audit(session, "confidential.changed", subject=kind, facts={"kind": kind, "fields": sorted(wanted)})
    bump_state(session)
    for tell in when_marked:
        tell(session, kind)
