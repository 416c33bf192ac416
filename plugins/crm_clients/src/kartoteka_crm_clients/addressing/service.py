"""Use case: choose to whom and where each kind of document and mail goes. Services never commit."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select

from kartoteka.api.db import Session, demand
from kartoteka.api.errors import InvalidInput
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.addressing.fields import MANAGE
from kartoteka_crm_clients.addressing.models import Addressing
from kartoteka_crm_clients.addressing.rules import Choice, usual_choice
from kartoteka_crm_clients.rules import ADDRESS_KINDS, ROLES

_ = Texts("crm_clients")


def save_choices(session: Session, choices: Mapping[str, Choice], known: Collection[str]) -> int:
    """Keep what was chosen for each topic; what is usual anyway needs no row. Return how many rows changed.

    ``known`` are the topics there are: others are refused. Raises Forbidden and InvalidInput.
    """
    demand(session, MANAGE)
    _refuse_nonsense(choices, known)
    kept = {row.topic: row for row in session.scalars(select(Addressing))}
    changed = 0
    for topic, choice in choices.items():
        changed += _keep(session, topic, choice, kept.get(topic))
    session.flush()
    return changed


def _keep(session: Session, topic: str, choice: Choice, row: Addressing | None) -> int:
    if row is None:
        if choice == usual_choice(topic):
            return 0
        session.add(Addressing(topic=topic, role=choice.role, address_kind=choice.address_kind))
        return 1
    if choice == Choice(row.role, row.address_kind):
        return 0
    row.role, row.address_kind = choice.role, choice.address_kind
    return 1


def _refuse_nonsense(choices: Mapping[str, Choice], known: Collection[str]) -> None:
    for topic, choice in choices.items():
        fits = topic in known and choice.role in {"", *ROLES} and choice.address_kind in {"", *ADDRESS_KINDS}
        if not fits:
            raise InvalidInput({topic[:130]: _("Choose one of the values offered.")})
