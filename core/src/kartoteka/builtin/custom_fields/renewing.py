"""Lets all processes read the fields of the company anew when a change of them was undone."""

from __future__ import annotations

from kartoteka.builtin.custom_fields.queries import FIELD_KIND
from kartoteka.builtin.modules.service import bump_state
from kartoteka.db.actor import Actor
from kartoteka.db.session import workplace
from kartoteka.extension.company_fields import fields_of
from kartoteka.extension.signals import listen, record_changed


@listen(record_changed, module="custom_fields", sender=FIELD_KIND)
def renew_fields(sender: str, **facts: object) -> None:
    """Raise the state version and forget what this process knows."""
    database = workplace.get().database
    with database.transaction(Actor.system("fields of the company")) as session:
        bump_state(session)
    known = fields_of(database)
    if known is not None:
        known.forget()
