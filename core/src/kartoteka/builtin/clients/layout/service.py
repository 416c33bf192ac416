"""Keeping and forgetting layouts of the client card. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.clients.layout.models import CardLayout
from kartoteka.builtin.clients.layout.rules import Layout, Parts, sound_parts
from kartoteka.builtin.modules.service import bump_state
from kartoteka.builtin.users.queries import Department
from kartoteka.builtin.users.service import set_preference
from kartoteka.db.audit import audit
from kartoteka.db.session import Session, actor_of, demand, find

ARRANGE = "clients.arrange_card"
PREFERENCE = "card.clients"


@dataclass(frozen=True)
class Owner:
    """Whose layout is meant: one's own, that of a department, or, with neither, that of the company."""

    is_me: bool = False
    department_id: int | None = None

    @property
    def key(self) -> str:
        """How addresses name it."""
        return "me" if self.is_me else f"department-{self.department_id}" if self.department_id else "company"


def read_layouts(session: Session) -> dict[int | None, dict[str, Any]]:
    """Return the layouts of departments, by id, and that of the company, under None; one statement."""
    rows = session.execute(select(CardLayout.department_id, CardLayout.parts))
    return {row.department_id: sound_parts(row.parts) for row in rows}


def layout_of(
    owner: Owner, shared: Mapping[int | None, Parts], department_id: int | None, preferences: Mapping[str, Any]
) -> Layout:
    """Return the layout in force for an owner: a part that he has not arranged is that of who stands above him."""
    parts = dict(shared.get(None) or {})
    if owner.is_me and department_id is not None:
        parts |= shared.get(department_id) or {}
    if owner.department_id is not None:
        parts |= shared.get(owner.department_id) or {}
    if owner.is_me:
        parts |= sound_parts(preferences.get(PREFERENCE))
    return Layout(parts)


def keep_part(session: Session, owner: Owner, part: str, values: Mapping[str, Any], own: Parts) -> None:
    """Keep the order of one part and what is hidden in it; ``own`` is what the owner has arranged before.

    Raises Forbidden for somebody else's layout without the right, NotFound for an unknown department.
    """
    _keep(session, owner, sound_parts({**own, part: values}))


def forget_layout(session: Session, owner: Owner) -> None:
    """Forget what an owner has arranged; the layout of who stands above him counts again."""
    _keep(session, owner, None)


def _keep(session: Session, owner: Owner, parts: dict[str, Any] | None) -> None:
    actor = actor_of(session)
    if owner.is_me:
        if actor.user_id is not None:
            set_preference(session, actor.user_id, PREFERENCE, parts)
        return
    demand(session, ARRANGE)
    if owner.department_id is not None:
        find(session, Department, owner.department_id)
    mine = (
        CardLayout.department_id == owner.department_id if owner.department_id else CardLayout.department_id.is_(None)
    )
    row = session.scalar(select(CardLayout).where(mine))
    if parts is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(CardLayout(department_id=owner.department_id, parts=parts))
    else:
        row.parts = parts
    session.flush()
    audit(session, "card.arranged", facts={"for": owner.key})
    bump_state(session)
