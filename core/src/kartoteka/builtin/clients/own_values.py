"""Fields that a company has added to the records of clients: what services read of them (X-01).

A module whose record kind is extensible uses these, as the client registry does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.linking import link_fields, resolve_links
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.own_files import register_sent
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.binding import extension_of
from kartoteka.extension.company_fields import fields_here
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.vocabulary.errors import Forbidden, InvalidInput
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.reading import Reader, Wrong
from kartoteka.vocabulary.record import read_id


def read_own_value(kind: str, name: str, given: Any) -> tuple[Any, Message | None]:
    """Return what was typed into a field of the company as it is stored, or the problem with it."""
    own = next((one for one in fields_here(kind) if one.name == name), None)
    return (None, _("There is no such field.")) if own is None else own.read(given)


def own_readers(kind: str) -> dict[str, Reader]:
    """Return a reader for each field of the company, for `read_values`."""

    def make(field: CustomField) -> Reader:
        def read(given: Any) -> Any:
            value, problem = field.read(given)
            if problem is not None:
                raise Wrong(problem)
            return value

        return read

    return {field.name: make(field) for field in fields_here(kind)}


def refuse_unwritable(session: Session, kind: str, values: Mapping[str, Any], record: Any = None) -> None:
    """Raise Forbidden when a value of a field would change that the actor may not write, declared or of the company."""
    can = actor_of(session).can
    for field in extension_of(session).registry.kind(kind).fields:
        known = getattr(record, field.attribute, None)
        touched = field.name in values and (values[field.name] or None) != (known or None)
        if touched and not field.is_writable(can):
            raise Forbidden(permission=field.write_permission)


def find_own_links(session: Session, kind: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with ids in the place of what was typed for clients, and of files that were sent.

    Raises InvalidInput naming each field whose client is not there, or is not seen by the actor, and whose file is of
    a sort that is not taken.
    """
    found = dict(values)
    problems = resolve_links(session, found, kind) | register_sent(session, found, kind)
    links = {name: read_id(str(found[name])) or 0 for name in link_fields(kind) if isinstance(found.get(name), int)}
    seen = set(session.scalars(select(Client.id).where(Client.id.in_(set(links.values()))))) if links else set()
    problems |= {name: _("Choose one of the values offered.") for name, link in links.items() if link not in seen}
    if problems:
        raise InvalidInput(problems)
    return found
