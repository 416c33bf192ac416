"""Report of contracts by their validity (CORE-24)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kartoteka.api.db import Session
from kartoteka.api.declare import FieldType, Report, ReportChart, ReportColumn
from kartoteka.api.forms import ChoiceField, PeriodForm
from kartoteka.api.texts import Texts
from kartoteka.api.users import user_names
from kartoteka.api.web import today
from kartoteka_crm_clients.contracts import queries
from kartoteka_crm_clients.contracts.fields import CONTRACT, VIEW_CONTRACTS
from kartoteka_crm_clients.contracts.rules import Standing

_ = Texts("crm_clients")

VALID_IN, ENDING_IN = "valid", "ending"
_TITLES = {Standing.VALID: _("Valid"), Standing.COMING: _("Not valid yet"), Standing.EXPIRED: _("Expired")}
_ORDER = list(_TITLES)


class ContractsForm(PeriodForm):
    """Contracts that are valid on some day of a period, or that end in it."""

    which = ChoiceField(
        _("Contracts"),
        choices=((VALID_IN, _("Valid in the period")), (ENDING_IN, _("Ending in the period"))),
        empty=None,
        default=VALID_IN,
    )


def list_contracts(session: Session, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the contracts by whether they are valid today, those that end first before the others; two statements."""
    day = today()
    found = queries.contracts_in(session, params["period"], day, ends=params.get("which") == ENDING_IN)
    managers = user_names(session, sorted({one.manager_id for one in found if one.manager_id}))
    for one in sorted(found, key=lambda one: _ORDER.index(one.listed.standing)):
        contract = one.listed.contract
        yield {
            "standing": _TITLES[one.listed.standing],
            "number": contract.number,
            "client": one.client,
            "title": contract.title,
            "kind": one.listed.kind,
            "since": contract.since,
            "until": contract.until,
            "left": (contract.until - day).days if contract.until and contract.until >= day else None,
            "manager": managers.get(one.manager_id or 0, ""),
            "id": contract.id,
            "client_id": contract.client_id,
        }


def _contract_url(row: Mapping[str, Any]) -> str:
    return queries.contract_url(row["id"])


def _client_url(row: Mapping[str, Any]) -> str:
    return f"/crm_clients/clients/{row['client_id']}/contracts"


REPORTS = [
    Report(
        name="contracts",
        title=_("Contracts by validity"),
        description=_("Contracts that are valid or end in a period, those that end first before the others."),
        permission=VIEW_CONTRACTS,
        params=ContractsForm,
        columns=(
            ReportColumn("standing", _("Today"), FieldType.LINE),
            ReportColumn("number", _("Number"), FieldType.CODE, link=_contract_url),
            ReportColumn("client", _("Client"), FieldType.LINE, link=_client_url),
            ReportColumn("title", _("Subject"), FieldType.LINE),
            ReportColumn("kind", _("Kind"), FieldType.CHOICE),
            ReportColumn("since", _("Valid from"), FieldType.DATE),
            ReportColumn("until", _("Valid to"), FieldType.DATE),
            ReportColumn("left", _("Days left"), FieldType.INTEGER, total=False),
            ReportColumn("manager", _("Manager"), FieldType.USER),
        ),
        rows=list_contracts,
        chart=ReportChart("pie", "standing"),
        group="standing",
        kinds=(CONTRACT,),
    )
]
