"""What the core adds for each type of documents: the button on the pages of the records it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kartoteka.db.session import actor_of
from kartoteka.extension.declarations.documents import DocumentType
from kartoteka.extension.declarations.work import Action, Outcome
from kartoteka.vocabulary.message import text as _

if TYPE_CHECKING:
    from kartoteka.db.actor import Actor
    from kartoteka.db.session import Session
    from kartoteka.vocabulary.record import RecordRef

SEE_DOCUMENTS = "documents.view"


def making_of(declared: DocumentType) -> Action:
    """Return the action that leads from a record to the page on which the document is made."""

    def page(records: list[RecordRef]) -> str:
        return f"/documents/new/{declared.module}/{declared.name}?record={records[0]}"

    return Action(
        module=declared.module,
        name=f"make_{declared.name}",
        kinds=declared.kinds,
        title=declared.title,
        icon=declared.icon,
        permission=declared.permission,
        run=_nothing,
        when=_may_see_documents,
        page=page,
        minor=True,
        weight=declared.weight + 300,
    )


def _may_see_documents(session: Session, record: RecordRef) -> bool:
    return actor_of(session).can(SEE_DOCUMENTS)


def _nothing(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    return Outcome(_("Nothing was done."))
