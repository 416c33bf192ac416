"""Posting, changing and removing notices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from kartoteka.builtin.dashboard.models import TITLE_LENGTH, Notice
from kartoteka.builtin.dashboard.rights import MANAGE_NOTICES
from kartoteka.builtin.users.queries import Department
from kartoteka.db.session import Session, actor_of, demand, find
from kartoteka.db.settling import settle
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState
from kartoteka.vocabulary.text import clean_block, clean_line

NOTICE: Final = "dashboard.notice"
TEXT_LENGTH: Final = 5000
FIELDS = ("title", "text", "important", "valid_from", "valid_until", "department_id")


def post_notice(session: Session, values: Mapping[str, Any]) -> Notice:
    """Post a notice. Raises Forbidden, and InvalidInput naming each field that is wrong (CORE-09)."""
    demand(session, MANAGE_NOTICES)
    notice = Notice(**_sound(session, values, None), author_id=actor_of(session).user_id)
    session.add(notice)
    session.flush()
    return notice


def change_notice(session: Session, id: int, values: Mapping[str, Any], version: int | None = None) -> Notice:
    """Change a notice; raises as post_notice does, NotFound, and EditConflict."""
    demand(session, MANAGE_NOTICES)
    notice = find(session, Notice, id)
    for name, value in settle(session, notice, NOTICE, _sound(session, values, notice), version).items():
        setattr(notice, name, value)
    session.flush()
    return notice


def archive_notice(session: Session, id: int, *, archived: bool = True) -> Notice:
    """Take a notice off the front page and keep it, or put it back."""
    demand(session, MANAGE_NOTICES)
    notice = find(session, Notice, id)
    notice.state = RecordState.ARCHIVED if archived else RecordState.ACTIVE
    session.flush()
    return notice


def delete_notice(session: Session, id: int) -> None:
    """Delete a notice; the change log keeps what it said."""
    demand(session, MANAGE_NOTICES)
    session.delete(find(session, Notice, id))
    session.flush()


def _sound(session: Session, values: Mapping[str, Any], notice: Notice | None) -> dict[str, Any]:
    sound = {name: values[name] for name in FIELDS if name in values}
    if notice is None:
        sound = {"title": "", "text": "", "important": False, "valid_from": None, **sound}
    if "title" in sound:
        sound["title"] = clean_line(str(sound["title"] or ""))
    if "text" in sound:
        sound["text"] = clean_block(str(sound["text"] or ""))
    if errors := dict(_problems(session, sound, notice)):
        raise InvalidInput(errors)
    return sound


def _problems(session: Session, sound: Mapping[str, Any], notice: Notice | None) -> list[tuple[str, Message]]:
    found: list[tuple[str, Message]] = []
    title, text = sound.get("title"), sound.get("text") or ""
    if title == "":
        found.append(("title", _("Enter a title for the notice.")))
    for name, written, longest in (("title", title or "", TITLE_LENGTH), ("text", text, TEXT_LENGTH)):
        if len(written) > longest:
            found.append((name, _("Use at most %(count)s characters.", count=longest)))
    found += _period_problems({name: sound.get(name, getattr(notice, name, None)) for name in FIELDS})
    department = sound.get("department_id")
    if department is not None and session.scalar(select(Department.id).where(Department.id == department)) is None:
        found.append(("department_id", _("There is no such department.")))
    return found


def _period_problems(values: Mapping[str, Any]) -> list[tuple[str, Message]]:
    first, last = values["valid_from"], values["valid_until"]
    if not isinstance(first, date):
        return [("valid_from", _("Say from which day the notice is shown."))]
    if last is not None and last < first:
        return [("valid_until", _("The last day can't be before the first one."))]
    return []
