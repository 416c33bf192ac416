"""The fields of positions and relations, described once."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldType, may_be_confidential
from kartoteka.api.directories import directory_choices, known_entries
from kartoteka.api.texts import Texts

_ = Texts("crm_clients")

POSITION = "crm_clients.position"
RELATION = "crm_clients.relation"
POSITIONS = "crm_clients.positions"
RELATIONS = "crm_clients.relations"
TAB = "crm_clients.related"

_POSITION_FIELDS = (
    Field(name="contact_id", title=_("Contact person"), type=FieldType.RECORD),
    Field(name="person_id", title=_("Natural person"), type=FieldType.RECORD),
    Field(
        name="role_id",
        title=_("Position"),
        type=FieldType.CHOICE,
        choices=directory_choices(POSITIONS),
        known_choices=known_entries(POSITIONS),
    ),
    Field(
        name="is_signatory",
        title=_("Authorised signatory"),
        type=FieldType.YES_NO,
        help=_("May sign for the client, as long as the position is held."),
    ),
    Field(name="since", title=_("First day"), type=FieldType.DATE),
    Field(name="until", title=_("Last day"), type=FieldType.DATE, help=_("Empty as long as nobody knows.")),
    Field(
        name="notes",
        title=_("Notes"),
        type=FieldType.LINE,
        personal=True,
        help=_("For example what the right to sign rests on: articles of association, a power of attorney."),
    ),
)
_RELATION_FIELDS = (
    Field(name="related_id", title=_("Related client"), type=FieldType.RECORD, required=True),
    Field(
        name="kind_id",
        title=_("The related client is"),
        type=FieldType.CHOICE,
        choices=directory_choices(RELATIONS),
        known_choices=known_entries(RELATIONS),
    ),
    Field(
        name="reverse_id",
        title=_("And this client is to it"),
        type=FieldType.CHOICE,
        choices=directory_choices(RELATIONS),
        known_choices=known_entries(RELATIONS),
        help=_("If empty, the matching relation is used: head office for a branch, parent company for a subsidiary."),
    ),
    Field(name="notes", title=_("Notes"), type=FieldType.LINE, personal=True),
)

# What a record goes by, and what is reckoned with, such as who may sign today, is not kept from anybody.
POSITION_FIELDS = may_be_confidential(
    POSITION, _POSITION_FIELDS, never={"contact_id", "person_id", "role_id", "is_signatory", "since", "until"}
)
RELATION_FIELDS = may_be_confidential(RELATION, _RELATION_FIELDS, never={"kind_id", "reverse_id"})
