"""Switching modules on and off, and the version that tells every worker process about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select, update

from kartoteka.builtin.modules.models import STATE_ID, ModuleSwitch, State
from kartoteka.builtin.modules.queries import enabled_modules
from kartoteka.db.announce import announce
from kartoteka.db.audit import audit
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session, actor_of, as_system
from kartoteka.extension.signals import module_switched
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import text as _

Requirements = Mapping[str, tuple[str, ...]]
"""Each switchable module with the names of those it can't do without."""


def bump_state(session: Session) -> None:
    """Raise the state version: users, rights or modules have changed, caches of all processes are stale."""
    with as_system(session, reason="state version"):
        session.execute(update(State).where(State.id == STATE_ID).values(version=State.version + 1))


def switch_on(session: Session, requirements: Requirements, name: str) -> list[str]:
    """Switch a module on with those it requires; return the names of all that are newly on.

    Raises Refused for a module that isn't installed or whose requirements aren't.
    """
    enabled = enabled_modules(session)
    wanted = [each for each in with_required(requirements, name) if each not in enabled]
    _switch(session, wanted, enabled=True)
    return wanted


def switch_off(session: Session, requirements: Requirements, name: str, *, with_dependents: bool = False) -> list[str]:
    """Switch a module off; return the names of all that are newly off. Its data stays.

    A module whose code is gone can be switched off too. Raises Refused for one nobody knows, and when modules that
    are on require it, unless they are to go off too.
    """
    enabled = enabled_modules(session)
    if name not in {*requirements, *enabled}:
        raise Refused(_('The module "%(name)s" is not installed.', name=name))
    dependents = [each for each in dependents_of(requirements, name) if each in enabled]
    if dependents and not with_dependents:
        raise Refused(_("Other modules need this one: %(names)s. Switch them off first.", names=", ".join(dependents)))
    unwanted = [each for each in (*dependents, name) if each in enabled]
    _switch(session, unwanted, enabled=False)
    return unwanted


def check_tables(outdated: Iterable[str], requirements: Requirements, name: str) -> None:
    """Refuse to switch on a module, or one it requires, whose tables aren't there yet."""
    outdated = set(outdated)
    if missing := [each for each in with_required(requirements, name) if each in outdated]:
        names = ", ".join(missing)
        raise Refused(_("The tables of %(names)s are not up to date. Run first: kartoteka db upgrade", names=names))


def forget_switch(session: Session, name: str) -> None:
    """Remove the remembered switch of a module whose data has been purged."""
    with as_system(session, reason="module purged"):
        switch = session.scalar(select(ModuleSwitch).where(ModuleSwitch.name == name))
        if switch is not None:
            session.delete(switch)
    audit(session, "module.purged", subject=name, facts={"module": name})
    bump_state(session)


def with_required(requirements: Requirements, name: str) -> list[str]:
    """Return the module after all that it requires, directly or through others.

    Raises Refused when one of them isn't installed.
    """
    if name not in requirements:
        raise Refused(_('The module "%(name)s" is not installed.', name=name))
    ordered: list[str] = []
    for required in requirements[name]:
        ordered += [each for each in with_required(requirements, required) if each not in ordered]
    return [*ordered, name]


def dependents_of(requirements: Requirements, name: str) -> list[str]:
    """Return the modules that can't do without this one, those that depend on dependents first."""
    direct = [each for each, required in requirements.items() if name in required]
    found: list[str] = []
    for each in direct:
        found += [other for other in (*dependents_of(requirements, each), each) if other not in found]
    return found


def _switch(session: Session, names: list[str], *, enabled: bool) -> None:
    if not names:
        return
    known = {
        switch.name: switch for switch in session.scalars(select(ModuleSwitch).where(ModuleSwitch.name.in_(names)))
    }
    for name in names:
        switch = known.get(name) or ModuleSwitch(name=name)
        switch.enabled, switch.changed_at, switch.changed_by = enabled, utc_now(), actor_of(session).user_id
        session.add(switch)
        announce(session, module_switched, name, enabled=enabled)
        audit(session, "module.on" if enabled else "module.off", subject=name, facts={"module": name})
    session.flush()
    bump_state(session)
