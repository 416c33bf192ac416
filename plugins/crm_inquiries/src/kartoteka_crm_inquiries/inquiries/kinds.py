"""What inquiries are to the program."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldType, OwnedBy, OwnedByClientOr, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.inquiries import queries
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.naming import EDIT, INQUIRY, VIEW

_ = Texts("crm_inquiries")

INQUIRY_FIELDS = (
    Field(name="number", title=_("Number"), type=FieldType.CODE, searchable=True),
    Field(name="subject", title=_("Subject"), type=FieldType.LINE, required=True, searchable=True, personal=True),
)

KINDS = [
    RecordKind(
        kind=INQUIRY,
        title=_("Inquiry"),
        plural_title=_("Inquiries"),
        icon="message-question",
        model=Inquiry,
        permission=VIEW,
        scope=OwnedByClientOr(others=OwnedBy("manager_id")),
        client_column="client_id",
        owner_columns=("manager_id",),
        change_permission=EDIT,
        fields=INQUIRY_FIELDS,
        summarise=queries.summarise_inquiries,
        url=queries.inquiry_url,
    ),
]
