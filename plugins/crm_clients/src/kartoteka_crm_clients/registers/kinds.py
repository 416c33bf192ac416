"""The record kind of differences."""

from __future__ import annotations

from kartoteka.api.declare import OwnedByClient, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_clients.fields import EDIT, VIEW
from kartoteka_crm_clients.registers import queries
from kartoteka_crm_clients.registers.fields import DIFFERENCE, DIFFERENCE_FIELDS
from kartoteka_crm_clients.registers.models import RegisterDifference

_ = Texts("crm_clients")

KINDS = [
    RecordKind(
        kind=DIFFERENCE,
        title=_("Register difference"),
        plural_title=_("Register differences"),
        icon="arrows-exchange",
        model=RegisterDifference,
        permission=VIEW,
        scope=OwnedByClient(),
        client_column="client_id",
        change_permission=EDIT,
        fields=DIFFERENCE_FIELDS,
        summarise=queries.summarise_differences,
        url=queries.difference_url,
    )
]
