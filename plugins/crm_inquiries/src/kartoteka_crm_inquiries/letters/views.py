"""Pages of the shared mailbox: the list, a letter with its conversation, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client
from kartoteka.api.company import stored_settings
from kartoteka.api.db import Session, find, find_or_none, reading, transaction
from kartoteka.api.errors import Conflict, InvalidInput, NotFound, Problem, Refused
from kartoteka.api.lists import choose_columns, show_filters, show_list
from kartoteka.api.mail import GENERAL, fill_words, templates_offered, words_of
from kartoteka.api.texts import Message, Texts
from kartoteka.api.users import set_preference, user_names
from kartoteka.api.web import describe, render, render_part, require, takes_files, toast, today, visitor
from kartoteka.api.work import AttachedFile
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.inquiries.models import Inquiry
from kartoteka_crm_inquiries.letters import queries, service
from kartoteka_crm_inquiries.letters.forms import AnswerLetterForm, MailChoiceForm, PassLetterForm, TieLetterForm
from kartoteka_crm_inquiries.letters.kinds import LETTER_LIST
from kartoteka_crm_inquiries.letters.models import SharedLetter
from kartoteka_crm_inquiries.letters.rules import STATES
from kartoteka_crm_inquiries.naming import ASSIGN, MANAGE_PROCESSES, SHARED_MAIL

_ = Texts("crm_inquiries")
Answer = str | Response | tuple[str, int]
PAGE = "crm_inquiries.show_letter"
UPLOAD = 26_000_000


@blueprint.get("/letters/")
@require(SHARED_MAIL)
def list_letters() -> Answer:
    """List the letters of the company's mailboxes: new, in work, answered; nobody's and whose (IN-45)."""
    return show_list(LETTER_LIST, "crm_inquiries/letters/list.html")


@blueprint.get("/letters/filters")
@require(SHARED_MAIL)
def filter_letters() -> Answer:
    """Ask for all filters at once."""
    return show_filters(LETTER_LIST)


@blueprint.route("/letters/columns", methods=["GET", "POST"])
@require(SHARED_MAIL)
def choose_letter_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(LETTER_LIST, set_preference)


@blueprint.get("/letters/<int:record_id>")
@require(SHARED_MAIL)
def show_letter(record_id: int) -> Answer:
    """Show a letter: what both sides wrote, who works on it, and the answer; ``template`` begins the answer."""
    return _page(record_id, AnswerLetterForm(formdata=None))


@blueprint.post("/letters/<int:record_id>/take")
@require(SHARED_MAIL)
def take_letter(record_id: int) -> Answer:
    """Take a letter on."""
    return _do(record_id, _("The e-mail is yours."), lambda session: service.take_letter(session, record_id))


@blueprint.post("/letters/<int:record_id>/release")
@require(SHARED_MAIL)
def release_letter(record_id: int) -> Answer:
    """Give a letter back."""
    return _do(
        record_id, _("Others can take the e-mail now."), lambda session: service.release_letter(session, record_id)
    )


@blueprint.post("/letters/<int:record_id>/state")
@require(SHARED_MAIL)
def set_letter_state(record_id: int) -> Answer:
    """Put a letter away that needs no answer (``to=archived``), or take it back (``to=active``)."""
    wanted = request.form.get("to", "")
    with reading() as session:
        find(session, SharedLetter, record_id)
    if wanted not in queries.KEPT:
        return redirect(url_for(PAGE, record_id=record_id))
    said = _("The e-mail is archived.") if wanted == "archived" else _("The e-mail is restored.")
    return _do(record_id, said, lambda session: service.set_letter_state(session, record_id, wanted))


@blueprint.post("/letters/<int:record_id>/pass")
@require(SHARED_MAIL)
def pass_letter(record_id: int) -> Answer:
    """Pass a letter on to a colleague."""
    form = PassLetterForm()
    with reading() as session:
        find(session, SharedLetter, record_id)
    if form.validate_on_submit():
        user_id = form.user_id.data or 0
        said = _("The e-mail is passed on.")
        return _do(record_id, said, lambda session: service.hand_over_letter(session, record_id, user_id), form)
    return _page(record_id, AnswerLetterForm(formdata=None), passing=form), 422


@blueprint.post("/letters/<int:record_id>/inquiry")
@require(SHARED_MAIL)
def tie_letter(record_id: int) -> Answer:
    """Say which inquiry a letter belongs to, by its number or one that was offered (``inquiry``)."""
    form = TieLetterForm()
    with reading() as session:
        find(session, SharedLetter, record_id)

    def save(session: Session) -> object:
        return service.tie_letter(session, record_id, _wanted_inquiry(session, form))

    return _do(record_id, _("The e-mail belongs to the inquiry now."), save, form)


@blueprint.post("/letters/<int:record_id>/writing")
@require(SHARED_MAIL)
def keep_writing(record_id: int) -> Answer:
    """Note that somebody is writing an answer, and say who else is."""
    with transaction(_("Reply being written")) as session:
        names = service.keep_writing(session, record_id)
    return render_part("crm_inquiries/letters/writing.html", names=names)


@blueprint.post("/letters/<int:record_id>/answer")
@require(SHARED_MAIL)
@takes_files(UPLOAD)
def answer_letter(record_id: int) -> Answer:
    """Answer a letter from the shared address."""
    form = AnswerLetterForm()
    with reading() as session:
        find(session, SharedLetter, record_id)
    if form.validate_on_submit():
        try:
            with transaction(_("E-mail answered")) as session:
                version, files = form.version_number, _uploads()
                service.answer_letter(session, record_id, form.text.data or "", version=version, files=files)
        except NotFound:
            raise
        except Conflict:
            form.take_problem(Refused(_("Something has happened to this e-mail meanwhile. Look first, then send.")))
            with reading() as session:
                form.renew_version(find(session, SharedLetter, record_id).version)
        except Problem as problem:
            form.take_problem(problem)
        else:
            toast(_("The reply is on its way."), undo=False)
            return redirect(url_for(PAGE, record_id=record_id))
    return _page(record_id, form), 422


@blueprint.get("/letters/<int:record_id>/files/<int:mail_id>/<int:position>")
@require(SHARED_MAIL)
def download_letter_file(record_id: int, mail_id: int, position: int) -> Answer:
    """Hand out a file of a mail of a letter."""
    with reading() as session:
        letter = find(session, SharedLetter, record_id)
        if not any(one.id == mail_id and not one.sent for one in queries.conversation(session, letter)):
            raise NotFound
        file = queries.file_of(session, mail_id, position)
    answer = Response(file.data, mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=file.name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@blueprint.route("/letters/settings", methods=["GET", "POST"])
@require(SHARED_MAIL, MANAGE_PROCESSES)
def choose_mail() -> Answer:
    """Choose what mail does by itself."""
    form = MailChoiceForm()
    with reading() as session:
        form.fill({"makes_inquiries": queries.makes_inquiries(session)})
    if form.validate_on_submit():
        with transaction(_("What e-mails do by themselves changed")) as session:
            service.let_mail_make_inquiries(session, on=bool(form.makes_inquiries.data))
        toast(_("Saved."))
        return redirect(url_for("crm_inquiries.list_letters"))
    page = render("crm_inquiries/letters/settings.html", form=form)
    return (page, 422) if form.is_submitted() else page


def _do(record_id: int, said: Message, work: Callable[[Session], object], form: Any = None) -> Answer:
    """Do something about a letter and go back to its page; what is refused is said there."""
    try:
        with transaction(said) as session:
            work(session)
    except NotFound:
        raise
    except InvalidInput as problem:
        toast(next(iter(problem.errors.values())), kind="error")
    except Problem as problem:
        toast(problem.message, kind="error")
    else:
        toast(said)
    return redirect(url_for(PAGE, record_id=record_id))


def _wanted_inquiry(session: Session, form: TieLetterForm) -> int:
    chosen = request.form.get("inquiry", type=int)
    if chosen is not None:
        return chosen
    number = (form.number.data or "").strip()
    found = session.scalar(select(Inquiry.id).where(Inquiry.number == number)) if number else None
    if found is None:
        raise InvalidInput({"number": _("There is no inquiry with this number, or you may not see it.")})
    return int(found)


def _uploads() -> list[AttachedFile]:
    files = [one for one in request.files.getlist("files") if one.filename][:50]
    return [AttachedFile(name=one.filename or "", mime=one.mimetype or "", content=one.stream.read()) for one in files]


def _page(record_id: int, form: AnswerLetterForm, passing: PassLetterForm | None = None) -> str:
    with reading() as session:
        letter = find(session, SharedLetter, record_id)
        client_id = letter.client_id or queries.mail_of(session, letter).client_id
        client = find_or_none(session, Client, client_id) if client_id else None
        offered = templates_offered(session, frozenset(GENERAL))
        if not form.is_submitted():
            form.text.data = _begun(session, letter, client, {one.key for one in offered})
            form.version.data = str(letter.version)
        belongs = queries.inquiry_of_letter(session, letter)
        context = {
            "parts": queries.conversation(session, letter),
            "inquiry": describe(session, belongs) if belongs else None,
            "open_inquiries": queries.open_inquiries_of(session, client.id) if client and not belongs else [],
            "assignee": user_names(session, [letter.assignee_id]).get(letter.assignee_id)
            if letter.assignee_id
            else None,
            "writing": queries.others_writing(session, record_id, visitor().id),
        }
    return render(
        "crm_inquiries/letters/letter.html",
        letter=letter,
        belongs=belongs,
        client=client,
        form=form,
        passing=passing or PassLetterForm(formdata=None),
        tying=TieLetterForm(formdata=None),
        templates=offered,
        is_mine=letter.assignee_id == visitor().id,
        may_assign=letter.assignee_id in (None, visitor().id) or visitor().can(ASSIGN),
        status=next(one for one in STATES if one.value == letter.status),
        **context,
    )


def _begun(session: Session, letter: SharedLetter, client: Client | None, offered: set[str]) -> str:
    key = request.args.get("template", "")[:127]
    if key not in offered:
        return ""
    known = {
        "client_name": client.name if client is not None else letter.sender_name,
        "record": letter.subject,
        "my_name": visitor().name,
        "company": stored_settings(session).get("company", ""),
        "today": today(),
    }
    return fill_words(words_of(session, key), known).text
