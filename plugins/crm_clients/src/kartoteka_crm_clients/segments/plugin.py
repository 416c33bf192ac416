"""Table of contents of the room "Segments"."""

from __future__ import annotations

from collections.abc import Sequence

from kartoteka.api import hookimpl
from kartoteka.api.clients import VIEW as CLIENTS
from kartoteka.api.db import Model, Session
from kartoteka.api.declare import (
    Action,
    ClientReference,
    ClientSegment,
    Filter,
    ListLink,
    MenuItem,
    Permission,
    RecordKind,
)
from kartoteka.api.lists import RecordList
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.segments import views
from kartoteka_crm_clients.segments.demo import add_segments
from kartoteka_crm_clients.segments.fields import SEGMENT, SEGMENT_FIELDS, SEGMENTS
from kartoteka_crm_clients.segments.lists import SEGMENT_LIST
from kartoteka_crm_clients.segments.models import Segment, SegmentClient, seen_by
from kartoteka_crm_clients.segments.panels import ACTIONS, FILTERS, LINKS
from kartoteka_crm_clients.segments.queries import offered_segments, segment_url, summarise_segments

__all__ = ["views"]
_ = Texts("crm_clients")


@hookimpl
def register_models() -> list[type[Model]]:
    return [Segment, SegmentClient]


@hookimpl
def register_permissions() -> list[Permission]:
    return [
        Permission(
            name=SEGMENTS,
            title=_("Use and make segments"),
            description=_("Group clients by what is known of them, and keep lists of clients."),
            record_kind=SEGMENT,
            also_requires=(CLIENTS,),
            weight=40,
        )
    ]


@hookimpl
def register_record_kinds() -> list[RecordKind]:
    return [
        RecordKind(
            kind=SEGMENT,
            title=_("Segment"),
            plural_title=_("Segments"),
            icon="users-group",
            model=Segment,
            permission=SEGMENTS,
            scope=seen_by,
            owner_columns=("owner_id",),
            change_permission=SEGMENTS,
            fields=SEGMENT_FIELDS,
            summarise=summarise_segments,
            url=segment_url,
        )
    ]


@hookimpl
def register_client_references() -> list[ClientReference]:
    return [
        ClientReference(
            table="crm_clients_segment_client",
            column="client_id",
            on_merge="drop_duplicates",
            unique_with=("segment_id",),
            on_delete="with_client",
        )
    ]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem(
            name="segments",
            title=_("Segments"),
            endpoint="crm_clients.list_segments",
            permission=SEGMENTS,
            icon="users-group",
            parent="clients.clients",
            weight=40,
        )
    ]


@hookimpl
def register_lists() -> list[RecordList]:
    return [SEGMENT_LIST]


@hookimpl
def register_filters() -> list[Filter]:
    return FILTERS


@hookimpl
def register_list_links() -> list[ListLink]:
    return LINKS


@hookimpl
def register_actions() -> list[Action]:
    return ACTIONS


@hookimpl
def client_segments(session: Session) -> Sequence[ClientSegment]:
    return offered_segments(session)


@hookimpl
def load_demo(session: Session, size: int) -> None:
    add_segments(session)
