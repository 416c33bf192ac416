"""Why somebody can or can't open a page: the same checks as the door's, one after another, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.access.actors import FactorNeed, decisions
from kartoteka.builtin.access.kinds import REACH_TITLES
from kartoteka.builtin.access.matrix import origin_text, titles_of
from kartoteka.builtin.access.queries import UserRights
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.actor import Actor
from kartoteka.db.engine import Database
from kartoteka.db.session import Session, as_system
from kartoteka.extension.declarations.confidential import is_field_right
from kartoteka.extension.declarations.data import RecordKind
from kartoteka.extension.registry import Registry
from kartoteka.vocabulary.message import Message, Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState, is_id


@dataclass(frozen=True)
class Check:
    """One of the checks: passed, failed, or (None) worth knowing; ``note`` says where the answer comes from."""

    passed: bool | None
    text: Translatable
    note: Translatable = ""


@dataclass(frozen=True)
class Page:
    """A page that somebody asks for: the rights it needs, whether anybody may, and the numbers in its address."""

    path: str
    permissions: tuple[str, ...]
    anybody: bool
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Person:
    """Whom the question is about: a user, or everybody with a role (then ``is_role``)."""

    actor: Actor
    rights: UserRights
    active: bool = True
    is_role: bool = False
    must_change_password: bool = False
    factor: FactorNeed | None = None


def check_sign_in(person: Person) -> Iterator[Check]:
    """Yield what keeps somebody from every page."""
    if person.is_role:
        return
    yield Check(person.active, _("Can sign in") if person.active else _("Is deactivated and can't sign in"))
    if person.must_change_password:
        yield Check(passed=False, text=_("Must choose a new password first"))
    if person.factor is not None and person.factor.demanded:
        missing = person.factor.missing
        yield Check(not missing, _("Must set up a second factor first") if missing else _("Has a second factor"))


def check_rights(registry: Registry, person: Person, page: Page) -> Iterator[Check]:
    """Yield whether the rights that a page needs are there, and where each comes from."""
    if page.anybody:
        yield Check(passed=True, text=_("The page is open for everybody"))
        return
    if not page.permissions:
        yield Check(passed=True, text=_("The page needs no right, only a sign-in"))
    decided = decisions(person.rights, {each.name: each.also_requires for each in registry.permissions})
    for name in page.permissions:
        decision = decided.get(name)
        if decision is None:
            continue
        title = registry.permission(name).title
        note = origin_text(decision)
        if decision.lacks:
            lacks = ", ".join(str(one) for one in titles_of(registry, decision.lacks))
            note = _("No effect without: %(right)s", right=lacks)
        yield Check(person.actor.can(name), _("Right: %(title)s", title=title), note)


def find_record(registry: Registry, page: Page) -> tuple[RecordKind, int] | None:
    """Return the record that a page is about: of the kinds whose address it begins with, the most exact one."""
    found: list[tuple[int, RecordKind, int]] = []
    for kind in registry.record_kinds:
        for number in page.numbers:
            url = _url(kind, number)
            if str(number) in url and (page.path == url or page.path.startswith(f"{url}/")):
                found.append((len(url), kind, number))
    if not found:
        return None
    _length, kind, number = max(found, key=lambda one: one[0])
    return kind, number


def check_record(database: Database, person: Person, kind: RecordKind, number: int) -> Iterator[Check]:
    """Yield whether somebody sees a record, whose it is, and which of its fields stay hidden."""
    actor = person.actor
    if not actor.can(kind.permission):
        yield Check(passed=False, text=_("May not see records of this kind: %(kind)s", kind=kind.plural_title))
        return
    with database.reading(Actor.system("why somebody sees a record")) as session:
        facts = _facts(session, kind, number)
    if facts is None:
        yield Check(
            passed=False, text=_("There is no such record: %(kind)s %(number)s", kind=kind.title, number=number)
        )
        return
    reach = _("Sees: %(reach)s", reach=REACH_TITLES[actor.reach])
    if person.is_role:
        yield Check(None, _("Whether the record is seen depends on whose it is"), reach)
    else:
        seen = _is_seen(database, actor, kind, number)
        yield Check(seen, _("Sees this record") if seen else _("Doesn't see this record"), reach)
    if facts["owners"]:
        yield Check(None, _("It belongs to: %(names)s", names=", ".join(facts["owners"])))
    if facts["state"] == RecordState.DELETED:
        yield Check(None, _("It is in the bin"))
    yield from _check_fields(actor, kind)


def _check_fields(actor: Actor, kind: RecordKind) -> Iterator[Check]:
    hidden = [field for field in kind.fields if not field.is_readable(actor.can)]
    if hidden:
        yield Check(None, _("Doesn't see: %(fields)s", fields=", ".join(str(one.title) for one in hidden)))
    fixed = [
        field
        for field in kind.fields
        if field.is_readable(actor.can)
        and field.write_permission
        and is_field_right(field.write_permission)
        and not actor.can(field.write_permission)
    ]
    if fixed:
        yield Check(None, _("May not change: %(fields)s", fields=", ".join(str(one.title) for one in fixed)))


def _facts(session: Session, kind: RecordKind, number: int) -> Mapping[str, Any] | None:
    if not is_id(number):
        return None
    with as_system(session, reason="why somebody sees a record"):
        record = session.scalar(select(kind.model).where(kind.model.id == number))
        if record is None:
            return None
        owners = [one for one in (getattr(record, name, None) for name in kind.owners) if isinstance(one, int)]
        names = user_names(session, owners)
    return {"owners": [names.get(one, str(one)) for one in owners], "state": getattr(record, "state", None)}


def _is_seen(database: Database, actor: Actor, kind: RecordKind, number: int) -> bool:
    with database.reading(actor) as session:
        return session.scalar(select(kind.model.id).where(kind.model.id == number)) is not None


def _url(kind: RecordKind, number: int) -> str:
    try:
        return kind.url(number)
    except Exception:  # noqa: BLE001 - a kind without a page, or one of a module that is off
        return ""


def verdict(checks: list[Check], name: str) -> Message:
    """Say in one sentence what all checks come to."""
    if all(check.passed is not False for check in checks):
        return _("%(name)s can open this page.", name=name)
    return _("%(name)s can't open this page.", name=name)
