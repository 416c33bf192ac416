"""Calendar files of other programs: each object becomes an activity or a series, or the reason is said why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from kartoteka.api.db import Session
from kartoteka.api.errors import InvalidInput, Problem
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.clocks import actor_zone
from kartoteka_crm_inquiries.sync.components import EVENT, TASK, parsed
from kartoteka_crm_inquiries.sync.reading import BROKEN, Given, read_component
from kartoteka_crm_inquiries.sync.service import add_object, known_uid

_ = Texts("crm_inquiries")

LARGEST: Final = 5_000_000
MOST: Final = 1_000


@dataclass(frozen=True)
class Taken:
    """What became of one object: ``name`` is what it is called, ``problem`` why it was left out, None if it was not."""

    name: str
    problem: Any = None


def import_file(session: Session, content: bytes) -> list[Taken]:
    """Take in a calendar file as one's own activities; one that was taken in before is left alone.

    Returns what became of each event and task in their order. Raises InvalidInput for a file that is none.
    """
    calendars = read_file(content)
    groups: dict[tuple[str, str], list[Any]] = {}
    for calendar in calendars:
        for one in calendar.walk():
            if one.name in (EVENT, TASK):
                uid = str(one.get("UID", "")) or f"{uuid4()}@kartoteka"
                groups.setdefault((one.name, uid), []).append(one)
    if not groups:
        raise InvalidInput({"file": _("There are no events and no tasks in this file.")})
    if len(groups) > MOST:
        raise InvalidInput({"file": _("There are more than %(most)s objects in this file. Divide it.", most=MOST)})
    return [_take(session, sort, uid, found) for (sort, uid), found in groups.items()]


def read_file(content: bytes) -> list[Any]:
    """Return the calendars of a file; raises InvalidInput for what is none, or too large."""
    if len(content) > LARGEST:
        raise InvalidInput({"file": _("The file is larger than %(most)s MB.", most=LARGEST // 1_000_000)})
    try:
        found = parsed(_text(content), multiple=True)
    except BROKEN:
        raise InvalidInput({"file": _("This is not a calendar file (.ics), or it is damaged.")}) from None
    return list(found)


def _text(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1257"):
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1").replace("\x00", "")


def _take(session: Session, sort: str, uid: str, found: list[Any]) -> Taken:
    name = " ".join(str(found[0].get("SUMMARY", "") or uid).split())[:200]
    try:
        given = sorted((_read(one, session, uid) for one in found), key=lambda one: one.occurrence_at is not None)
        if known_uid(session, uid):
            return Taken(name, _("It is here already."))
        with session.begin_nested():
            add_object(session, sort, f"{uid}.ics"[:255], given)
    except InvalidInput as problem:
        return Taken(name, next(iter(problem.errors.values()), problem.message))
    except Problem as problem:
        return Taken(name, problem.message)
    return Taken(name)


def _read(one: Any, session: Session, uid: str) -> Given:
    try:
        given = read_component(one, actor_zone(session))
    except BROKEN:
        raise InvalidInput({"text": _("This calendar object cannot be read.")}) from None
    return given if given.uid else Given(**{**vars(given), "uid": uid[:255]})
