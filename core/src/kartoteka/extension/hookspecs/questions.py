"""Questions: asked while people work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kartoteka.extension.version import hookspec

if TYPE_CHECKING:
    from kartoteka.db.session import Session
    from kartoteka.extension.declarations.analysis import ClientSegment
    from kartoteka.extension.declarations.companies import CompanySuggestion
    from kartoteka.extension.declarations.custom import CustomField
    from kartoteka.extension.declarations.documents import DocumentLink
    from kartoteka.extension.declarations.health import ClientTrait
    from kartoteka.extension.declarations.notices import ClientNotice
    from kartoteka.extension.declarations.people import ClientPerson
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
def client_traits(session: Session, client_ids: Sequence[int]) -> Sequence[ClientTrait]:
    """Say by what clients may be recognised beside their cards: their addresses, and phones kept elsewhere.

    When called: while duplicates are looked for in the background, for some hundred clients at once, and for clients
        of a page of pairs; on active modules. The search works as the system.
    Returns: a list of ClientTrait; a client may have several of a sort, and those without any are left out.
    Order: all answers count.
    Since: 1.0
    Example::

        @hookimpl
        def client_traits(session: Session, client_ids: Sequence[int]) -> Sequence[ClientTrait]:
            return [ClientTrait(client_id=7, sort="address", value="Pilies g. 3", postcode="01123", city="Vilnius")]
    """
    raise NotImplementedError


@hookspec
def client_segments(session: Session) -> Sequence[ClientSegment]:
    """Offer groups of clients to whoever works with many of them: mailings, calls, reports.

    When called: when somebody chooses a segment, or works with the clients of one; on active modules.
    Returns: a list of ClientSegment: those that the session's actor may use.
    Order: all answers count, module by module.
    Since: 1.0
    Example::

        @hookimpl
        def client_segments(session: Session) -> Sequence[ClientSegment]:
            return [ClientSegment(key="crm_visits.visited", title=str(_("Visited clients")), clients=visited_clients)]
    """
    raise NotImplementedError


@hookspec
def suggest_companies(session: Session, query: str, country: str) -> Sequence[CompanySuggestion]:
    """Suggest companies that are no clients yet and that somebody may be entering.

    When called: while name or code of a new client are typed, at least three signs of them, and once more with the
        whole registration code when one of the suggestions was chosen; on active modules.
    Returns: a list of CompanySuggestion, at most ten, the best first; ``country`` is the one chosen in the form, whose
        companies should come first. The cost must not grow with the number of companies that a module knows.
    Order: the answers stand one behind the other, module by module; a company that two modules know, by country and
        registration code, is shown once.
    Since: 1.0
    Example::

        @hookimpl
        def suggest_companies(session: Session, query: str, country: str) -> Sequence[CompanySuggestion]:
            return [CompanySuggestion(name="UAB Uostas", source=_("Fair"), country="LT", registration_code="110003978")]
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


@hookspec
def client_notices(session: Session, client_id: int, purpose: str) -> Sequence[ClientNotice]:
    """Say what whoever makes something for a client should know: the terms of a contract, a promise.

    When called: while somebody looks at a document before it is made, and when a module begins an order, a booking or
        service work; on active modules. ``purpose`` is the key of what is made, such as that of a document type. The
        caller has found the client by a restricted SELECT; the answer holds nothing that the actor may not see.
    Returns: a list of ClientNotice, empty when there is nothing to know; a module that raises is left out.
    Order: by module.
    Since: 1.0
    Example::

        @hookimpl
        def client_notices(session: Session, client_id: int, purpose: str) -> Sequence[ClientNotice]:
            return [ClientNotice(title=_("Visited lately"), lines=(_("Ask how the new windows are."),))]
    """
    raise NotImplementedError


@hookspec
def document_links(session: Session, client_id: int) -> Sequence[DocumentLink]:
    """Name the records of a client that a document may belong to beside the client: its projects, its open orders.

    When called: while somebody registers a document or saves one from an office program or a mail; on active modules.
        The caller has found the client by a restricted SELECT; ask for the right to your records, and offer those in
        use only.
    Returns: a list of DocumentLink, in the order in which they are offered; a module that raises is left out.
    Order: by module.
    Since: 1.0
    Example::

        @hookimpl
        def document_links(session: Session, client_id: int) -> Sequence[DocumentLink]:
            visit = RecordRef("crm_visits.visit", 7)
            return [DocumentLink(ref=visit, title="Žvėrynas", group=_("Visits"))]
    """
    raise NotImplementedError


@hookspec
def choose_recipients(session: Session, client_id: int, topics: Sequence[str]) -> Sequence[RecordRef]:
    """Choose to which of a client's people a mail goes, by what it is about.

    When called: while somebody begins a mail about a record or sends a document; on active modules. ``topics`` are
        keys, the most telling first: of the document type, of the mail template, of the record kind. The caller has
        found the client by a restricted SELECT.
    Returns: references of records with e-mail addresses, the best first; their addresses are offered before all others.
        Empty when the module has no choice of its own: then it is the client's own address.
    Order: all answers count, one behind the other by module.
    Since: 1.0
    Example::

        @hookimpl
        def choose_recipients(session: Session, client_id: int, topics: Sequence[str]) -> Sequence[RecordRef]:
            return [RecordRef("crm_clients.contact", 7)] if "crm_visits.visit" in topics else []
    """
    raise NotImplementedError


@hookspec
def client_people(session: Session, client_id: int) -> Sequence[ClientPerson]:
    """Name the people who speak for a client: whom one calls, meets and writes to.

    When called: while somebody plans or registers work with a client and says with whom; on active modules. The caller
        has found the client by a restricted SELECT; the answer holds nobody and nothing that the actor may not see.
    Returns: a list of ClientPerson, at most a hundred, those to ask first at the beginning.
    Order: all answers count, one behind the other by module; a record that two modules name is offered once.
    Since: 1.0
    Example::

        @hookimpl
        def client_people(session: Session, client_id: int) -> Sequence[ClientPerson]:
            return [ClientPerson(ref=RecordRef("crm_visits.visit", 7), name="Ona Onaitė", phone="+370 612 34567")]
    """
    raise NotImplementedError


@hookspec
def mail_tag(session: Session, record: RecordRef) -> str | None:
    """Say what a mail about a record carries in its subject, so that an answer finds its way back.

    When called: while a mail about the record is put into the outbox; on active modules.
    Returns: a short text such as a number, which the core writes in square brackets behind the subject, unless it
        stands there already; None for records of others.
    Order: the first answer that is not None counts.
    Since: 1.0
    Example::

        @hookimpl
        def mail_tag(session: Session, record: RecordRef) -> str | None:
            return f"V-{record.id}" if record.kind == "crm_visits.visit" else None
    """
    raise NotImplementedError
