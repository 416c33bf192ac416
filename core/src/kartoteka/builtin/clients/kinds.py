"""The record kinds of the client registry: clients, their groups, and who else may see a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import aliased

from kartoteka.builtin.clients.fields import CLIENT_FIELDS, CLIENT_KIND, EDIT, FIELDS, MANAGE_GROUPS, MERGE, SHARE, VIEW
from kartoteka.builtin.clients.models import Client, ClientGroup, ClientShare, DistinctClients
from kartoteka.builtin.clients.seeing import seen_by
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session, actor_of
from kartoteka.extension.declarations.data import Field, FieldType, RecordKind
from kartoteka.extension.declarations.scopes import OwnedByClient, Public
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary

SHARE_KIND = "clients.share"
GROUP_KIND = "clients.group"
DISTINCT_KIND = "clients.distinct"


def client_url(id: int) -> str:
    """Return the address of a client's card."""
    return f"/clients/{id}"


def group_url(id: int) -> str:
    """Return the address of the page with all groups."""
    return "/clients/groups"


def summarise_clients(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return name, code and address of each client that the user sees; one statement."""
    shows_code = FIELDS["registration_code"].is_readable(actor_of(session).can)
    rows = session.execute(
        select(Client.id, Client.name, Client.number, Client.registration_code, Client.state).where(Client.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(CLIENT_KIND, row.id),
            title=row.name,
            subtitle=(row.registration_code if shows_code else "") or row.number,
            url=client_url(row.id),
            state=row.state,
        )
        for row in rows
    }


def summarise_groups(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return the name of each group; one statement."""
    rows = session.execute(select(ClientGroup.id, ClientGroup.name).where(ClientGroup.id.in_(ids)))
    return {row.id: RecordSummary(RecordRef(GROUP_KIND, row.id), title=row.name) for row in rows}


def summarise_shares(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return with whom each client is shared, and why; one statement."""
    rows = session.execute(
        select(ClientShare.id, ClientShare.reason, ClientShare.client_id, User.name)
        .join(User, User.id == ClientShare.user_id)
        .where(ClientShare.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(SHARE_KIND, row.id), title=row.name, subtitle=row.reason, url=client_url(row.client_id)
        )
        for row in rows
    }


def distinct_url(id: int) -> str:
    """Return the address of the page with all pairs that are no duplicates."""
    return "/clients/pairs?hidden=1"


def summarise_distinct(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return the names of both clients of each pair; one statement."""
    first, second = aliased(Client), aliased(Client)
    rows = session.execute(
        select(DistinctClients.id, first.name.label("first"), second.name.label("second"))
        .join(first, first.id == DistinctClients.first_id)
        .join(second, second.id == DistinctClients.second_id)
        .where(DistinctClients.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(DISTINCT_KIND, row.id), title=f"{row.first} ≠ {row.second}", url=distinct_url(row.id)
        )
        for row in rows
    }


CLIENT = RecordKind(
    kind=CLIENT_KIND,
    title=_("Client"),
    plural_title=_("Clients"),
    icon="address-book",
    model=Client,
    permission=VIEW,
    scope=seen_by,
    fields=CLIENT_FIELDS,
    summarise=summarise_clients,
    url=client_url,
    client_column="id",
    change_permission=EDIT,
    owner_columns=("manager_id",),
)
GROUP = RecordKind(
    kind=GROUP_KIND,
    title=_("Client group"),
    plural_title=_("Client groups"),
    icon="tags",
    model=ClientGroup,
    permission=VIEW,
    scope=Public(),
    fields=(
        Field(name="name", title=_("Name"), type=FieldType.LINE, required=True),
        Field(name="colour", title=_("Colour"), type=FieldType.LINE),
        Field(name="closed", title=_("Closed"), type=FieldType.YES_NO),
    ),
    summarise=summarise_groups,
    url=group_url,
    change_permission=MANAGE_GROUPS,
)
SHARED = RecordKind(
    kind=SHARE_KIND,
    title=_("Shared with"),
    plural_title=_("Shared clients"),
    icon="share",
    model=ClientShare,
    permission=VIEW,
    scope=OwnedByClient(),
    fields=(
        Field(name="user", title=_("Shared with"), type=FieldType.USER, column="user_id", required=True),
        Field(name="reason", title=_("Reason"), type=FieldType.LINE, required=True, personal=True),
        Field(name="until", title=_("Until"), type=FieldType.DATE),
        Field(name="granted_by", title=_("Shared by"), type=FieldType.USER),
    ),
    summarise=summarise_shares,
    url=client_url,
    client_column="client_id",
    change_permission=SHARE,
    owner_columns=("user_id",),
)
DISTINCT = RecordKind(
    kind=DISTINCT_KIND,
    title=_("Not a duplicate"),
    plural_title=_("Not duplicates"),
    icon="copy-off",
    model=DistinctClients,
    permission=VIEW,
    scope=OwnedByClient("first_id"),
    fields=(
        Field(name="first", title=_("Client"), type=FieldType.RECORD, column="first_id", required=True),
        Field(name="second", title=_("Other client"), type=FieldType.RECORD, column="second_id", required=True),
        Field(name="decided_by", title=_("Decided by"), type=FieldType.USER),
    ),
    summarise=summarise_distinct,
    url=distinct_url,
    change_permission=MERGE,
)
KINDS = [CLIENT, GROUP, SHARED, DISTINCT]
