"""The contract between the core and its modules: every hook, in the order in which the core calls them.

A module answers the hooks it needs in its ``plugin.py`` with functions marked ``@hookimpl`` and leaves out the rest.
Three families: declarations are collected once at start; questions are asked per request; steps run inside the
caller's transaction. Arguments are only added, never renamed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kartoteka.extension.version import hookspec

if TYPE_CHECKING:
    import click

    from kartoteka.db.session import Session
    from kartoteka.extension.declarations.access import Module, Permission, RoleTemplate
    from kartoteka.extension.declarations.channels import Channel
    from kartoteka.extension.declarations.data import ClientReference, PersonalData, RecordKind, SearchText
    from kartoteka.extension.declarations.directories import Directory
    from kartoteka.extension.declarations.documents import DocumentType
    from kartoteka.extension.declarations.importing import ImportTarget
    from kartoteka.extension.declarations.mail import MailTemplate
    from kartoteka.extension.declarations.rest import ApiResource
    from kartoteka.extension.declarations.timeline import TimelineSource
    from kartoteka.extension.declarations.ui import Badge, Column, Filter, MenuItem, Panel, Tab, Widget
    from kartoteka.extension.declarations.work import (
        Action,
        ClientStep,
        DuplicateHit,
        DuplicateProbe,
        Job,
        NotificationType,
        Report,
        Schedule,
    )
    from kartoteka.extension.protocols import ListOfRecords, MountedBlueprint
    from kartoteka.vocabulary.incoming import IncomingMail
    from kartoteka.vocabulary.message import Message
    from kartoteka.vocabulary.record import RecordRef

# --- Declarations: what a module is ----------------------------------------------------------------------------------


@hookspec
def register_module() -> Module:
    """Say what the module is: its name, its version, what it requires.

    When called: once per application, first of all hooks, on every installed module.
    Returns: one Module; its name is the name of the entry point.
    Order: modules are loaded after the modules they require, then by name.
    Since: 1.0
    Example::

        @hookimpl
        def register_module() -> Module:
            return Module(
                name="crm_visits",
                title=_("Visits"),
                description=_("Who visited which client, and what came of it."),
                version="1.0",
                api="1.0",
                migrations=Path(__file__).parent / "migrations",
            )
    """
    raise NotImplementedError


@hookspec
def register_models() -> list[type[Any]]:
    """Hand over the mapped classes of the module.

    When called: once per application, on every installed module, before its record kinds.
    Returns: a list of classes derived from Model; every table begins with the module's table prefix, and every class
        is the model of a record kind or says in ``__row_scope__`` whose rows a user sees.
    Order: as given.
    Since: 1.0
    Example::

        @hookimpl
        def register_models() -> list[type[Model]]:
            return [Visit]
    """
    raise NotImplementedError


@hookspec
def register_permissions() -> list[Permission]:
    """Name the rights of the module.

    When called: once per application, on every installed module.
    Returns: a list of Permission; names begin with the module's name and a dot.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_permissions() -> list[Permission]:
            return [
                Permission(
                    name="crm_visits.view",
                    title=_("See visits"),
                    description=_("See visits to the clients one may see."),
                    record_kind="crm_visits.visit",
                    also_requires=("clients.view",),
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_roles() -> list[RoleTemplate]:
    """Offer roles that an administrator may copy into the company.

    When called: once per application, on every installed module.
    Returns: a list of RoleTemplate.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_roles() -> list[RoleTemplate]:
            return [RoleTemplate(name="visitor", title=_("Visitor"), permissions=("crm_visits.view",))]
    """
    raise NotImplementedError


# --- Declarations: records -------------------------------------------------------------------------------------------


@hookspec
def register_record_kinds() -> list[RecordKind]:
    """Describe the kinds of records the module keeps, field by field.

    When called: once per application, on every installed module.
    Returns: a list of RecordKind; kinds are named ``module.noun``.
    Order: weight, module, kind.
    Since: 1.0
    Example::

        @hookimpl
        def register_record_kinds() -> list[RecordKind]:
            return [
                RecordKind(
                    kind="crm_visits.visit",
                    title=_("Visit"),
                    plural_title=_("Visits"),
                    icon="walk",
                    model=Visit,
                    permission="crm_visits.view",
                    scope=OwnedByClient("client_id"),
                    client_column="client_id",
                    fields=(
                        Field(name="place", title=_("Place"), type=FieldType.LINE, searchable=True),
                        Field(name="visited_on", title=_("Visited on"), type=FieldType.DATE),
                    ),
                    summarise=summarise_visits,
                    url=visit_url,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_search() -> list[SearchText]:
    """Say which fields of a record kind quick search finds.

    When called: once per application, on every installed module.
    Returns: a list of SearchText, at most one for each record kind of the module.
    Order: weight, module, kind.
    Since: 1.0
    Example::

        @hookimpl
        def register_search() -> list[SearchText]:
            return [SearchText(kind="crm_visits.visit", fields=("place",), permission="crm_visits.view")]
    """
    raise NotImplementedError


@hookspec
def register_client_references() -> list[ClientReference]:
    """Say which columns point to a client, and what becomes of their rows when clients are merged or deleted.

    When called: once per application, on every installed module; kept in the database by ``kartoteka db upgrade``, so
        that rows of a module whose code is gone are treated all the same.
    Returns: a list of ClientReference, one for each foreign key to a client.
    Order: weight, module, table and column.
    Since: 1.0
    Example::

        @hookimpl
        def register_client_references() -> list[ClientReference]:
            return [ClientReference(table="crm_visits_visit", column="client_id", on_delete="with_client")]
    """
    raise NotImplementedError


@hookspec
def register_personal_data() -> list[PersonalData]:
    """Say what is personal in the module's tables, and what stays of it when a person is erased.

    When called: once per application, on every installed module; kept in the database by ``kartoteka db upgrade``.
    Returns: a list of PersonalData, at most one for each table.
    Order: weight, module, table.
    Since: 1.0
    Example::

        @hookimpl
        def register_personal_data() -> list[PersonalData]:
            return [PersonalData(table="crm_visits_visit", client_column="client_id", replacements={"place": ""})]
    """
    raise NotImplementedError


# --- Declarations: pages ---------------------------------------------------------------------------------------------


@hookspec
def register_blueprints() -> list[MountedBlueprint]:
    """Hand over the module's pages.

    When called: once per application, on every installed module; the routes of a module that is off answer 404.
    Returns: a list of ModuleBlueprint; all addresses begin with ``/<module>/``, and every route names its permission.
    Order: as given.
    Since: 1.0
    Example::

        @hookimpl
        def register_blueprints() -> list[ModuleBlueprint]:
            return [blueprint]
    """
    raise NotImplementedError


@hookspec
def register_menu() -> list[MenuItem]:
    """Add entries to the main menu.

    When called: once per application, on every installed module; shown per request by active module and permission.
    Returns: a list of MenuItem.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_menu() -> list[MenuItem]:
            return [
                MenuItem(
                    name="visits",
                    title=_("Visits"),
                    endpoint="crm_visits.show_visits",
                    permission="crm_visits.view",
                    icon="walk",
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_tabs() -> list[Tab]:
    """Add tabs to the client card or to any other record page.

    When called: once per application, on every installed module; a tab of a kind whose module is absent is never shown.
    Returns: a list of Tab.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_tabs() -> list[Tab]:
            return [
                Tab(
                    kinds=("clients.client",),
                    name="visits",
                    title=_("Visits"),
                    permission="crm_visits.view",
                    endpoint="crm_visits.show_client_visits",
                    count=count_visits,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_panels() -> list[Panel]:
    """Add boxes to the slots of record pages.

    When called: once per application, on every installed module; ``load`` runs per page view, and a panel that raises
        shows an error box with its module's name instead.
    Returns: a list of Panel.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_panels() -> list[Panel]:
            return [
                Panel(
                    name="last_visit",
                    slot=CARD_SIDE,
                    kinds=("clients.client",),
                    title=_("Last visit"),
                    permission="crm_visits.view",
                    template="crm_visits/last_visit.html",
                    load=load_last_visit,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_badges() -> list[Badge]:
    """Add marks beside records, in lists and on their pages.

    When called: once per application, on every installed module; ``load`` runs once per page with all ids of one kind.
    Returns: a list of Badge.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_badges() -> list[Badge]:
            return [
                Badge(
                    kinds=("clients.client",),
                    name="never_visited",
                    permission="crm_visits.view",
                    load=load_never_visited,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_columns() -> list[Column]:
    """Offer columns for a list.

    When called: once per application, on every installed module; only the columns a user has chosen are computed.
    Returns: a list of Column.
    Order: weight, module, name; each user may order them anew.
    Since: 1.0
    Example::

        @hookimpl
        def register_columns() -> list[Column]:
            return [
                Column(
                    list_name=CLIENT_LIST,
                    name="last_visit",
                    title=_("Last visit"),
                    type=FieldType.DATE,
                    permission="crm_visits.view",
                    value=last_visits,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_filters() -> list[Filter]:
    """Offer filters for a list.

    When called: once per application, on every installed module; ``condition`` runs when a user filters by it.
    Returns: a list of Filter.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_filters() -> list[Filter]:
            return [
                Filter(
                    list_name=CLIENT_LIST,
                    name="place",
                    title=_("Place of visit"),
                    type=FieldType.LINE,
                    permission="crm_visits.view",
                    condition=visited_in,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_lists() -> list[ListOfRecords]:
    """Name the lists of the module, so that something can be done with everything that one of them finds.

    When called: once per application, on every installed module.
    Returns: a list of RecordList; names are unique in the whole installation, kinds are known.
    Order: as given.
    Since: 1.0
    Example::

        @hookimpl
        def register_lists() -> list[RecordList]:
            return [VISIT_LIST]
    """
    raise NotImplementedError


# --- Declarations: work ----------------------------------------------------------------------------------------------


@hookspec
def register_actions() -> list[Action]:
    """Add actions to records of any module.

    When called: once per application, on every installed module; ``run`` is called in one transaction with the records
        that the user may see.
    Returns: a list of Action.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_actions() -> list[Action]:
            return [
                Action(
                    name="log_visit",
                    kinds=("clients.client",),
                    title=_("Log a visit"),
                    icon="walk",
                    permission="crm_visits.view",
                    run=log_visit,
                    bulk=True,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_client_steps() -> list[ClientStep]:
    """Ask for more in the assistant for new clients.

    When called: once per application, on every installed module; forms are made, and ``save`` is called, when somebody
        enters a client step by step, or makes a client of a company from a directory.
    Returns: a list of ClientStep.
    Order: weight, module, name; between the step with name and codes and the one with the manager.
    Since: 1.0
    Example::

        @hookimpl
        def register_client_steps() -> list[ClientStep]:
            return [
                ClientStep(
                    name="first_visit",
                    title=_("First visit"),
                    permission="crm_visits.view",
                    form=FirstVisitForm,
                    save=save_first_visit,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_reports() -> list[Report]:
    """Add reports, shown on the screen and downloaded as CSV and XLSX.

    When called: once per application, on every installed module; ``rows`` runs when a user asks for the report.
    Returns: a list of Report.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_reports() -> list[Report]:
            return [
                Report(
                    name="visits_by_place",
                    title=_("Visits by place"),
                    description=_("How often each place was visited."),
                    permission="crm_visits.view",
                    columns=(
                        ReportColumn("place", _("Place"), FieldType.LINE),
                        ReportColumn("visits", _("Visits"), FieldType.INTEGER),
                    ),
                    rows=count_by_place,
                    chart=ReportChart("bar", "place", "visits"),
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_document_types() -> list[DocumentType]:
    """Say which documents can be made of records: their content, their look on A4 and their numbers.

    When called: once per application, on every installed module; ``build`` runs when a user looks at a document before
        it is made, and when it is made.
    Returns: a list of DocumentType, each with a Typst file; the page of every record of its kinds offers it.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_document_types() -> list[DocumentType]:
            return [
                DocumentType(
                    name="visit_report",
                    title=_("Visit report"),
                    kinds=("crm_visits.visit",),
                    permission="crm_visits.view",
                    template=Path(__file__).parent / "papers/visit_report.typ",
                    build=build_visit_report,
                    sample=sample_visit_report,
                    words={"place": _("Place")},
                    series=Series(name="visit_reports", mask="V{year}-{number:03}"),
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_widgets() -> list[Widget]:
    """Offer boxes for the front page, which each user places, resizes and removes.

    When called: once per application, on every installed module; ``load`` runs when a user opens the front page.
    Returns: a list of Widget.
    Order: weight, module, name: the order at the start, until a user changes it.
    Since: 1.0
    Example::

        @hookimpl
        def register_widgets() -> list[Widget]:
            return [
                Widget(
                    name="last_visits",
                    title=_("Last visits"),
                    icon="walk",
                    permission="crm_visits.view",
                    template="crm_visits/last_visits.html",
                    load=load_last_visits,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_notification_types() -> list[NotificationType]:
    """Name the sorts of notifications that the module sends, so that each user can choose which ones to get.

    When called: once per application, on every installed module; ``kartoteka.api.work.notify`` names one of them.
    Returns: a list of NotificationType.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_notification_types() -> list[NotificationType]:
            return [
                NotificationType(
                    name="visited",
                    title=_("Client visited"),
                    description=_("When a colleague has visited one of your clients."),
                    icon="walk",
                    permission="crm_visits.view",
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_channels() -> list[Channel]:
    """Add ways by which notifications reach users who are not looking at the page.

    When called: once per application, on every installed module; ``send`` is called by a worker for each notification
        that a user wants to get this way, while the module is on and outside his quiet hours.
    Returns: a list of Channel.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_channels() -> list[Channel]:
            return [
                Channel(
                    name="sms",
                    title=_("Text message"),
                    description=_("To the mobile phone, through the gateway."),
                    icon="device-mobile",
                    send=send_text_message,
                    ready=have_phones,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_timeline() -> list[TimelineSource]:
    """Add entries to the streams of records: what happened, the newest first.

    When called: once per application, on every installed module; ``read`` is called for each page of a stream that is
        shown, for users with the source's permission, while the module is on.
    Returns: a list of TimelineSource.
    Order: entries by moment; sources in the filter and slots of the composer by weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_timeline() -> list[TimelineSource]:
            return [
                TimelineSource(
                    name="visits",
                    title=_("Visits"),
                    icon="walk",
                    permission="crm_visits.view",
                    read=read_visits,
                    tells=("crm_visits.visit",),
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_mail_templates() -> list[MailTemplate]:
    """Bring the words of the mails that the module sends; each company may change them for each language.

    When called: once per application, on every installed module; ``kartoteka.api.work.send_mail`` names one of them.
    Returns: a list of MailTemplate; every placeholder of its words is described and has a sample.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_mail_templates() -> list[MailTemplate]:
            return [
                MailTemplate(
                    name="visit_planned",
                    title=_("Visit planned"),
                    subject=_("We come on {day}"),
                    body=_("Dear {client_name}, we visit you on {day}."),
                    placeholders={"client_name": _("Name of the client"), "day": _("Day of the visit")},
                    sample={"client_name": "UAB Langai", "day": date(2026, 3, 2)},
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_directories() -> list[Directory]:
    """Add lists of words that the company extends itself.

    When called: once per application, on every installed module; ``start`` when somebody asks for the entries that a
        directory begins with.
    Returns: a list of Directory.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_directories() -> list[Directory]:
            return [
                Directory(
                    name="purposes",
                    title=_("Purposes of visits"),
                    entry_title=_("Purpose of a visit"),
                    coloured=True,
                    start=first_purposes,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_jobs() -> list[Job]:
    """Add work that is done in the background, in steps.

    When called: once per application, on every installed module; ``run`` is called by a worker for each step of a job
        that somebody asked for, while the module is on. Jobs of a module that is off wait.
    Returns: a list of Job; a job is asked for by its key, ``module.name``.
    Order: weight, module, name; jobs are done in the order in which they are due.
    Since: 1.0
    Example::

        @hookimpl
        def register_jobs() -> list[Job]:
            return [Job(name="forget_old_visits", title=_("Forget old visits"), run=forget_old_visits)]
    """
    raise NotImplementedError


@hookspec
def register_schedules() -> list[Schedule]:
    """Say when jobs of the module are done by themselves.

    When called: once per application, on every installed module; schedules of a module that is off are skipped.
    Returns: a list of Schedule, each with the key of a job of the same module.
    Order: weight, module, job; however many workers there are, each moment of a schedule makes one job.
    Since: 1.0
    Example::

        @hookimpl
        def register_schedules() -> list[Schedule]:
            return [Schedule(job="crm_visits.forget_old_visits", cron="30 3 * * *", title=_("Every night"))]
    """
    raise NotImplementedError


@hookspec
def register_import_targets() -> list[ImportTarget]:
    """Say what lines of a CSV or XLSX file can become.

    When called: once per application, on every installed module; ``match`` and ``write`` run per 500 lines, first in a
        dry run and then in the background, with the rights of the user who imports.
    Returns: a list of ImportTarget.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_import_targets() -> list[ImportTarget]:
            return [
                ImportTarget(
                    name="visits",
                    title=_("Visits"),
                    permission="crm_visits.view",
                    kind="crm_visits.visit",
                    columns=COLUMNS,
                    match=match_visits,
                    write=write_visits,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_api_resources() -> list[ApiResource]:
    """Offer records to other programs: a website, an e-shop, an accounting program.

    When called: once per application, on every installed module; what a resource does is done with the rights of the
        user whose API key a program has.
    Returns: a list of ApiResource; addresses are ``/api/v1/<module>/<name>``.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_api_resources() -> list[ApiResource]:
            return [
                ApiResource(
                    name="visits",
                    title=_("Visits"),
                    kind="crm_visits.visit",
                    create=create_visit,
                    change=change_visit,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_commands() -> list[click.Command]:
    """Add commands for the command line, run as ``kartoteka <module> <command>``.

    When called: once, when the command line starts, on every installed module.
    Returns: a list of click commands.
    Order: module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_commands() -> list[click.Command]:
            return [count_visits_command]
    """
    raise NotImplementedError


# --- Questions: asked while people work ------------------------------------------------------------------------------


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


# --- Steps: inside the caller's transaction; an exception stops everything -------------------------------------------


@hookspec
def merge_clients(session: Session, kept_id: int, merged_ids: Sequence[int]) -> None:
    """Do what merging clients takes beyond moving the module's rows to the kept client.

    When called: inside the transaction of a merge, after all rows were moved and the kept client has its values; on all
        installed modules, switched off or not, because their rows are moved too.
    Returns: nothing; what the module changes through the journal is undone together with the merge.
    Order: modules after those they require, then by name.
    Since: 1.0
    Example::

        @hookimpl
        def merge_clients(session: Session, kept_id: int, merged_ids: Sequence[int]) -> None:
            visits = session.scalars(select(Visit.id).where(Visit.client_id == kept_id, Visit.is_next))
            update_rows(session, Visit, dict.fromkeys(visits.all()[1:], {"is_next": False}))
    """
    raise NotImplementedError


@hookspec
def export_client(session: Session, client_ids: Sequence[int]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Add to the file of everything that is kept about a client.

    When called: when somebody gives out a client's data, on all installed modules, switched off or not; the rows that
        `register_client_references` and `register_personal_data` name are in the file already. The clients are one
        and those that were merged into it.
    Returns: lists of plain values by what they are called; an empty dictionary when there is nothing to add.
    Order: by module; a module that raises stops the export.
    Since: 1.0
    Example::

        @hookimpl
        def export_client(session: Session, client_ids: Sequence[int]) -> Mapping[str, Sequence[Mapping[str, Any]]]:
            return {"visits asked for": [{"clients": list(client_ids), "asked": True}]}
    """
    raise NotImplementedError


@hookspec
def erase_client(session: Session, client_ids: Sequence[int], words: Sequence[str]) -> None:
    """Erase what only the module itself can find of a client: files that wait, copies, what other programs keep.

    When called: while a client's personal data is erased, in the same transaction, on all installed modules, switched
        off or not; the columns that `register_personal_data` names are blank by then. ``words`` are the full names,
        e-mail addresses, numbers and codes that stood there.
    Returns: nothing; a module that raises stops the erasure.
    Order: in the order of loading: modules after those they require.
    Since: 1.0
    Example::

        @hookimpl
        def erase_client(session: Session, client_ids: Sequence[int], words: Sequence[str]) -> None:
            session.info.setdefault("erased visits", []).extend(client_ids)
    """
    raise NotImplementedError


@hookspec
def load_demo(session: Session, size: int) -> None:
    """Add the module's part to the demo company.

    When called: by ``kartoteka demo``, inside its transaction, on active modules.
    Returns: nothing; the same size gives the same data every time.
    Order: modules after those they require, then by name, so that the clients are already there.
    Since: 1.0
    Example::

        @hookimpl
        def load_demo(session: Session, size: int) -> None:
            session.add(Visit(client_id=1, place="Vilnius"))
    """
    raise NotImplementedError
