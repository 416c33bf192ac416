"""Setting a new installation up, in one transaction and only once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.access.service import ensure_administrator, give_role
from kartoteka.builtin.modules.service import Requirements, bump_state, switch_on
from kartoteka.builtin.settings.service import save_settings
from kartoteka.builtin.users.queries import User
from kartoteka.builtin.users.service import add_user, let_in
from kartoteka.db.audit import audit
from kartoteka.db.session import Session
from kartoteka.vocabulary.errors import Refused
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef


def set_up(
    session: Session,
    *,
    company: Mapping[str, Any],
    administrator: Mapping[str, Any],
    password: str,
    modules: Iterable[str],
    requirements: Requirements,
    agent: str = "",
    address: str = "",
) -> str:
    """Keep the company's settings, add its administrator, switch modules on; return the token that signs him in.

    Needs a session of the system. Raises Refused once there is a user, however many do this at the same moment, and
    InvalidInput naming what is wrong with the settings, the administrator or the password.
    """
    # Raising the version first locks its row: whoever comes second waits, and then finds a user.
    bump_state(session)
    if session.scalar(select(User.id).limit(1)) is not None:
        raise Refused(_("Kartoteka has been set up meanwhile. Sign in."))
    save_settings(session, company)
    user = add_user(session, administrator, password=password)
    give_role(session, user.id, ensure_administrator(session).id)
    for name in modules:
        switch_on(session, requirements, name)
    audit(session, "setup.done", ref=RecordRef("users.user", user.id), subject=user.login)
    return let_in(session, user.id, address=address, agent=agent)
