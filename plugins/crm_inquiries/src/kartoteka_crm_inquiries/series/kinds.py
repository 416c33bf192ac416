"""What series are to the program."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldType, OwnedBy, OwnedByClientOr, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import EDIT_ACTIVITIES, SERIES, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.series import queries
from kartoteka_crm_inquiries.series.models import Series
from kartoteka_crm_inquiries.series.wording import rule_in_words

_ = Texts("crm_inquiries")

FIELDS = (
    Field(name="rule", title=_("Repeats"), type=FieldType.LINE, words=rule_in_words),
    Field(name="starts_at", title=_("Starts"), type=FieldType.DATETIME),
)
KINDS = [
    RecordKind(
        kind=SERIES,
        title=_("Series"),
        plural_title=_("Series"),
        icon="repeat",
        model=Series,
        permission=VIEW_ACTIVITIES,
        scope=OwnedByClientOr(others=OwnedBy("owner_id")),
        client_column="client_id",
        owner_columns=("owner_id",),
        change_permission=EDIT_ACTIVITIES,
        fields=FIELDS,
        summarise=queries.summarise_series,
        url=queries.series_url,
    ),
]
