"""The declarations a module may hand over."""

from kartoteka.extension.declarations.access import Module, Permission, RoleTemplate
from kartoteka.extension.declarations.base import Declaration
from kartoteka.extension.declarations.data import (
    Choice,
    ClientReference,
    Colour,
    Field,
    FieldType,
    PersonalData,
    RecordKind,
    SearchText,
)
from kartoteka.extension.declarations.scopes import OwnedBy, OwnedByClient, Public, SystemOnly
from kartoteka.extension.declarations.ui import (
    CARD_MAIN,
    CARD_SIDE,
    CLIENT_LIST,
    Badge,
    BadgeValue,
    Column,
    Filter,
    MenuItem,
    Panel,
    Tab,
)
from kartoteka.extension.declarations.work import (
    Action,
    DuplicateHit,
    DuplicateProbe,
    Outcome,
    Report,
    ReportChart,
    ReportColumn,
)

__all__ = [
    "CARD_MAIN",
    "CARD_SIDE",
    "CLIENT_LIST",
    "Action",
    "Badge",
    "BadgeValue",
    "Choice",
    "ClientReference",
    "Colour",
    "Column",
    "Declaration",
    "DuplicateHit",
    "DuplicateProbe",
    "Field",
    "FieldType",
    "Filter",
    "MenuItem",
    "Module",
    "Outcome",
    "OwnedBy",
    "OwnedByClient",
    "Panel",
    "Permission",
    "PersonalData",
    "Public",
    "RecordKind",
    "Report",
    "ReportChart",
    "ReportColumn",
    "RoleTemplate",
    "SearchText",
    "SystemOnly",
    "Tab",
]
