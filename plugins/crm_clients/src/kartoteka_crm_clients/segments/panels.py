"""What segments add to the client list: a filter, a link that keeps what it finds, and actions that fill lists."""

from __future__ import annotations

from typing import Any

from kartoteka.api.clients import CLIENT_KIND
from kartoteka.api.db import Actor, Session
from kartoteka.api.declare import CLIENT_LIST, Action, FieldType, Filter, ListLink, Outcome
from kartoteka.api.errors import InvalidInput
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.segments.fields import SEGMENTS
from kartoteka_crm_clients.segments.forms import PickForm
from kartoteka_crm_clients.segments.queries import has_segment, list_url, segment_choices
from kartoteka_crm_clients.segments.service import add_clients, remove_clients

_ = Texts("crm_clients")


def put_into_list(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Put clients into a fixed list."""
    segment_id = _chosen(data)
    added = add_clients(session, segment_id, [one.id for one in records])
    message = _.plural("One client was added to the list.", "%(count)s clients were added to the list.", added)
    return Outcome(message if added else _("They are in the list already."), added, list_url(segment_id))


def take_from_list(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Take clients out of a fixed list."""
    segment_id = _chosen(data)
    gone = remove_clients(session, segment_id, [one.id for one in records])
    message = _.plural("One client was removed from the list.", "%(count)s clients were removed from the list.", gone)
    return Outcome(message if gone else _("They are not in the list."), gone, list_url(segment_id))


def _chosen(data: dict[str, Any]) -> int:
    written = str(data.get("segment") or "")
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise InvalidInput({"segment": _("Choose one of the values offered.")})
    return int(written)


FILTERS = [
    Filter(
        list_name=CLIENT_LIST,
        name="segment",
        title=_("Segment"),
        type=FieldType.CHOICE,
        choices=segment_choices,
        permission=SEGMENTS,
        condition=has_segment,
        weight=5,
    )
]
LINKS = [
    ListLink(
        list_name=CLIENT_LIST,
        name="keep_as_segment",
        title=_("Save as a segment"),
        icon="users-group",
        permission=SEGMENTS,
        endpoint="crm_clients.new_segment",
    )
]
ACTIONS = [
    Action(
        name="put_into_list",
        kinds=(CLIENT_KIND,),
        title=_("Add to a list"),
        icon="list-details",
        permission=SEGMENTS,
        form=PickForm,
        run=put_into_list,
        bulk=True,
        minor=True,
        weight=60,
    ),
    Action(
        name="take_from_list",
        kinds=(CLIENT_KIND,),
        title=_("Remove from a list"),
        icon="list-check",
        permission=SEGMENTS,
        form=PickForm,
        run=take_from_list,
        bulk=True,
        single=False,
        weight=61,
    ),
]
