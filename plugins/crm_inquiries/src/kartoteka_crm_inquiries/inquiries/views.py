"""Pages of inquiries, orders and tenders: the list, the form of new ones, the page and the form of a known one."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import EXPORT, Client, client_people
from kartoteka.api.db import Session, find, find_or_none, reading, transaction, utc_now
from kartoteka.api.declare import CARD_MAIN, CARD_SIDE, ClientPerson
from kartoteka.api.errors import InvalidInput, NotFound, Problem
from kartoteka.api.forms import save_form
from kartoteka.api.lists import choose_columns, export_list, show_filters, show_list
from kartoteka.api.mail import InboxMail
from kartoteka.api.records import RecordRef
from kartoteka.api.sales import has_catalogue
from kartoteka.api.texts import Texts
from kartoteka.api.users import set_preference
from kartoteka.api.web import (
    asked_id,
    current_formats,
    describe_all,
    is_fragment,
    record_actions,
    render,
    render_panels,
    require,
    stream_page,
    toast,
    visitor,
)
from kartoteka.api.work import files_of_record, store_file
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.inquiries import queries, service
from kartoteka_crm_inquiries.inquiries.asking import Asker, asked, must_choose, must_read, offer_clients
from kartoteka_crm_inquiries.inquiries.fact_views import page_facts
from kartoteka_crm_inquiries.inquiries.forms import ChangeForm, RegisterForm, change_lines, sent_lines
from kartoteka_crm_inquiries.inquiries.from_mail import asked_mail, begun_by, client_of_mail, origin_of, settle_mail
from kartoteka_crm_inquiries.inquiries.listing import INQUIRY_LIST
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.inquiries.rules import INQUIRY_SORT, ORDER_SORT, TENDER_SORT, days_still
from kartoteka_crm_inquiries.inquiries.selling import to_know
from kartoteka_crm_inquiries.naming import ASSIGN, EDIT, INQUIRY, VIEW

_ = Texts("crm_inquiries")

SEE_FILES, ADD_FILES = "files.view", "files.add"
NEW_TITLES = {INQUIRY_SORT: _("New inquiry"), ORDER_SORT: _("New order"), TENDER_SORT: _("New tender")}
MOST_FILES = 20
Answer = str | Response | tuple[str, int]


@blueprint.get("/inquiries/")
@require(VIEW)
def list_inquiries() -> Answer:
    """List inquiries, orders and tenders: who works on them, when was the last action and when is the next (IN-11)."""
    return show_list(INQUIRY_LIST)


@blueprint.get("/inquiries/filters")
@require(VIEW)
def filter_inquiries() -> Answer:
    """Ask for all filters at once."""
    return show_filters(INQUIRY_LIST)


@blueprint.route("/inquiries/columns", methods=["GET", "POST"])
@require(VIEW)
def choose_inquiry_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(INQUIRY_LIST, set_preference)


@blueprint.route("/inquiries/export", methods=["GET", "POST"])
@require(VIEW, EXPORT)
def export_inquiries() -> Answer:
    """Ask how the list is written into a file, or hand the file out."""
    return export_list(INQUIRY_LIST)


@blueprint.route("/inquiries/new", methods=["GET", "POST"])
@require(EDIT)
def new_inquiry() -> Answer:
    """Register an inquiry; ``client`` is the one who asks, otherwise he is chosen or entered in the form (IN-01)."""
    return _register(INQUIRY_SORT)


@blueprint.route("/orders/new", methods=["GET", "POST"])
@require(EDIT)
def new_order() -> Answer:
    """Register an order (IN-04)."""
    return _register(ORDER_SORT)


@blueprint.route("/tenders/new", methods=["GET", "POST"])
@require(EDIT)
def new_tender() -> Answer:
    """Register a tender that was found (IN-03)."""
    return _register(TENDER_SORT)


@blueprint.get("/inquiries/askers")
@require(EDIT)
def offer_askers() -> Answer:
    """Offer the clients that may be meant by what is being typed; a fragment of the form."""
    with reading() as session:
        asker = offer_clients(session, request.args.get("client", "")[:300], request.args.get("client_id", ""))
        asker.known = to_know(session, request.args.get("sort", ""), asker.meant)
    return render("crm_inquiries/inquiries/askers.html", asker=asker, may_create=visitor().can("clients.create"))


def _register(sort: str) -> Answer:
    form, mail = RegisterForm(), asked_mail()
    client_id = _asked_client_id(mail)
    form.for_sort(sort, may_assign=visitor().can(ASSIGN))
    if request.form.get("person"):
        client = _shown_client(client_id)
        form.offer_people(_people_of(client.id if client is not None else None))
    form.fill({"manager_id": visitor().id, "currency": "EUR", **_begun(form), **begun_by(mail)})
    lines = sent_lines() if request.method == "POST" else [_blank_line()]
    pressed = request.form.get("do", "")
    if pressed:
        return _register_page(sort, form, client_id, change_lines(lines, pressed), Asker(form.client.data or "")), 200
    asker = Asker(client_id=client_id) if client_id is not None else Asker(form.client.data or "")
    if form.validate_on_submit():
        asker = _who_asks(sort, form, asker)
        waits = form.all_errors() or must_choose(asker) or must_read(asker)
        saved = None if waits else _save_new(sort, form, asker, lines)
        if saved is not None:
            return redirect(url_for("crm_inquiries.show_inquiry", record_id=saved))
    elif form.is_submitted() or client_id is not None:
        asker = _who_asks(sort, form, asker)
    page = _register_page(sort, form, client_id, lines, asker)
    return (page, 422) if form.is_submitted() else page


def _begun(form: RegisterForm) -> dict[str, Any]:
    """Return the defaults of the next action, which filling a form would leave out."""
    return {name: form[name].data for name in ("next_kind_id", "next_starts_at", "next_performer_id", "next_name")}


def _people_of(client_id: int | None) -> list[ClientPerson]:
    """Return who speaks for a client, nobody for one that is not chosen yet."""
    if client_id is None:
        return []
    with reading() as session:
        return client_people(session, client_id)


def _asked_client_id(mail: InboxMail | None) -> int | None:
    """Return whom the address or the mail names; who may not see the client is told when he is shown or saved."""
    if "client" not in request.args:
        client = client_of_mail(mail)
        return None if client is None else client.id
    client_id = asked_id("client")
    if client_id is None:
        raise NotFound
    return client_id


def _shown_client(client_id: int | None) -> Client | None:
    if client_id is None:
        return None
    with reading() as session:
        return find(session, Client, client_id)


def _who_asks(sort: str, form: RegisterForm, known: Asker) -> Asker:
    asker = known
    try:
        with reading() as session:
            if known.client_id is None:
                asker = asked(session, form)
            if sort == ORDER_SORT and asker.meant and find_or_none(session, Client, asker.meant) is not None:
                asker.known = to_know(session, sort, asker.meant)
    except InvalidInput as problem:
        form.take_problem(problem)
    return asker


def _save_new(sort: str, form: RegisterForm, asker: Asker, lines: list[dict[str, str]]) -> int | None:
    def save(session: Session) -> tuple[int, str]:
        mail = asked_mail()
        values = {**form.facts(), **asker.values(), "sort": sort, "lines": lines, **origin_of(mail)}
        inquiry = service.register_inquiry(session, values, form.next_step())
        settle_mail(session, mail, inquiry)
        _store_files(session, inquiry)
        return inquiry.id, inquiry.number

    saved = save_form(form, NEW_TITLES[sort], save)
    if saved is None:
        return None
    toast(_("%(number)s is registered.", number=saved[1]), url=queries.inquiry_url(saved[0]))
    return int(saved[0])


def _store_files(session: Session, inquiry: Inquiry) -> None:
    """Put the client's letter and other files that came with the form into the register of documents (IN-02)."""
    sent = [one for one in request.files.getlist("files") if one.filename]
    if not sent:
        return
    if not visitor().can(ADD_FILES):
        raise InvalidInput({"files": _("You may not add files.")})
    for upload in sent[:MOST_FILES]:
        store_file(session, upload.stream, upload.filename or "", about=RecordRef(INQUIRY, inquiry.id))


def _register_page(
    sort: str, form: RegisterForm, client_id: int | None, lines: list[dict[str, str]], asker: Asker
) -> str:
    client = _shown_client(client_id)
    if not request.form.get("person"):
        # To save nobody needs to know them all; to show the form one does.
        form.offer_people(_people_of(client.id if client is not None else None))
    return render(
        "crm_inquiries/inquiries/register.html",
        form=form,
        sort=sort,
        page_title=NEW_TITLES[sort],
        client=client,
        lines=lines or [_blank_line()],
        offers_items=_offers_items(),
        asker=asker,
        may_add_files=visitor().can(ADD_FILES),
        may_create=visitor().can("clients.create"),
        may_accept=form.is_submitted(),
        duplicates=asker.duplicates,
        accepted=asker.accepted,
        must_choose=form.is_submitted() and bool(asker.typed) and must_choose(asker),
        must_read=form.is_submitted() and must_read(asker),
        cancel_url=url_for("crm_inquiries.list_inquiries"),
    )


def _offers_items() -> bool:
    """Tell whether a module offers goods or services for the lines."""
    with reading() as session:
        return has_catalogue(session)


def _blank_line() -> dict[str, str]:
    return {"text": "", "quantity": "1", "unit": ""}


@blueprint.get("/inquiries/<int:record_id>")
@require(VIEW)
def show_inquiry(record_id: int) -> Answer:
    """Show an inquiry: what is done next, its stage, its facts, lines and files; what happened follows it."""
    ref = RecordRef(INQUIRY, record_id)
    with reading() as session:
        shown = queries.shown_inquiry(session, record_id)
        files = files_of_record(session, ref) if visitor().can(SEE_FILES) else []
        queries.note_known(session, shown.inquiry)
        actions = record_actions(session, ref)
        panels = {slot: render_panels(session, slot, ref) for slot in (CARD_MAIN, CARD_SIDE)}
        people = client_people(session, shown.inquiry.client_id) if shown.inquiry.person is not None else []
        items = describe_all(session, [line.item for line in shown.lines if line.item is not None])
    return render(
        "crm_inquiries/inquiries/show.html",
        shown=shown,
        inquiry=shown.inquiry,
        files=files,
        actions=actions,
        facts=page_facts(shown, next((one for one in people if one.ref == shown.inquiry.person), None)),
        panels=panels,
        items=items,
        days=days_still(shown.inquiry.moved_at, utc_now()),
        now=utc_now(),
    )


@blueprint.route("/inquiries/<int:record_id>/timeline", methods=["GET", "POST"])
@require(VIEW)
def show_inquiry_timeline(record_id: int) -> Answer:
    """Show everything that happened about an inquiry, and take what is added there; the page of it asks for a part."""
    with reading() as session:
        inquiry = find(session, Inquiry, record_id)
    answer = stream_page(RecordRef(INQUIRY, record_id), lambda stream: _timeline(inquiry, stream))
    added = isinstance(answer, Response) and request.form.get("do", "").startswith("add:")
    return redirect(url_for("crm_inquiries.show_inquiry", record_id=record_id)) if added else answer


def _timeline(inquiry: Inquiry, stream: Any) -> str:
    if is_fragment():
        return str(stream)
    return render("crm_inquiries/inquiries/timeline.html", inquiry=inquiry, stream=stream)


@blueprint.route("/inquiries/<int:record_id>/edit", methods=["GET", "POST"])
@require(EDIT)
def edit_inquiry(record_id: int) -> Answer:
    """Change an inquiry and its lines; what somebody else saved meanwhile is merged or shown beside (X-30)."""
    form = ChangeForm()
    with reading() as session:
        inquiry = find(session, Inquiry, record_id)
        stored = [_written_line(row) for row in queries.lines_of(session, record_id)]
    form.for_sort(inquiry.sort, may_assign=visitor().can(ASSIGN))
    form.offer_people(_people_of(inquiry.client_id))
    form.fill(inquiry)
    lines = sent_lines() if request.method == "POST" else (stored or [_blank_line()])
    pressed = request.form.get("do", "")
    if pressed:
        return _edit_page(inquiry, form, change_lines(lines, pressed)), 200
    if form.validate_on_submit():
        values = {**form.facts(), "lines": lines}
        saved = save_form(
            form,
            _("Inquiry changed"),
            lambda session: service.change_inquiry(session, record_id, values, form.version_number),
            inquiry.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("crm_inquiries.show_inquiry", record_id=record_id))
    page = _edit_page(inquiry, form, lines)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422


def _edit_page(inquiry: Inquiry, form: ChangeForm, lines: list[dict[str, str]]) -> str:
    return render(
        "crm_inquiries/inquiries/edit.html",
        form=form,
        inquiry=inquiry,
        sort=inquiry.sort,
        lines=lines or [_blank_line()],
        offers_items=_offers_items(),
        cancel_url=url_for("crm_inquiries.show_inquiry", record_id=inquiry.id),
    )


def _written_line(row: Any) -> dict[str, str]:
    return {"text": row.text, "quantity": current_formats().typed(row.quantity.normalize()), "unit": row.unit}


@blueprint.post("/inquiries/<int:record_id>/files")
@require(VIEW, SEE_FILES, ADD_FILES)
def add_inquiry_files(record_id: int) -> Answer:
    """Put the client's letter or other files of an inquiry into the register of documents (IN-02)."""
    with reading() as session:
        find(session, Inquiry, record_id)
    sent = [one for one in request.files.getlist("files") if one.filename]
    try:
        if not sent:
            raise InvalidInput({"files": _("Choose a file first.")})
        with transaction(_("Files of an inquiry added")) as session:
            _store_files(session, find(session, Inquiry, record_id))
    except InvalidInput as problem:
        toast(next(iter(problem.errors.values())), kind="error")
    except Problem as problem:
        toast(problem.message, kind="error")
    else:
        toast(_("The files are in the register of documents."))
    return redirect(url_for("crm_inquiries.show_inquiry", record_id=record_id))
