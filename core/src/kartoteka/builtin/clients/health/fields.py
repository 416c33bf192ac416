"""Checks of single fields of the card: what was stored although it looks wrong, and mail addresses that bounce."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, String, cast, select

from kartoteka.builtin.clients.checking import unusual_reasons
from kartoteka.builtin.clients.fields import EDIT, FIELDS
from kartoteka.builtin.clients.health.repairing import is_right, repaired
from kartoteka.builtin.clients.models import Client
from kartoteka.builtin.clients.service import change_client, stored_values
from kartoteka.builtin.mail.queries import bounced_addresses
from kartoteka.db.session import Session, actor_of, find
from kartoteka.extension.declarations.health import HealthCheck, HealthFinding
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordState, read_id

_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
CAME_BACK = _("An e-mail to this address came back.")


def find_unusual(field: str, session: Session, after: int, limit: int) -> Sequence[HealthFinding]:
    """Return clients with a value in a field that looks wrong, as far as the actor may read the field."""
    if not _is_readable(session, field):
        return []
    clients = session.scalars(_clients(_looks_wrong(field), Client.id > after).limit(limit))
    return [_unusual(session, field, client) for client in clients]


def look_unusual(field: str, session: Session, key: str) -> HealthFinding | None:
    """Return what is wrong with a field of one client, None when nothing is."""
    number = read_id(key)
    if number is None or not _is_readable(session, field):
        return None
    client = session.scalars(_clients(_looks_wrong(field), Client.id == number)).first()
    return None if client is None else _unusual(session, field, client)


def store_value(field: str, session: Session, finding: HealthFinding, value: str) -> None:
    """Store the right value, or empty the field; raises InvalidInput for one that looks just as wrong."""
    client = find(session, Client, finding.client_id)
    typed = value.strip()
    if typed and not is_right(field, typed, stored_values(client)):
        raise InvalidInput({field: _("This looks just as wrong. Type another value, or leave the field empty.")})
    change_client(session, finding.client_id, {field: typed}, accept_duplicates=True)


def find_bounced(session: Session, after: int, limit: int) -> Sequence[HealthFinding]:
    """Return clients whose mail address mail has come back from."""
    if not _is_readable(session, "email"):
        return []
    bounced = bounced_addresses(session)
    ids = sorted(number for number in bounced if number > after)[: 4 * limit]
    clients: Sequence[Client] = session.scalars(_clients(Client.id.in_(ids))).all() if ids else []
    wrong = [client for client in clients if client.email_norm in bounced[client.id]]
    return [_bounced(client) for client in wrong[:limit]]


def look_bounced(session: Session, key: str) -> HealthFinding | None:
    """Return the mail address of one client that mail came back from, None when there is none."""
    number = read_id(key)
    if number is None or not _is_readable(session, "email"):
        return None
    bounced = bounced_addresses(session, number).get(number, set())
    client = session.scalars(_clients(Client.id == number)).first()
    return _bounced(client) if client is not None and client.email_norm in bounced else None


def store_address(session: Session, finding: HealthFinding, value: str) -> None:
    """Store another mail address, or none."""
    client = find(session, Client, finding.client_id)
    if value.strip() and value.strip() == client.email:
        raise InvalidInput({"email": CAME_BACK})
    store_value("email", session, finding, value)


def _unusual(session: Session, field: str, client: Client) -> HealthFinding:
    stored = stored_values(client)
    typed = str(stored[field])
    reason: Message = unusual_reasons(stored).get(field) or _("This looks wrong.")
    return HealthFinding(
        key=str(client.id),
        place=client.id,
        client_id=client.id,
        title=client.name,
        problem=reason,
        lines=((FIELDS[field].title, typed),),
        value=repaired(field, typed, stored),
    )


def _bounced(client: Client) -> HealthFinding:
    lines = ((FIELDS["email"].title, client.email),)
    return HealthFinding(
        key=str(client.id),
        place=client.id,
        client_id=client.id,
        title=client.name,
        problem=CAME_BACK,
        lines=lines,
        value="",
    )


def _is_readable(session: Session, field: str) -> bool:
    return FIELDS[field].is_readable(actor_of(session).can)


def _looks_wrong(field: str) -> ColumnElement[bool]:
    return cast(Client.unusual, String).contains(f'"{field}"')


def _clients(*conditions: ColumnElement[bool]) -> Any:
    return select(Client).where(Client.state.in_(_LIVING), *conditions).order_by(Client.id)


def _check(name: str, field: str, title: Message, weight: int) -> HealthCheck:
    return HealthCheck(
        name=name,
        title=title,
        permission=EDIT,
        find=partial(find_unusual, field),
        look=partial(look_unusual, field),
        fix=partial(store_value, field),
        fix_title=_("Store it"),
        weight=weight,
    )


FIELD_CHECKS = [
    _check("bad_iban", "bank_account", _("Wrong bank account"), 20),
    _check("bad_vat", "vat_code", _("Wrong VAT code"), 30),
    _check("bad_phone", "phone", _("Wrong phone"), 40),
    _check("bad_mobile", "mobile", _("Wrong mobile phone"), 50),
    _check("bad_email", "email", _("Wrong e-mail address"), 60),
    HealthCheck(
        name="bounced",
        title=_("E-mail came back"),
        permission=EDIT,
        find=find_bounced,
        look=look_bounced,
        fix=store_address,
        fix_title=_("Store it"),
        icon="mail",
        weight=70,
    ),
]
