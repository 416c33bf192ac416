"""Use cases of classes: classify everybody, choose limits, enter turnover. Services never commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Float, Select, and_, case, cast, delete, extract, func, insert, literal, select

from kartoteka.api.clients import Client, turnover_sources
from kartoteka.api.db import Session, as_system, audit, demand, find, utc_now
from kartoteka.api.errors import InvalidInput, Refused
from kartoteka.api.records import RecordState
from kartoteka.api.signals import record_changed, record_created
from kartoteka.api.texts import Message, Texts
from kartoteka.api.work import announce
from kartoteka_crm_clients.classes.fields import MANAGE, TURNOVER
from kartoteka_crm_clients.classes.models import ClassRun, ClientClass, Setting, Turnover
from kartoteka_crm_clients.classes.queries import LIMITS, chosen_source, limits_of
from kartoteka_crm_clients.classes.rules import LEAST_MONTHS, MONTHS, USUAL_LIMITS, full_months, shares

_ = Texts("crm_clients")

KEPT_RUNS = 36
_LIVING = (RecordState.ACTIVE, RecordState.ARCHIVED)
_NEARLY = 1e-9
"""What sums of fractions may be off by."""


def classify(session: Session, today: date) -> ClassRun:
    """Classify all clients by their turnover in the last 12 full months, whoever asks; the newest 36 runs are kept.

    The database does it in one statement, so the program needs no more memory for many clients than for few. Raises
    Refused when no module knows any turnover.
    """
    source = chosen_source(session)
    if source is None:
        raise Refused(_("No module that is on knows what clients have bought."))
    limits = limits_of(session)
    first, last = full_months(today)
    kept = {name: limits[name] for name in USUAL_LIMITS}
    with as_system(session, reason="classes compare all clients with each other"):
        run = ClassRun(at=utc_now(), first=first, last=last, source=source.key, limits=kept)
        session.add(run)
        session.flush()
        placed = _placed(source.rows(), run, shares(limits))
        session.execute(insert(ClientClass).from_select([one.name for one in placed.selected_columns], placed))
        old = select(ClassRun.id).order_by(ClassRun.id.desc()).offset(KEPT_RUNS).limit(1_000)
        gone = session.scalars(old).all()
        session.execute(delete(ClientClass).where(ClientClass.run_id.in_(gone)))
        session.execute(delete(ClassRun).where(ClassRun.id.in_(gone)))
    return run


def save_limits(session: Session, values: Mapping[str, Any]) -> None:
    """Choose the limits of classes in per cent, and the source of turnover; they count from the next run on."""
    demand(session, MANAGE)
    errors: dict[str, Message] = {}
    for name in USUAL_LIMITS:
        if not isinstance(values.get(name), int) or not 0 < values[name] < (1000 if name in "xy" else 100):
            errors[name] = _("Write a whole number of per cent.")
    for lower, upper in (("a", "b"), ("x", "y")):
        if not errors and values[upper] <= values[lower]:
            errors[upper] = _("This limit must be above the one before.")
    source = str(values.get("source") or "")
    if source and source not in {one.key for one in turnover_sources(session)}:
        errors["source"] = _("Choose one of the values offered.")
    if errors:
        raise InvalidInput(errors)
    chosen = {**{name: values[name] for name in USUAL_LIMITS}, "source": source}
    keep_setting(session, LIMITS, chosen)
    audit(session, "crm_clients.limits_changed", facts={name: chosen[name] for name in USUAL_LIMITS})


def keep_setting(session: Session, name: str, value: dict[str, Any]) -> None:
    """Keep a choice of the company; the caller has asked for the right."""
    known = session.scalar(select(Setting).where(Setting.name == name))
    if known is None:
        session.add(Setting(name=name, value=value))
    else:
        known.value = value
    session.flush()


def enter_turnover(session: Session, client_id: int, day: date, amount: Decimal) -> Turnover:
    """Enter what a client bought until a day. Raises NotFound and Forbidden."""
    demand(session, MANAGE)
    client = find(session, Client, client_id)
    if client.state not in _LIVING:
        raise Refused(_("This client is not in use any more. Restore it first."))
    made = Turnover(client_id=client.id, day=day, amount=amount)
    session.add(made)
    session.flush()
    announce(session, record_created, TURNOVER, ids=[made.id])
    return made


def change_turnover(session: Session, id: int, values: Mapping[str, Any]) -> Turnover:
    """Change day or amount of turnover that was entered."""
    demand(session, MANAGE)
    known = find(session, Turnover, id)
    for name in ("day", "amount"):
        if values.get(name) is not None:
            setattr(known, name, values[name])
    session.flush()
    announce(session, record_changed, TURNOVER, ids=[id], fields=sorted(values))
    return known


def _placed(rows: Select[Any], run: ClassRun, limits: Mapping[str, float]) -> Select[Any]:
    """Return what is stored of each client: sums by month, their mean and spread, the place among all."""
    sums = _sums(rows, run).subquery()
    whole = func.sum(sums.c.turnover).over()
    running = func.sum(sums.c.turnover).over(order_by=(sums.c.turnover.desc(), sums.c.client_id), rows=(None, 0))
    place = func.row_number().over(order_by=(sums.c.turnover.desc(), sums.c.client_id))
    mean = sums.c.turnover / float(MONTHS)
    ranked = select(
        sums.c.client_id,
        sums.c.turnover,
        (sums.c.turnover / whole).label("share"),
        (running / whole).label("cumulative"),
        place.label("place"),
        sums.c.months,
        ((sums.c.squares / float(MONTHS) - mean * mean) / (mean * mean)).label("spread"),
    ).subquery()
    abc = case(
        # The largest client is an A, even when nobody else brings in anything worth the name.
        (ranked.c.cumulative <= limits["a"] + _NEARLY, "a"),
        (ranked.c.place == 1, "a"),
        (ranked.c.cumulative <= limits["b"] + _NEARLY, "b"),
        else_="c",
    )
    xyz = case(
        (ranked.c.months < LEAST_MONTHS, ""),
        (ranked.c.spread <= limits["x"] ** 2 + _NEARLY, "x"),
        (ranked.c.spread <= limits["y"] ** 2 + _NEARLY, "y"),
        else_="z",
    )
    others = [ranked.c[name] for name in ("client_id", "turnover", "share", "cumulative", "place", "months", "spread")]
    return select(literal(run.id).label("run_id"), abc.label("abc"), xyz.label("xyz"), *others)


def _sums(rows: Select[Any], run: ClassRun) -> Select[Any]:
    """Return turnover, sum of squares and number of months of each client that brought something in."""
    found = rows.subquery()
    month = (extract("year", found.c.day) * 12 + extract("month", found.c.day)).label("month")
    monthly = (
        select(found.c.client_id, month, cast(func.sum(found.c.amount), Float).label("amount"))
        .where(and_(found.c.day >= run.first, found.c.day <= run.last))
        .group_by(found.c.client_id, month)
        .having(func.sum(found.c.amount) != 0)
        .subquery()
    )
    living = select(Client.id).where(Client.state.in_(_LIVING))
    return (
        select(
            monthly.c.client_id,
            func.sum(monthly.c.amount).label("turnover"),
            func.sum(monthly.c.amount * monthly.c.amount).label("squares"),
            func.count().label("months"),
        )
        .where(monthly.c.client_id.in_(living))
        .group_by(monthly.c.client_id)
        .having(func.sum(monthly.c.amount) > 0)
    )
