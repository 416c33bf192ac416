"""Declarations: for the services that modules share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kartoteka.extension.version import hookspec

if TYPE_CHECKING:
    from kartoteka.extension.declarations.analysis import TurnoverSource
    from kartoteka.extension.declarations.channels import Channel
    from kartoteka.extension.declarations.dav import DavCollection
    from kartoteka.extension.declarations.directories import Directory
    from kartoteka.extension.declarations.documents import DocumentType
    from kartoteka.extension.declarations.importing import ImportTarget
    from kartoteka.extension.declarations.mail import MailTemplate
    from kartoteka.extension.declarations.rest import ApiResource
    from kartoteka.extension.declarations.timeline import TimelineSource
    from kartoteka.extension.declarations.work import NotificationType


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
def register_turnover_sources() -> list[TurnoverSource]:
    """Say what clients have bought, for everything that weighs clients: classes, dormant clients, segments.

    When called: once per application, on every installed module; ``rows`` when clients are classified or dormant ones
        looked for.
    Returns: a list of TurnoverSource; the company chooses one of all that there are.
    Order: weight, module, name; the first one counts until the company chooses.
    Since: 1.0
    Example::

        @hookimpl
        def register_turnover_sources() -> list[TurnoverSource]:
            return [
                TurnoverSource(
                    name="visits",
                    title=_("What visits brought in"),
                    permission="crm_visits.view",
                    rows=turnover_of_visits,
                )
            ]
    """
    raise NotImplementedError


@hookspec
def register_dav_collections() -> list[DavCollection]:
    """Offer calendars and lists of tasks to other programs: Thunderbird, Outlook, telephones (CalDAV, RFC 4791).

    When called: once per application, on every installed module; ``items`` and ``read`` when a program of a user looks
        into the collection, ``write`` and ``delete`` when it changes something, with the rights of the user whose app
        password it shows, while the module is on.
    Returns: a list of DavCollection; addresses are ``/caldav/calendars/<user>/<module>.<name>/``.
    Order: weight, module, name.
    Since: 1.0
    Example::

        @hookimpl
        def register_dav_collections() -> list[DavCollection]:
            return [
                DavCollection(
                    name="visits",
                    title=_("Visits"),
                    component="VEVENT",
                    permission="crm_visits.view",
                    items=list_visits,
                    read=read_visits,
                )
            ]
    """
    raise NotImplementedError
