"""The fields of segments, and the right to make them."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldType
from kartoteka.api.texts import Texts

_ = Texts("crm_clients")

SEGMENT = "crm_clients.segment"
SEGMENTS = "crm_clients.segments"

SEGMENT_FIELDS = (
    Field(name="name", title=_("Name"), type=FieldType.LINE, required=True, searchable=True),
    Field(name="notes", title=_("What it is for"), type=FieldType.LINE),
    Field(
        name="is_fixed",
        title=_("Fixed list"),
        type=FieldType.YES_NO,
        help=_("A fixed list holds the clients you put into it. A live one finds its clients anew each time."),
    ),
    Field(name="is_shared", title=_("For everybody"), type=FieldType.YES_NO),
    Field(name="owner", title=_("Owner"), type=FieldType.USER, column="owner_id"),
)
