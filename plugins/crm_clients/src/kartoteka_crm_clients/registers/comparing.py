"""The comparison of clients with the registers, every night and after each load; managers are told what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, select

from kartoteka.api.clients import CLIENT_KIND, Client, ClientKind
from kartoteka.api.db import Session, insert_rows, name_operation, update_rows, utc_now
from kartoteka.api.declare import Job, NotificationType, RunningJob, Schedule
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Message, Texts
from kartoteka.api.work import enqueue, notify
from kartoteka_crm_clients.fields import VIEW
from kartoteka_crm_clients.models import Address
from kartoteka_crm_clients.registers.fields import (
    ADDRESS,
    GONE,
    GONE_TITLE,
    LEFT,
    NAME,
    OPEN,
    OVER,
    STATUS,
    STATUS_TITLES,
    TAKEN,
    VAT,
    VAT_REMOVED,
    WITHDRAWN,
)
from kartoteka_crm_clients.registers.models import RegisterCompany, RegisterDifference
from kartoteka_crm_clients.registers.rules import TELLS_VAT, Status, address_line, same_name, same_place
from kartoteka_crm_clients.registers.suggesting import short_name

_ = Texts("crm_clients")

COMPARE_JOB = "crm_clients.compare_registers"
TYPE = "crm_clients.register_difference"
PAGE = "/crm_clients/registers/differences/"
CHUNK = 300
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
_URGENT = (STATUS, VAT)


@dataclass
class _Found:
    """What differs between a client and its company in a register, by what it is: ours, theirs and the mark."""

    client: Any
    values: dict[str, tuple[str, str, str]] = field(default_factory=dict)


def ask_for_comparison(session: Session) -> int:
    """Ask for a comparison and return the id of its job; one that has not begun yet is enough."""
    return enqueue(session, COMPARE_JOB, {"of": "all"}, title=_("Compare clients with the registers"), url=PAGE)


def compare(session: Session, job: RunningJob) -> None:
    """Compare some hundred clients after each other; four statements for each few hundred, and those that write."""
    name_operation(session, _("Compared with the company registers"))
    last = int(job.checkpoint.get("last", 0))
    news = Counter({int(one): number for one, number in job.checkpoint.get("news", {}).items()})
    rows = session.execute(_clients(last)).all()
    if rows:
        news.update(_compare(session, rows))
    job.checkpoint.update(last=rows[-1].id if rows else last, news={str(one): number for one, number in news.items()})
    if len(rows) == CHUNK:
        job.again()
        return
    _tell_rest(session, news)
    job.finish(_("Clients are compared with the registers."), PAGE)


def _clients(last: int) -> Any:
    company = RegisterCompany
    told = [getattr(company, name).label(f"register_{name}") for name in _OF_COMPANY]
    return (
        select(
            Client.id,
            Client.company_name,
            Client.country,
            Client.vat_code,
            Client.vat_code_norm,
            Client.manager_id,
            company.id.label("company_id"),
            *told,
        )
        .outerjoin(company, and_(company.country == Client.country, company.code == Client.registration_code_norm))
        .where(Client.id > last, Client.kind == ClientKind.COMPANY, Client.state.in_(_LIVING))
        .where(Client.registration_code_norm != "")
        .order_by(Client.id)
        .limit(CHUNK)
    )


_OF_COMPANY = ("name", "vat_code", "status", "status_text", "street", "city", "region", "postcode", "gone_on")


def _compare(session: Session, rows: Sequence[Any]) -> Counter[int]:
    ids = [row.id for row in rows]
    addresses = _addresses(session, [row.id for row in rows if row.company_id is not None])
    known: dict[tuple[int, str], Any] = {}
    for one in session.scalars(select(RegisterDifference).where(RegisterDifference.client_id.in_(ids))):
        known[one.client_id, one.what] = one
    found = [_differences(row, addresses.get(row.id)) for row in rows]
    return _settle(session, found, known)


def _addresses(session: Session, ids: list[int]) -> dict[int, Any]:
    wanted = (Address.kind == "legal", Address.is_main, Address.state == RecordState.ACTIVE)
    columns = (Address.client_id, Address.street, Address.city, Address.region, Address.postcode)
    return {row.client_id: row for row in session.execute(select(*columns).where(Address.client_id.in_(ids), *wanted))}


def _differences(row: Any, address: Any) -> _Found:
    found = _Found(row)
    if row.company_id is None:
        return found
    if row.register_status != Status.ACTIVE or row.register_gone_on is not None:
        mark = row.register_status if row.register_status != Status.ACTIVE else GONE
        found.values[STATUS] = ("", row.register_status_text, mark)
    if not same_name(row.company_name, row.register_name):
        found.values[NAME] = (row.company_name, short_name(row.register_name), "")
    if row.country in TELLS_VAT and row.vat_code_norm != row.register_vat_code:
        found.values[VAT] = (row.vat_code, row.register_vat_code, "" if row.register_vat_code else WITHDRAWN)
    theirs = address_line(row.register_street, row.register_city, row.register_region, row.register_postcode)
    if address is not None and row.register_city and not _is_same_place(address, theirs):
        ours = address_line(address.street, address.city, address.region, address.postcode)
        found.values[ADDRESS] = (ours, theirs, "")
    return found


def _is_same_place(address: Any, theirs: str) -> bool:
    return same_place(f"{address.street} {address.city}", theirs)


def _settle(session: Session, found: list[_Found], known: dict[tuple[int, str], Any]) -> Counter[int]:
    """Store what is new, mark what is over, and return how many of a manager's clients have something new."""
    today = utc_now().date()
    new: list[dict[str, Any]] = []
    changed: dict[int, dict[str, Any]] = {}
    news: Counter[int] = Counter()
    for one in found:
        fresh = []
        for what, (ours, theirs, mark) in one.values.items():
            before = known.pop((one.client.id, what), None)
            values = {"ours": ours[:600], "theirs": theirs[:600], "mark": mark, "company_id": one.client.company_id}
            if before is None:
                new.append({**values, "client_id": one.client.id, "what": what, "found_on": today, "decision": OPEN})
                fresh.append(what)
            elif _is_news(before, values):
                changed[before.id] = {**values, "found_on": today, "decision": OPEN}
                fresh.append(what)
        _tell(session, one, fresh, news)
    for before in known.values():
        if before.decision in (OPEN, LEFT) or (before.what == STATUS and before.decision == TAKEN):
            changed[before.id] = {"decision": OVER}
    if new:
        insert_rows(session, RegisterDifference, new)
    if changed:
        update_rows(session, RegisterDifference, changed)
    return news


def _is_news(before: Any, values: dict[str, Any]) -> bool:
    """Say whether a difference has to be decided anew: the register says something else, or it came back."""
    if (before.theirs, before.mark) != (values["theirs"], values["mark"]):
        return True
    return before.decision == OVER or (before.decision == TAKEN and before.what != STATUS)


def _tell(session: Session, found: _Found, fresh: list[str], news: Counter[int]) -> None:
    manager = found.client.manager_id
    if manager is None or not fresh:
        return
    urgent = [what for what in fresh if what in _URGENT and found.values[what][2]]
    ref = RecordRef(CLIENT_KIND, found.client.id)
    for what in urgent:
        mark = found.values[what][2]
        dedup = f"{TYPE}:{found.client.id}:{what}:{mark}:{utc_now().date().isoformat()}"
        notify(session, [manager], TYPE, _("Company register: %(what)s", what=mark_title(mark)), ref, dedup=dedup)
    if len(urgent) < len(fresh):
        news[manager] += 1


def _tell_rest(session: Session, news: Counter[int]) -> None:
    for manager, number in news.items():
        words = _.plural(
            "One of your clients differs from the company register.",
            "%(count)s of your clients differ from the company register.",
            number,
        )
        notify(session, [manager], TYPE, words, dedup=f"{TYPE}:{manager}:{utc_now().isoformat(timespec='minutes')}")


def mark_title(mark: str) -> Message:
    """Return what a mark means in words."""
    if mark == WITHDRAWN:
        return VAT_REMOVED
    return GONE_TITLE if mark == GONE else STATUS_TITLES[Status(mark)]


JOBS = [
    Job(name="compare_registers", title=_("Compare clients with the registers"), run=compare, unique_by=("of",)),
]
SCHEDULES = [Schedule(job=COMPARE_JOB, cron="20 4 * * *", title=_("Every night"))]
NOTIFICATION_TYPES = [
    NotificationType(
        name="register_difference",
        title=_("Changes in company registers"),
        description=_(
            "When the register says something new about one of your clients: liquidation, VAT code, name, address."
        ),
        icon="building-bank",
        permission=VIEW,
    )
]
