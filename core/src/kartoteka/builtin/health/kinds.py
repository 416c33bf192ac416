"""Rights, kinds of records and the widget of data health."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from kartoteka.builtin.health.models import HealthAnswer, Outcome
from kartoteka.builtin.health.queries import SEE_SCORES, own_score
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session
from kartoteka.extension.declarations.access import Permission
from kartoteka.extension.declarations.data import Choice, Field, FieldType, RecordKind
from kartoteka.extension.declarations.scopes import OwnedByClient
from kartoteka.extension.declarations.ui import Widget
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef, RecordSummary

WORK = "clients.edit"
"""Who may change clients may put their data right; each check asks for a right of its own beside it."""
ANSWER_KIND = "health.answer"

PERMISSIONS = [
    Permission(
        name=SEE_SCORES,
        title=_("See the scores of all managers"),
        description=_(
            "See how healthy the data of each manager's clients is; everybody sees the score of the own ones."
        ),
        weight=10,
    )
]


def queue_url(id: int) -> str:
    """Return the address of the queue."""
    return "/health/"


def summarise_answers(session: Session, ids: Sequence[int]) -> Mapping[int, RecordSummary]:
    """Return what each answer was about; one statement."""
    rows = session.execute(select(HealthAnswer.id, HealthAnswer.check).where(HealthAnswer.id.in_(ids)))
    return {
        row.id: RecordSummary(RecordRef(ANSWER_KIND, row.id), title=row.check, url=queue_url(row.id)) for row in rows
    }


ANSWER = RecordKind(
    kind=ANSWER_KIND,
    title=_("Decision in data health"),
    plural_title=_("Decisions in data health"),
    icon="checklist",
    model=HealthAnswer,
    permission="clients.view",
    scope=OwnedByClient(),
    fields=(
        Field(name="check", title=_("Check"), type=FieldType.LINE),
        Field(name="finding", title=_("Finding"), type=FieldType.LINE),
        Field(name="user", title=_("User"), type=FieldType.USER, column="user_id"),
        Field(
            name="outcome",
            title=_("Outcome"),
            type=FieldType.CHOICE,
            choices=(Choice(Outcome.FIXED, _("Fixed")), Choice(Outcome.SKIPPED, _("Nothing wrong"))),
        ),
    ),
    summarise=summarise_answers,
    url=queue_url,
    client_column="client_id",
    change_permission=WORK,
    owner_columns=("user_id",),
)


def load_health(session: Session, user: Actor, options: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the score of the user's own clients."""
    score = own_score(session)
    return None if score is None else {"score": score}


WIDGETS = [
    Widget(
        name="score",
        title=_("Data health"),
        description=_("How healthy your client data is, and what to fix next."),
        icon="checklist",
        permission=WORK,
        template="health/widget.html",
        load=load_health,
        lazy=True,
        weight=70,
    )
]
