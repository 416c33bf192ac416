"""The declarations a module may hand over."""

from kartoteka.extension.company_fields import FieldsOf, fields_here
from kartoteka.extension.declarations.access import Module, Permission, RoleTemplate
from kartoteka.extension.declarations.analysis import ClientSegment, TurnoverSource
from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.channels import Channel, Telling
from kartoteka.extension.declarations.companies import CompanySuggestion
from kartoteka.extension.declarations.confidential import may_be_confidential
from kartoteka.extension.declarations.custom import CustomField
from kartoteka.extension.declarations.data import (
    Choice,
    ClientReference,
    Colour,
    Field,
    FieldType,
    PersonalData,
    RecordKind,
    SearchText,
    keep_choices,
)
from kartoteka.extension.declarations.dav import DavCollection, DavItem, DavObject, DavSpan
from kartoteka.extension.declarations.directories import Directory, StartEntry
from kartoteka.extension.declarations.documents import DocumentContent, DocumentLink, DocumentType, Series
from kartoteka.extension.declarations.health import ClientTrait, HealthCheck, HealthFinding
from kartoteka.extension.declarations.importing import (
    Fate,
    ImportKey,
    ImportOutcome,
    ImportRow,
    ImportRun,
    ImportTarget,
)
from kartoteka.extension.declarations.lists import ListLink
from kartoteka.extension.declarations.mail import MailTemplate
from kartoteka.extension.declarations.notices import ClientNotice
from kartoteka.extension.declarations.people import ClientPerson, PlannedContact
from kartoteka.extension.declarations.rest import ApiContent, ApiResource, OpenFile, SentFile
from kartoteka.extension.declarations.sales import CatalogueItem, ClientBalance, ClientTerms, SaleObjection
from kartoteka.extension.declarations.scopes import OwnedBy, OwnedByClient, OwnedByClientOr, Public, SystemOnly
from kartoteka.extension.declarations.timeline import Composer, StreamPart, TimelineEntry, TimelineSource
from kartoteka.extension.declarations.ui import (
    CARD_MAIN,
    CARD_SIDE,
    CLIENT_LIST,
    Badge,
    BadgeValue,
    Beginning,
    Column,
    Filter,
    MenuItem,
    Panel,
    Tab,
    Widget,
)
from kartoteka.extension.declarations.work import (
    EVERY_KIND,
    Action,
    ClientStep,
    DuplicateHit,
    DuplicateProbe,
    Job,
    NotificationType,
    Outcome,
    Report,
    ReportChart,
    ReportColumn,
    RunningJob,
    Schedule,
)

__all__ = [
    "CARD_MAIN",
    "CARD_SIDE",
    "CLIENT_LIST",
    "EVERY_KIND",
    "Action",
    "ApiContent",
    "ApiResource",
    "Badge",
    "BadgeValue",
    "Beginning",
    "CatalogueItem",
    "Channel",
    "Choice",
    "ClientBalance",
    "ClientNotice",
    "ClientPerson",
    "ClientReference",
    "ClientSegment",
    "ClientStep",
    "ClientTerms",
    "ClientTrait",
    "Colour",
    "Column",
    "CompanySuggestion",
    "Composer",
    "CustomField",
    "DavCollection",
    "DavItem",
    "DavObject",
    "DavSpan",
    "Declaration",
    "Directory",
    "DocumentContent",
    "DocumentLink",
    "DocumentType",
    "DuplicateHit",
    "DuplicateProbe",
    "Fate",
    "Field",
    "FieldType",
    "FieldsOf",
    "Filter",
    "HealthCheck",
    "HealthFinding",
    "ImportKey",
    "ImportOutcome",
    "ImportRow",
    "ImportRun",
    "ImportTarget",
    "Job",
    "ListLink",
    "MailTemplate",
    "MenuItem",
    "Module",
    "NotificationType",
    "OpenFile",
    "Outcome",
    "OwnedBy",
    "OwnedByClient",
    "OwnedByClientOr",
    "Panel",
    "Permission",
    "PersonalData",
    "PlannedContact",
    "Public",
    "RecordKind",
    "Report",
    "ReportChart",
    "ReportColumn",
    "RoleTemplate",
    "RunningJob",
    "SaleObjection",
    "Schedule",
    "SearchText",
    "SentFile",
    "Series",
    "StartEntry",
    "StreamPart",
    "SystemOnly",
    "Tab",
    "Telling",
    "TimelineEntry",
    "TimelineSource",
    "TurnoverSource",
    "Widget",
    "fields_here",
    "keep_choices",
    "may_be_confidential",
]
