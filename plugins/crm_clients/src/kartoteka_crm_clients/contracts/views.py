"""Pages of contracts: the tab of the client card, the contract with its file and its terms, and the form."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client
from kartoteka.api.db import find, reading, transaction
from kartoteka.api.errors import InvalidInput, NotFound, Problem
from kartoteka.api.forms import LARGEST_FORM, save_form
from kartoteka.api.records import RecordRef
from kartoteka.api.texts import Texts
from kartoteka.api.values import own_facts_of
from kartoteka.api.web import render_card, require, stream_page, takes_files, toast, today, visitor
from kartoteka.api.work import files_of_record, store_file
from kartoteka_crm_clients.blueprint import blueprint
from kartoteka_crm_clients.contracts import queries, service
from kartoteka_crm_clients.contracts.fields import CONTRACT, EDIT_CONTRACTS, TAB, VIEW_CONTRACTS
from kartoteka_crm_clients.contracts.forms import ContractForm
from kartoteka_crm_clients.contracts.models import Contract

_ = Texts("crm_clients")

SEE_FILES, ADD_FILES = "files.view", "files.add"
Answer = str | Response | tuple[str, int]


@blueprint.get("/clients/<int:record_id>/contracts")
@require(VIEW_CONTRACTS)
def show_contracts(record_id: int) -> Answer:
    """List the contracts with a client; ``archived`` shows those put away."""
    archived = "archived" in request.args
    with reading() as session:
        find(session, Client, record_id)
        contracts = queries.contracts_of(session, record_id, today(), archived=archived)
    return _render("contracts.html", record_id, contracts=contracts, archived=archived)


@blueprint.route("/clients/<int:record_id>/contracts/new", methods=["GET", "POST"])
@require(EDIT_CONTRACTS)
@takes_files(LARGEST_FORM)
def new_contract(record_id: int) -> Answer:
    """Add a contract with a client."""
    form = ContractForm.open_form()
    with reading() as session:
        find(session, Client, record_id)
    form.fill({"signed_on": today(), "since": today()})
    if form.validate_on_submit():
        saved = save_form(
            form, _("Contract added"), lambda session: service.add_contract(session, record_id, form.values())
        )
        if saved is not None:
            toast(_("Contract %(number)s is saved.", number=saved.number))
            return redirect(url_for("crm_clients.show_contract", record_id=saved.id))
    return _show_form(record_id, form, None)


@blueprint.route("/contracts/<int:record_id>", methods=["GET", "POST"])
@require(VIEW_CONTRACTS)
def show_contract(record_id: int) -> Answer:
    """Show a contract with its terms, its files and what happened to it."""
    ref = RecordRef(CONTRACT, record_id)
    with reading() as session:
        listed = queries.contract_of(session, record_id, today())
        if listed is None:
            raise NotFound
        files = files_of_record(session, ref) if visitor().can(SEE_FILES) else []
        own = own_facts_of(session, CONTRACT, [listed.contract])[0]
    contract = listed.contract
    return stream_page(
        ref,
        lambda stream: _render(
            "contract.html", contract.client_id, listed=listed, contract=contract, files=files, own=own, stream=stream
        ),
    )


@blueprint.post("/contracts/<int:record_id>/file")
@require(VIEW_CONTRACTS, SEE_FILES, ADD_FILES)
def add_contract_file(record_id: int) -> Answer:
    """Put the file of a contract into the register of documents."""
    with reading() as session:
        find(session, Contract, record_id)
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise InvalidInput({"file": _("Choose a file first.")})
        with transaction(_("File of a contract added")) as session:
            about = RecordRef(CONTRACT, record_id)
            stored = store_file(session, upload.stream, upload.filename, about=about, kind="contract")
            name = stored.title
    except Problem as problem:
        toast(problem.message if not isinstance(problem, InvalidInput) else _first(problem), kind="error")
    else:
        toast(_("“%(name)s” is in the register of documents.", name=name))
    return redirect(url_for("crm_clients.show_contract", record_id=record_id))


@blueprint.route("/contracts/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT_CONTRACTS)
@takes_files(LARGEST_FORM)
def edit_contract(record_id: int) -> Answer:
    """Change a contract; what somebody else saved meanwhile is merged or shown beside (X-30)."""
    form = ContractForm.open_form()
    with reading() as session:
        contract = find(session, Contract, record_id)
    form.fill(contract)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Contract changed"),
            lambda session: service.change_contract(session, record_id, form.values(), form.version_number),
            contract.version,
        )
        if saved is not None:
            toast(_("Contract %(number)s is saved.", number=saved.number))
            return redirect(url_for("crm_clients.show_contract", record_id=record_id))
    return _show_form(contract.client_id, form, contract)


@blueprint.post("/contracts/<int:record_id>/archive")
@require(EDIT_CONTRACTS)
def archive_contract(record_id: int) -> Answer:
    """Put a contract away."""
    with transaction(_("Contract archived")) as session:
        contract = service.archive_contract(session, record_id)
    undo = url_for("crm_clients.restore_contract", record_id=record_id)
    toast(_("Contract %(number)s is archived.", number=contract.number), undo=undo)
    return redirect(url_for("crm_clients.show_contracts", record_id=contract.client_id))


@blueprint.post("/contracts/<int:record_id>/restore")
@require(EDIT_CONTRACTS)
def restore_contract(record_id: int) -> Answer:
    """Take a contract out of the archive."""
    with transaction(_("Contract restored")) as session:
        contract = service.restore_contract(session, record_id)
    toast(_("Contract %(number)s is back.", number=contract.number))
    return redirect(url_for("crm_clients.show_contracts", record_id=contract.client_id))


def _first(problem: InvalidInput) -> Any:
    return next(iter(problem.errors.values()))


def _show_form(client_id: int, form: ContractForm, contract: Contract | None) -> Answer:
    back = url_for("crm_clients.show_contracts", record_id=client_id)
    page = _render("contract_form.html", client_id, form=form, contract=contract, cancel_url=back)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422


def _render(template: str, client_id: int, **context: Any) -> str:
    return render_card(f"crm_clients/contracts/{template}", client_id, tab=TAB, **context)
