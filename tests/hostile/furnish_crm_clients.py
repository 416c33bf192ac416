"""The rooms of the clients module in the furnished company: one record of each kind."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from kartoteka.builtin.dashboard.boxes import layout_of
from kartoteka.builtin.directories.service import add_entry
from kartoteka.builtin.documents.models import DocumentPrint
from kartoteka.builtin.documents.service import issue_document
from kartoteka.builtin.reports.service import plan_report
from kartoteka.db.blobs import put_bytes
from kartoteka.db.clock import utc_now
from kartoteka.db.session import Session
from kartoteka.vocabulary.record import RecordRef
from kartoteka_crm_clients.classes.service import enter_turnover
from kartoteka_crm_clients.contracts.service import add_contract
from kartoteka_crm_clients.marketing.service import set_marketing
from kartoteka_crm_clients.registers.models import RegisterDifference, RegisterLoad
from kartoteka_crm_clients.relations.service import add_position, add_relation
from kartoteka_crm_clients.segments.service import add_segment, set_group
from kartoteka_crm_clients.service import add_address, add_contact
from kartoteka_crm_clients.stages.service import set_stage
from kartoteka_crm_clients.terms.service import set_terms


def furnish(session: Session, ids: dict[str, int], said: dict[str, str], admin: int) -> None:
    """Enter all that the module keeps of a client, a document and a planned report."""
    for furnish_with in (_card, _rooms, _weigh):
        furnish_with(session, ids, said)
    ids["document"] = issue_document(session, "crm_clients.client_sheet", RecordRef("clients.client", ids["client"])).id
    ids["print"] = _print(session, admin)
    ids["plan"] = _plan(session)
    # The box is the birthdays, which have something to choose.
    ids["box"] = next(one.id for one in layout_of(session, {}) if one.widget == "crm_clients.birthdays")


def _card(session: Session, ids: dict[str, int], said: dict[str, str]) -> None:
    """Enter people, places, terms and contracts of the client."""
    born = utc_now().date() - timedelta(days=365 * 30)
    contact = {"first_name": said["contact"], "surname": said["contact"], "role": "director", "birthday": born}
    ids["contact"] = add_contact(session, ids["client"], contact).id
    ids["address"] = add_address(session, ids["client"], {"city": said["city"], "street": said["city"]}).id
    ids["terms"] = set_terms(session, ids["client"], {"is_blocked": True, "block_reason": said["contact"]}).id
    ids["position"] = add_position(session, ids["client"], {"contact_id": ids["contact"]}).id
    ids["relation"] = add_relation(session, ids["client"], {"related_id": ids["other"]}).id
    ids["contract"] = add_contract(session, ids["client"], {"number": said["city"], "terms": said["contact"]}).id


def _rooms(session: Session, ids: dict[str, int], said: dict[str, str]) -> None:
    """Let the client have a stage and differences from a register."""
    stage_id = add_entry(session, "crm_clients.stages", {"name": said["city"]}).id
    stage = set_stage(session, ids["client"], stage_id, None, today=utc_now().date())
    ids["stage"] = stage.id if stage else 0
    load = RegisterLoad(country="LT", filename=f"{said['city']}.csv", digest="x")
    differs = {"what": "name", "ours": said["client"], "theirs": said["city"], "found_on": utc_now().date()}
    difference = RegisterDifference(client_id=ids["client"], company_id=1, **differs)
    session.add_all([load, difference])
    session.flush()
    ids["register_load"], ids["register_difference"] = load.id, difference.id


def _weigh(session: Session, ids: dict[str, int], said: dict[str, str]) -> None:
    """Let the client have turnover, marketing data and a segment that finds it."""
    ids["turnover"] = enter_turnover(session, ids["client"], date(2026, 1, 31), Decimal(100)).id
    size = add_entry(session, "crm_clients.sizes", {"name": said["city"]}).id
    marketing = set_marketing(session, ids["client"], {"size": size})
    assert marketing is not None
    ids["marketing"] = marketing.id
    ids["segment"] = add_segment(session, {"name": said["city"], "is_shared": True}).id
    set_group(session, ids["segment"], 1, "country=LT")


def _print(session: Session, user_id: int) -> int:
    blob = put_bytes(session.database.blobs, b"%PDF-1.7").digest
    made = DocumentPrint(user_id=user_id, type="crm_clients.client_sheet", number=1, blob=blob)
    session.add(made)
    session.flush()
    return made.id


def _plan(session: Session) -> int:
    when = {"every": "week", "hour": 7, "zone": ZoneInfo("Europe/Vilnius")}
    return plan_report(session, "crm_clients.birthdays", {}, file="pdf", address="ona@langai.lt", **when).id
