"""Names of rights and kinds, and the fields of a note, described once."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldType
from kartoteka.api.texts import Texts

_ = Texts("[[ name ]]")

NOTE = "[[ name ]].note"
VIEW = "[[ name ]].view"
WRITE = "[[ name ]].write"

FIELDS = (
    Field(name="day", title=_("Day"), type=FieldType.DATE, required=True),
    Field(name="subject", title=_("Subject"), type=FieldType.LINE, personal=True, searchable=True, required=True),
    Field(name="details", title=_("Details"), type=FieldType.BLOCK, personal=True, searchable=True),
)
