"""The record kinds of the client registry: clients, their groups, and who else may see a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from kartoteka.builtin.clients.fields import CLIENT_FIELDS, CLIENT_KIND, VIEW
from kartoteka.builtin.clients.models import Client, ClientGroup, ClientShare
from kartoteka.builtin.clients.seeing import seen_by
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session
from kartoteka.extension.declarations.data import Field, FieldType, RecordKind
from kartoteka.extension.declarations.scopes import OwnedByClient, Public
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary

SHARE_KIND = "clients.share"
GROUP_KIND = "clients.group"


def client_url(id: int) -> str:
    """Return the address of a client's card."""
    return f"/clients/{id}"


def group_url(id: int) -> str:
    """Return the address of the page with all groups."""
    return "/clients/groups"


def summarise_clients(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return name, code and address of each client that the user sees; one statement."""
    rows = session.execute(
        select(Client.id, Client.name, Client.number, Client.registration_code, Client.state).where(Client.id.in_(ids))
    )
    return {
        row.id: RecordSummary(
            RecordRef(CLIENT_KIND, row.id),
            title=row.name,
            subtitle=row.registration_code or row.number,
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
)
KINDS = [CLIENT, GROUP, SHARED]
