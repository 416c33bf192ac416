"""Use cases of marketing data: entering and changing what is known of a client. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.api.clients import Client
from kartoteka.api.db import Session, delete_rows, demand, find, settle, update_rows
from kartoteka.api.directories import DirectoryEntry
from kartoteka.api.errors import Forbidden, InvalidInput, Refused
from kartoteka.api.records import RecordState
from kartoteka.api.signals import record_changed, record_created
from kartoteka.api.texts import Message, Texts
from kartoteka.api.work import announce
from kartoteka_crm_clients.fields import EDIT
from kartoteka_crm_clients.marketing.fields import COLUMN_OF, DIRECTORY_OF, MARKETING, MARKETING_FIELDS, written_names
from kartoteka_crm_clients.marketing.models import Marketing
from kartoteka_crm_clients.marketing.queries import marketing_of

_ = Texts("crm_clients")

_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)


def set_marketing(
    session: Session, client_id: int, values: Mapping[str, Any], version: int | None = None
) -> Marketing | None:
    """Enter or change the marketing data of a client that the actor sees, typed over ``version``.

    ``values`` are ids of directory entries by field name, None for not set. Returns None when there is nothing to
    keep. Raises NotFound, Forbidden, Refused for a client in the bin, InvalidInput and EditConflict.
    """
    demand(session, EDIT)
    client = find(session, Client, client_id)
    if client.state not in _LIVING:
        raise Refused(_("This client is not in use any more. Restore it first."))
    known = marketing_of(session, client_id)
    checked = check_marketing(session, values, known)
    _refuse_unwritable(session, checked, known)
    if known is None:
        return _entered(session, client_id, checked)
    change_fields(session, known, checked, version)
    return known


def change_marketing(session: Session, id: int, values: Mapping[str, Any]) -> Marketing:
    """Change marketing data by their own id; raises what `set_marketing` raises."""
    known = find(session, Marketing, id)
    set_marketing(session, known.client_id, values)
    return known


def change_fields(session: Session, known: Marketing, checked: Mapping[str, Any], version: int | None) -> None:
    """Store checked values that differ."""
    columns = {COLUMN_OF[name]: value for name, value in checked.items()}
    settled = settle(session, known, MARKETING, columns, version)
    touched = {name: value for name, value in settled.items() if getattr(known, name) != value}
    for name, value in touched.items():
        setattr(known, name, value)
    if touched:
        session.flush()
        fields = sorted(name for name, column in COLUMN_OF.items() if column in touched)
        announce(session, record_changed, MARKETING, ids=[known.id], fields=fields)


def check_marketing(session: Session, values: Mapping[str, Any], known: Marketing | None) -> dict[str, int | None]:
    """Return the ids of entries as they may be stored; an entry that was closed may stay. Raises InvalidInput."""
    found: dict[str, int | None] = {}
    errors: dict[str, Message] = {}
    for name, given in values.items():
        if name not in COLUMN_OF:
            errors[name] = _("There is no such field.")
            continue
        try:
            found[name] = int(given) if given not in (None, "") else None
        except (TypeError, ValueError):
            errors[name] = _("Choose one of the values offered.")
    wanted = {one for one in found.values() if one is not None}
    offered = _offered(session, wanted)
    for name, entry_id in found.items():
        kept = known is not None and getattr(known, COLUMN_OF[name]) == entry_id
        if entry_id is not None and not kept and (DIRECTORY_OF[name], entry_id) not in offered:
            errors[name] = _("Choose one of the values offered.")
    if errors:
        raise InvalidInput(errors)
    return found


def _refuse_unwritable(session: Session, checked: Mapping[str, int | None], known: Marketing | None) -> None:
    """Raise Forbidden when a value would change that the actor may not write (CORE-05)."""
    written = written_names(session)
    for name, value in checked.items():
        before = None if known is None else getattr(known, COLUMN_OF[name])
        if value != before and name not in written:
            field = next(one for one in MARKETING_FIELDS if one.name == name)
            raise Forbidden(permission=field.write_permission or field.read_permission)


def unite_marketing(session: Session, client_id: int) -> None:
    """Leave one row to a client that was merged: what the first does not say is taken from the others."""
    rows: Sequence[Marketing] = session.scalars(
        select(Marketing).where(Marketing.client_id == client_id).order_by(Marketing.id)
    ).all()
    if len(rows) < 2:
        return
    first, *others = rows
    filled = {
        column: next(filter(None, (getattr(one, column) for one in others)), None)
        for column in COLUMN_OF.values()
        if getattr(first, column) is None
    }
    delete_rows(session, Marketing, [one.id for one in others])
    update_rows(session, Marketing, {first.id: {name: value for name, value in filled.items() if value is not None}})


def _entered(session: Session, client_id: int, checked: Mapping[str, int | None]) -> Marketing | None:
    if not any(checked.values()):
        return None
    made = Marketing(client_id=client_id, **{COLUMN_OF[name]: value for name, value in checked.items()})
    session.add(made)
    session.flush()
    announce(session, record_created, MARKETING, ids=[made.id])
    return made


def _offered(session: Session, ids: set[int]) -> set[tuple[str, int]]:
    if not ids:
        return set()
    rows = session.execute(
        select(DirectoryEntry.directory, DirectoryEntry.id).where(
            DirectoryEntry.id.in_(ids), DirectoryEntry.closed.is_(False)
        )
    )
    return {(row.directory, row.id) for row in rows}
