"""What the module does with clients: handing them over to another manager (CL-50)."""

from __future__ import annotations

from typing import Any

from kartoteka.api.clients import CHANGE_MANAGER, CLIENT_KIND, set_manager
from kartoteka.api.db import Actor, Session, name_operation
from kartoteka.api.declare import Action, Outcome
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Message, Texts
from kartoteka.api.users import active_users
from kartoteka_crm_clients.forms import HandOverForm

_ = Texts("crm_clients")


def hand_over(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Make another user the manager of the clients; the note goes into the operation's title and the clients' notes."""
    names = dict(active_users(session))
    manager_id, note = data["manager"], data.get("note") or ""
    if manager_id not in names:
        raise InvalidInput({"manager": _("Choose somebody who works here.")})
    name_operation(session, _title(names[manager_id], note))
    moved = set_manager(session, [record.id for record in records], manager_id, note)
    if not moved:
        return Outcome(_("%(name)s is the manager already.", name=names[manager_id]))
    message = _.plural(
        "One client now belongs to %(name)s.",
        "%(count)s clients now belong to %(name)s.",
        moved,
        name=names[manager_id],
    )
    return Outcome(message, moved)


def _title(name: str, note: str) -> Message:
    remark = " ".join(note.split())
    if not remark:
        return _("Handed over to %(name)s", name=name)
    return _("Handed over to %(name)s: %(note)s", name=name, note=remark)


ACTIONS = [
    Action(
        name="hand_over",
        kinds=(CLIENT_KIND,),
        title=_("Hand over"),
        icon="transfer",
        permission=CHANGE_MANAGER,
        form=HandOverForm,
        run=hand_over,
        bulk=True,
        weight=50,
        minor=True,
    )
]
