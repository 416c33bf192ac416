"""What is done with directory companies in a list: taking them out again."""

from __future__ import annotations

from typing import Any

from kartoteka.builtin.clients.directory.fields import COMPANY_KIND, IMPORT
from kartoteka.builtin.clients.directory.models import DirectoryCompany
from kartoteka.db.actor import Actor
from kartoteka.db.journal import delete_rows, name_operation
from kartoteka.db.session import Session
from kartoteka.extension.declarations.work import Action, Outcome
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef


def remove(session: Session, actor: Actor, records: list[RecordRef], data: dict[str, Any]) -> Outcome:
    """Take companies out of the directory; clients that were made of them stay."""
    name_operation(session, _("Removed from the company directory"))
    number = len(delete_rows(session, DirectoryCompany, [record.id for record in records]))
    message = plural_text("One company is removed.", "%(count)s companies are removed.", number)
    return Outcome(message, number, "/clients/directory/")


REMOVE = Action(
    name="remove_companies",
    kinds=(COMPANY_KIND,),
    title=_("Remove from the directory"),
    icon="trash",
    permission=IMPORT,
    run=remove,
    bulk=True,
    confirm=_("Clients created from these companies are kept."),
    weight=900,
)
