"""Questions: asked while people work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kartoteka.extension.version import hookspec

if TYPE_CHECKING:
    from kartoteka.db.session import Session
    from kartoteka.extension.declarations.custom import CustomField
    from kartoteka.extension.declarations.work import DuplicateHit, DuplicateProbe
    from kartoteka.vocabulary.incoming import IncomingMail
    from kartoteka.vocabulary.message import Message
    from kartoteka.vocabulary.record import RecordRef


@hookspec(firstresult=True)
def active_modules(session: Session) -> frozenset[str] | None:
    """Say which modules are on.

    When called: when the state of modules has changed since the process asked last; on all installed modules.
    Returns: the names of the modules that are on, or None to leave the answer to another module.
    Order: the first answer counts; two modules that answer are a start-up error unless the settings name one.
    Since: 1.0
    Example::

        @hookimpl
        def active_modules(session: Session) -> frozenset[str] | None:
            return frozenset({"crm_visits"})
    """
    raise NotImplementedError


@hookspec(firstresult=True)
def company_fields(session: Session) -> Mapping[str, Sequence[CustomField]] | None:
    """Say which fields the company has added to its record kinds.

    When called: when somebody asks for the fields of a record kind that may have such fields, once after each change of
        the company's state; on all installed modules.
    Returns: the open fields by record kind, in their order, or None to leave the answer to another module.
    Order: the first answer counts; two modules that answer are a start-up error unless the settings name one.
    Since: 1.0
    Example::

        @hookimpl
        def company_fields(session: Session) -> Mapping[str, Sequence[CustomField]] | None:
            trucks = CustomField(kind="clients.client", name="x_trucks", title=_("Trucks"), type=FieldType.INTEGER)
            return {"clients.client": [trucks]}
    """
    raise NotImplementedError


@hookspec
def find_duplicates(session: Session, probe: DuplicateProbe) -> Sequence[DuplicateHit]:
    """Find clients that may be the one somebody is about to save.

    When called: while a client's form is filled in, and before it is saved; on active modules.
    Returns: a list of DuplicateHit; empty values of the probe never match.
    Order: all answers count, the strongest first.
    Since: 1.0
    Example::

        @hookimpl
        def find_duplicates(session: Session, probe: DuplicateProbe) -> Sequence[DuplicateHit]:
            return [DuplicateHit(client_id=7, field="phones", reason=_("A visitor has this phone"), strength=0.5)]
    """
    raise NotImplementedError


@hookspec
def client_delete_blockers(session: Session, client_ids: Sequence[int]) -> Sequence[Message]:
    """Say why clients must not be deleted, beyond what ``on_delete="refuse"`` of the module's tables says.

    When called: before clients go to the bin, and once more before they are deleted for good; on all installed modules,
        switched off or not.
    Returns: one sentence for each reason, empty when there is none; a module that raises counts as a reason.
    Order: all answers count.
    Since: 1.0
    Example::

        @hookimpl
        def client_delete_blockers(session: Session, client_ids: Sequence[int]) -> Sequence[Message]:
            return [_("Somebody is on the way to this client.")]
    """
    raise NotImplementedError


@hookspec
def receive_mail(session: Session, mail: IncomingMail) -> RecordRef | None:
    """Make something of a mail that came in: an inquiry, a claim, an order.

    When called: once for each mail, after it has been stored and in the same transaction, in the background as the
        system; on active modules. A module that raises is logged, and the mail stays in the list of incoming mail.
    Returns: the record that the module has made of the mail, or added it to; None when it is no concern of the module.
        Bounces, automatic replies and complaints come too: ``mail.opens_work`` is false then, and nothing new should be
        made of them.
    Order: all modules are asked; the first record is shown with the mail.
    Since: 1.0
    Example::

        @hookimpl
        def receive_mail(session: Session, mail: IncomingMail) -> RecordRef | None:
            if not mail.opens_work or not mail.client_ids:
                return None
            visit = ask_for_visit(session, mail.client_ids[0], mail.reply)
            return RecordRef("visits.visit", visit.id)
    """
    raise NotImplementedError
