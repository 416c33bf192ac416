"""Fields that a company has added to the records of clients: what pages and documents show of them (X-01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kartoteka.builtin.clients.checking import checked_value
from kartoteka.builtin.clients.linking import linked_names
from kartoteka.builtin.clients.own_files import link_to_file, names_of_files
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.company_fields import fields_here
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import FieldType
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.web.values import write_value


@dataclass(frozen=True)
class OwnFact:
    """What a field of the company says of a record; ``link`` leads to what it names."""

    name: str
    title: Message
    value: Translatable
    link: str | None = None
    is_block: bool = False


def own_facts_of(session: Session, kind: str, records: Sequence[Any]) -> list[list[OwnFact]]:
    """Return, for each record, what its fields of the company say to the actor; empty ones are left out.

    One statement where a field links to clients and one where it holds documents, else none.
    """
    can = actor_of(session).can
    fields = [field for field in fields_here(kind) if field.is_readable(can)]
    linked = linked_names(session, records, kind) if fields else {}
    files = names_of_files(session, records, kind) if fields else {}
    facts = [
        [
            _file_fact(session, field, getattr(record, field.name), files)
            if field.type is FieldType.FILE
            else _fact(field, getattr(record, field.name), linked)
            for field in fields
        ]
        for record in records
    ]
    return [[fact for fact in some if fact.value != ""] for some in facts]


def _file_fact(session: Session, field: CustomField, stored: Any, files: Mapping[int, str]) -> OwnFact:
    return OwnFact(field.name, field.title, files.get(stored, ""), link_to_file(session, stored, files))


def _fact(field: CustomField, stored: Any, linked: Mapping[int, str]) -> OwnFact:
    is_link = field.type is FieldType.RECORD
    shown = linked.get(stored, "") if is_link else write_value(field, stored)
    link = f"/clients/{stored}" if is_link and stored in linked else None
    if field.type is FieldType.URL and stored:
        link = checked_value("website", str(stored), "") or None
    return OwnFact(field.name, field.title, shown, link, field.type is FieldType.BLOCK)
