"""What the program thinks of an entry's values: one door for forms, commands and modules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.directories.models import NAME_LENGTH, DirectoryEntry
from kartoteka.builtin.directories.queries import ancestors_of
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Colour
from kartoteka.extension.declarations.directories import Directory
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.identifiers import country_code
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, fold, sort_key

LANGUAGES = ("en", "lt", "et", "uk", "ru")
_OFFER = _("Choose one of the values offered.")
_ALLOWED = frozenset({"name", "titles", "parent_id", "country", "colour", "closed"})


def sound_values(
    session: Session, directory: Directory, values: Mapping[str, Any], entry: DirectoryEntry | None
) -> dict[str, Any]:
    """Return the values as they may be stored; raises InvalidInput naming each field that is wrong."""
    errors: dict[str, Message] = {name: _("There is no such field.") for name in values if name not in _ALLOWED}
    sound: dict[str, Any] = {}
    if "name" in values or entry is None:
        sound["name"] = clean_line(str(values.get("name") or ""))
    if "titles" in values:
        sound["titles"] = _titles(values["titles"])
    if "closed" in values:
        sound["closed"] = bool(values["closed"])
    if "colour" in values:
        sound["colour"] = str(values["colour"] or "") if directory.coloured else ""
        if sound["colour"] not in {"", *Colour}:
            errors["colour"] = _OFFER
    above = _place(session, directory, values, entry, sound, errors)
    _check_name(session, directory, entry, sound, above, errors)
    if errors:
        raise InvalidInput(errors)
    return sound


def _titles(given: Any) -> dict[str, str]:
    titles = given if isinstance(given, Mapping) else {}
    cleaned = {str(name): clean_line(str(title or ""))[:NAME_LENGTH] for name, title in titles.items()}
    return {name: title for name, title in cleaned.items() if title and name in LANGUAGES}


def _place(
    session: Session,
    directory: Directory,
    values: Mapping[str, Any],
    entry: DirectoryEntry | None,
    sound: dict[str, Any],
    errors: dict[str, Message],
) -> int | None:
    """Put parent and country among the sound values; an entry below another one is of that one's country."""
    parent_id = values.get("parent_id", entry.parent_id if entry else None)
    parent = session.scalar(select(DirectoryEntry).where(DirectoryEntry.id == parent_id)) if parent_id else None
    if parent_id and (parent is None or parent.directory not in ancestors_of(session, directory)):
        errors["parent_id"] = _OFFER
        return None
    if "parent_id" in values:
        sound["parent_id"] = parent.id if parent else None
    if not directory.by_country:
        return parent.id if parent else None
    typed = str(values.get("country") or (entry.country if entry and "country" not in values else "") or "")
    code = country_code(typed) if typed else (parent.country if parent else "")
    if not code:
        errors["country"] = _("Choose a country.")
    elif parent is not None and parent.country and parent.country != code:
        errors["country"] = _("“%(name)s” lies in another country.", name=parent.name)
    elif entry is None or code != entry.country:
        sound["country"] = code
    return parent.id if parent else None


def _check_name(
    session: Session,
    directory: Directory,
    entry: DirectoryEntry | None,
    sound: Mapping[str, Any],
    parent_id: int | None,
    errors: dict[str, Message],
) -> None:
    name = sound.get("name", entry.name if entry else "")
    if not name:
        errors["name"] = _("Fill this in.")
        return
    if len(name) > NAME_LENGTH:
        errors["name"] = _("This is too long: at most %(longest)s characters fit here.", longest=NAME_LENGTH)
        return
    country = sound.get("country", entry.country if entry else "")
    others = session.execute(
        select(DirectoryEntry.id, DirectoryEntry.name).where(
            DirectoryEntry.directory == directory.key,
            DirectoryEntry.name_sort == sort_key(name)[:NAME_LENGTH],
            DirectoryEntry.country == country,
            DirectoryEntry.parent_id == parent_id if parent_id else DirectoryEntry.parent_id.is_(None),
        )
    )
    if any(fold(other.name) == fold(name) and other.id != (entry.id if entry else 0) for other in others):
        errors["name"] = _("There is an entry with this name already.")
