"""The fields of what the company chooses, and the right to choose."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldType, Permission
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import KIND_CHOICES, ROLE_CHOICES

_ = Texts("crm_clients")

ADDRESSING = "crm_clients.addressing"
MANAGE = "crm_clients.manage_addressing"

ADDRESSING_FIELDS = (
    Field(name="topic", title=_("Document or e-mail"), type=FieldType.LINE, required=True),
    Field(name="role", title=_("Goes to the contact for"), type=FieldType.CHOICE, choices=ROLE_CHOICES),
    Field(name="address_kind", title=_("Address on it"), type=FieldType.CHOICE, choices=KIND_CHOICES),
)
PERMISSIONS = [
    Permission(
        name=MANAGE,
        title=_("Choose recipients of documents"),
        description=_("Say to which contact and which address each kind of document and e-mail goes."),
        record_kind=ADDRESSING,
        weight=60,
    )
]
