"""What processes and stages are to the program."""

from __future__ import annotations

from kartoteka.api.declare import Field, FieldType, Public, RecordKind
from kartoteka.api.texts import Texts
from kartoteka_crm_inquiries.naming import MANAGE_PROCESSES, PROCESS, STAGE, VIEW
from kartoteka_crm_inquiries.processes import queries
from kartoteka_crm_inquiries.processes.models import Process, Stage

_ = Texts("crm_inquiries")

PROCESS_FIELDS = (
    Field(name="name", title=_("Name"), type=FieldType.LINE, required=True),
    Field(name="position", title=_("Order"), type=FieldType.INTEGER),
)
STAGE_FIELDS = (*PROCESS_FIELDS, Field(name="probability", title=_("Probability, %"), type=FieldType.INTEGER))

KINDS = [
    RecordKind(
        kind=PROCESS,
        title=_("Sales process"),
        plural_title=_("Sales processes"),
        icon="route",
        model=Process,
        permission=VIEW,
        scope=Public(),
        change_permission=MANAGE_PROCESSES,
        fields=PROCESS_FIELDS,
        summarise=queries.summarise_processes,
        url=queries.process_url,
    ),
    RecordKind(
        kind=STAGE,
        title=_("Stage"),
        plural_title=_("Stages"),
        icon="columns",
        model=Stage,
        permission=VIEW,
        scope=Public(),
        change_permission=MANAGE_PROCESSES,
        fields=STAGE_FIELDS,
        summarise=queries.summarise_stages,
        url=queries.stage_url,
    ),
]
