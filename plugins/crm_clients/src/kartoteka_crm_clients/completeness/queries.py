"""Reads of how complete cards are: the database tells it from the cards as they are now, so that nothing is stale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, exists, false, func, literal, or_, select, true

from kartoteka.api.clients import Client, reads_field
from kartoteka.api.db import Session, among
from kartoteka.api.lists import asking_session
from kartoteka.api.records import Period, RecordState
from kartoteka_crm_clients.classes.queries import setting_of
from kartoteka_crm_clients.completeness.fields import BY_NAME, ITEMS, Item
from kartoteka_crm_clients.marketing.fields import read_names
from kartoteka_crm_clients.marketing.models import Marketing
from kartoteka_crm_clients.models import Address, Contact

WEIGHTS = "weights"
WHOLE = 100
_AT_ONCE = 1_000


@dataclass(frozen=True)
class Figures:
    """How complete the cards of some clients are: the average share in per cent, how many lack something, and by item
    (filled, of how many).
    """

    clients: int = 0
    average: float = 0.0
    incomplete: int = 0
    items: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def weights_of(session: Session) -> dict[str, int]:
    """Return the weight of each item that the session's actor may be told of; those that weigh nothing are left out."""
    chosen = setting_of(session, WEIGHTS)
    weights = {one.name: int(chosen.get(one.name, one.weight)) for one in ITEMS}
    return {name: weight for name, weight in weights.items() if weight > 0 and _is_told(BY_NAME[name], session)}


def share_of(weights: Mapping[str, int]) -> ColumnElement[int]:
    """Return the share of a client's card that is filled in, in whole per cent, as an expression."""
    filled, whole = literal(0), literal(0)
    for name, weight in weights.items():
        item = BY_NAME[name]
        filled = filled + case((and_(_applies(item), _is_filled(name)), weight), else_=0)
        whole = whole + case((_applies(item), weight), else_=0)
    return case((whole == 0, 100), else_=filled * 100 / func.nullif(whole, 0))


def shares_in_list(session: Session, ids: Sequence[int]) -> Mapping[int, int]:
    """Return the share of each client's card that is filled in; two statements."""
    statement = select(Client.id, share_of(weights_of(session))).where(among(Client.id))
    return {client: int(share) for client, share in session.execute(statement, {"ids": list(ids)})}


def is_below(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
    """Return the condition for clients whose cards are filled in by less than so many per cent."""
    session, written = asking_session(), str(value)
    if session is None or not (written.isascii() and written.isdigit() and len(written) < 4):
        return false()
    return record_id.in_(select(Client.id).where(share_of(weights_of(session)) < int(written)))


def lacks(record_id: ColumnElement[int], value: Any) -> ColumnElement[bool]:
    """Return the condition for clients whose cards should say something and do not."""
    item = BY_NAME.get(str(value))
    session = asking_session()
    if item is None or (session is not None and not _is_told(item, session)):
        return false()
    return record_id.in_(select(Client.id).where(_applies(item), ~_is_filled(item.name)))


def missing_of(session: Session, client_id: int) -> tuple[int, list[Item]] | None:
    """Return how complete a client's card is, and what is missing, the weightiest first; two statements."""
    weights = weights_of(session)
    columns = [_applies(BY_NAME[name]) & ~_is_filled(name) for name in weights]
    marks = [case((one, 1), else_=0) for one in columns]
    row = session.execute(select(share_of(weights), *marks).where(Client.id == client_id)).first()
    if row is None:
        return None
    missing = [BY_NAME[name] for name, absent in zip(weights, row[1:], strict=True) if absent]
    return int(row[0]), sorted(missing, key=lambda one: -weights[one.name])


def figures_by_manager(session: Session, period: Period | None = None) -> dict[int | None, Figures]:
    """Return the figures of the clients in use that the reader sees, by manager; two statements.

    With a period those of the clients that were registered in it.
    """
    weights = weights_of(session)
    sums: list[ColumnElement[Any]] = []
    for name in weights:
        applies, filled = _applies(BY_NAME[name]), _is_filled(name)
        sums += [func.sum(case((and_(applies, filled), 1), else_=0)), func.sum(case((applies, 1), else_=0))]
    share = share_of(weights)
    statement = (
        select(Client.manager_id, func.count(), func.avg(share), func.sum(case((share < WHOLE, 1), else_=0)), *sums)
        .where(Client.state == RecordState.ACTIVE)
        .group_by(Client.manager_id)
    )
    if period is not None:
        statement = statement.where(Client.registered_on.between(period.first, period.last))
    found: dict[int | None, Figures] = {}
    for manager, clients, average, incomplete, *numbers in session.execute(statement):
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        items = dict(zip(weights, ((int(filled), int(of)) for filled, of in pairs), strict=True))
        found[manager] = Figures(clients, float(average or 0), int(incomplete or 0), items)
    return found


def all_of(figures: Mapping[int | None, Figures]) -> Figures:
    """Return the figures of all managers together."""
    clients = sum(one.clients for one in figures.values())
    whole = sum(one.average * one.clients for one in figures.values())
    items: dict[str, tuple[int, int]] = {}
    for one in figures.values():
        for name, (filled, of) in one.items.items():
            before = items.get(name, (0, 0))
            items[name] = before[0] + filled, before[1] + of
    incomplete = sum(one.incomplete for one in figures.values())
    return Figures(clients, whole / clients if clients else 0.0, incomplete, items)


def incomplete_clients(session: Session, below: int) -> Iterator[tuple[Row[Any], list[str]]]:
    """Yield id, name, manager_id and share of clients below a share with the names of what is missing, worst first."""
    weights = weights_of(session)
    share = share_of(weights).label("share")
    marks = [
        case((and_(_applies(BY_NAME[name]), ~_is_filled(name)), 1), else_=0).label(f"lacks_{name}") for name in weights
    ]
    inner = select(Client.id, Client.name, Client.name_sort, Client.manager_id, share, *marks).where(
        Client.state == RecordState.ACTIVE
    )
    rows = inner.subquery()
    statement = (
        select(rows).where(rows.c.share < below).order_by(rows.c.share, rows.c.name_sort, rows.c.id)
    ).execution_options(yield_per=_AT_ONCE)
    heaviest = sorted(weights, key=lambda name: -weights[name])
    for row in session.execute(statement):
        yield row, [name for name in heaviest if row._mapping[f"lacks_{name}"]]


def _is_told(item: Item, session: Session) -> bool:
    """Tell whether the session's actor may know whether this is filled in."""
    own = all(reads_field(one, session) for one in item.reads)
    return own and (not item.marketing or item.marketing in read_names(session))


def _applies(item: Item) -> ColumnElement[bool]:
    return Client.kind == item.kind if item.kind else true()


def _is_filled(name: str) -> ColumnElement[bool]:
    return _FILLED[name]


def _text(name: str) -> ColumnElement[bool]:
    column = getattr(Client, name)
    return and_(column.is_not(None), column != "")


def _exists(model: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(model.client_id == Client.id, *conditions).correlate(Client)


_TEXTS = (
    *("registration_code", "email", "vat_code", "website"),
    *("bank_account", "activity", "client_kind", "importance", "sex"),
)
_FILLED: dict[str, ColumnElement[bool]] = {
    **{name: _text(name) for name in _TEXTS},
    "phone": or_(_text("phone"), _text("mobile")),
    "manager": Client.manager_id.is_not(None),
    "group": Client.group_id.is_not(None),
    "birth_date": Client.birth_date.is_not(None),
    "address": _exists(Address, Address.state == RecordState.ACTIVE),
    "contact": _exists(Contact, Contact.state == RecordState.ACTIVE),
    "director": _exists(Contact, Contact.state == RecordState.ACTIVE, Contact.role == "director"),
    "size": _exists(Marketing, Marketing.size_id.is_not(None)),
    "channel": _exists(Marketing, Marketing.channel_id.is_not(None)),
}
