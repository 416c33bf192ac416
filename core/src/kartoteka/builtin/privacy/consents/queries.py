"""Reads of consents: what holds for each person and purpose, and all that was said before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select

from kartoteka.builtin.directories.queries import known_entries
from kartoteka.builtin.privacy.consents.models import PURPOSES, Consent
from kartoteka.builtin.privacy.consents.naming import CONSENT
from kartoteka.builtin.privacy.persons import person_kinds
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.session import Session, actor_of
from kartoteka.vocabulary.message import Translatable
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary

MOST = 500


@dataclass(frozen=True)
class Said:
    """A consent or a withdrawal with the names that it is shown with; ``holds`` says that it is the last word."""

    consent: Consent
    purpose: Translatable
    person: str
    noted_by: str
    holds: bool


def consents_of(session: Session, client_id: int) -> list[Said]:
    """Return what a client and its persons said, the latest first; ``person`` is empty for the client itself."""
    mine = select(Consent).where(Consent.client_id == client_id)
    rows = session.scalars(mine.order_by(Consent.said_on.desc(), Consent.id.desc()).limit(MOST)).all()
    purposes = _purposes(session)
    people = dict(persons_of(session, client_id))
    users = user_names(session, sorted({row.noted_by for row in rows if row.noted_by}))
    known: set[tuple[Any, int]] = set()
    found = []
    for consent in rows:
        key = (consent.about, consent.purpose_id)
        person = "" if consent.about is None else people.get(consent.about, str(_("Somebody who left")))
        title = purposes.get(str(consent.purpose_id), "")
        found.append(Said(consent, title, person, users.get(consent.noted_by or 0, ""), key not in known))
        known.add(key)
    return found


def persons_of(session: Session, client_id: int) -> list[tuple[RecordRef, str]]:
    """Return the persons among a client's records that the reader sees, by name."""
    can = actor_of(session).can
    found: list[tuple[RecordRef, str]] = []
    for kind in person_kinds(session).values():
        if not can(kind.permission):
            continue
        ids = session.scalars(select(kind.model.id).where(getattr(kind.model, str(kind.client_column)) == client_id))
        found += [(one.ref, one.title) for one in kind.summarise(session, list(ids)).values()]
    return sorted(found, key=lambda one: one[1])


def count_consents(record_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """Return the counter of what a client said."""
    return select(func.count(Consent.id)).where(Consent.client_id == record_id).scalar_subquery()


def summarise_consents(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return the purpose of each consent that the user sees; two statements."""
    rows = session.execute(select(Consent.id, Consent.given, Consent.purpose_id).where(Consent.id.in_(ids)))
    purposes = _purposes(session)
    return {
        row.id: RecordSummary(
            RecordRef(CONSENT, row.id),
            title=str(purposes.get(str(row.purpose_id), "")),
            subtitle=str(_("Given") if row.given else _("Withdrawn")),
            url=consent_url(row.id),
        )
        for row in rows
    }


def _purposes(session: Session) -> dict[str, Translatable]:
    return {one.value: one.title for one in known_entries(PURPOSES)(session)}


def consent_url(id: int) -> str:
    """Return the address of a consent: it leads on to the tab of its client."""
    return f"/privacy/consents/{id}"
