"""Pages of incoming mail: the list, a mail with its thread and files, sorting, and answering."""

from __future__ import annotations

from typing import Any

from flask import redirect, request
from werkzeug.wrappers import Response

from kartoteka.builtin.files.queries import client_names, client_numbered, files_with
from kartoteka.builtin.inbox import queries, service
from kartoteka.builtin.inbox.answering import answer_address, answer_mail
from kartoteka.builtin.inbox.blueprint import blueprint
from kartoteka.builtin.inbox.forms import AnswerForm, ClientForm
from kartoteka.builtin.inbox.kinds import INBOX
from kartoteka.builtin.inbox.models import MAIL, VIEW, InboxMail
from kartoteka.builtin.inbox.parsing.names import clean_name
from kartoteka.builtin.inbox.wording import KINDS, problem_texts
from kartoteka.builtin.users.service import set_preference
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.blueprint import require
from kartoteka.web.current import visitor
from kartoteka.web.downloads import attachment
from kartoteka.web.links import describe_all
from kartoteka.web.lists import choose_columns, show_filters, show_list
from kartoteka.web.pages import note_record, render
from kartoteka.web.panels import record_actions
from kartoteka.web.preview import PICTURES, Preview, asked_remote_images, preview_url, register_preview
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
MOST_CANDIDATES = 10
SENDS = "mail.send"


@blueprint.get("/")
@require(VIEW)
def list_mails() -> Answer:
    """List the mail that came in, searched by subject, sender and words; filtered by mailbox, sort and client."""
    return show_list(INBOX)


@blueprint.get("/filters")
@require(VIEW)
def filter_mails() -> Answer:
    """Ask for all filters at once."""
    return show_filters(INBOX)


@blueprint.route("/columns", methods=["GET", "POST"])
@require(VIEW)
def choose_mail_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(INBOX, set_preference)


@blueprint.get("/<int:record_id>")
@require(VIEW)
def show_mail(record_id: int) -> Answer:
    """Show a mail: who wrote what, its files, its thread and the client it belongs to.

    With ``images=1`` its frame may load the pictures that lie with strangers; nothing remembers it.
    """
    note_record(RecordRef(MAIL, record_id))
    return _mail_page(record_id, ClientForm(), AnswerForm())


@blueprint.post("/<int:record_id>/client")
@require(VIEW)
def assign_client(record_id: int) -> Answer:
    """Say which client a mail belongs to, by the client's number or by ``client`` (the id of one that was offered)."""
    form = ClientForm()
    try:
        with transaction(_("E-mail sorted")) as session:
            service.assign_client(session, record_id, _wanted_client(session, form))
    except NotFound:
        raise
    except Problem as problem:
        form.take_problem(problem)
        return _mail_page(record_id, form, AnswerForm()), 422
    toast(_("Saved."))
    return redirect(queries.mail_url(record_id))


@blueprint.post("/<int:record_id>/state")
@require(VIEW)
def set_mail_state(record_id: int) -> Answer:
    """Put a mail away (``to=archived``) or take it back (``to=active``)."""
    wanted = request.form.get("to", "")
    with reading() as session:
        find(session, InboxMail, record_id)
    if wanted in service.STATES:
        with transaction(_("E-mail sorted")) as session:
            service.set_state(session, [record_id], wanted)
        toast(_("The e-mail is archived.") if wanted == "archived" else _("The e-mail is restored."))
    return redirect(queries.mail_url(record_id))


@blueprint.post("/<int:record_id>/answer")
@require(SENDS)
def send_answer(record_id: int) -> Answer:
    """Answer a mail; the answer joins the thread and leaves like all mail."""
    form = AnswerForm()

    def answer(session: Session) -> None:
        answer_mail(session, record_id, form.text.data or "")

    if form.validate_on_submit() and save_form(form, _("E-mail answered"), answer):
        toast(_("The reply is in the outbox."), undo=False)
        return redirect(queries.mail_url(record_id))
    return _mail_page(record_id, ClientForm(), form), 422


@blueprint.get("/<int:record_id>/files/<int:position>")
@require(VIEW)
def download_attachment(record_id: int, position: int) -> Response:
    """Hand out a file of a mail; rights are looked at each time."""
    with reading() as session:
        file = queries.open_attachment(session, record_id, position)
    return _download(file.data, file.name)


@blueprint.get("/<int:record_id>/original")
@require(VIEW)
def download_original(record_id: int) -> Response:
    """Hand out a mail as it came, byte by byte."""
    with reading() as session:
        mail, raw = queries.original(session, record_id)
    return _download(raw, f"{clean_name(mail.subject[:100]) or 'mail'}.eml")


def _download(data: bytes, name: str) -> Response:
    # Whatever a stranger calls his file: no browser opens it by itself.
    answer = Response(data, mimetype="application/octet-stream")
    answer.headers["Content-Disposition"] = attachment(name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _wanted_client(session: Session, form: ClientForm) -> int | None:
    if "client" in request.form:
        chosen = request.form.get("client", type=int)
        if chosen is None or chosen not in client_names(session, [chosen]):
            raise NotFound
        return chosen
    number = (form.client_number.data or "").strip()
    found = client_numbered(session, number) if number else None
    if number and found is None:
        raise InvalidInput({"client_number": _("There is no client with this number, or you may not see it.")})
    return found


def _mail_page(record_id: int, client_form: ClientForm, answer_form: AnswerForm) -> str:
    with reading() as session:
        mail = find(session, InboxMail, record_id)
        context = _described(session, mail)
        actions = record_actions(session, RecordRef(MAIL, record_id))
    named = context["client"]
    client_form.fill({"client_number": named[0] if named else ""})
    return render("inbox/mail.html", mail=mail, client_form=client_form, form=answer_form, actions=actions, **context)


def _described(session: Session, mail: InboxMail) -> dict[str, Any]:
    found = [] if mail.client_id else service.clients_with(session, mail.sender)[:MOST_CANDIDATES]
    known = client_names(session, [*found, *([mail.client_id] if mail.client_id else [])])
    shows_remote = mail.has_remote and asked_remote_images()
    return {
        "client": known.get(mail.client_id or 0),
        "candidates": {one: known[one] for one in found if one in known},
        "thread": queries.thread_of_mail(session, mail),
        "most_in_thread": queries.MOST_IN_THREAD,
        "mailbox": queries.account_title(session, mail.account_id),
        "about": describe_all(session, [mail.about]).get(mail.about) if mail.about else None,
        "kind": next((one for one in KINDS if one.value == mail.kind), None),
        "problems": problem_texts(mail.problems),
        "frame": preview_url(HTML, mail.id, remote_images=shows_remote) if _can_be_shown(mail) else None,
        "shows_remote": shows_remote,
        "pictures": [
            (one["name"], preview_url(PICTURE, f"{mail.id}-{one['position']}"))
            for one in mail.attachments[:20]
            if one["content_type"] in PICTURES and not one["content_id"]
        ],
        "documents": files_with(session, mail.blob) if visitor().can("files.view") else [],
        "may_sort": visitor().can("inbox.sort"),
        "answers_to": answer_address(mail),
    }


def _can_be_shown(mail: InboxMail) -> bool:
    return mail.has_html and mail.blob is not None and mail.size <= queries.LARGEST_SHOWN


# --- The frame --------------------------------------------------------------------------------------------------------

HTML, PICTURE = "inbox.html", "inbox.picture"


def _show_html(session: Session, argument: str) -> Preview:
    return Preview(queries.html_with_pictures(session, int(argument)).encode(), "text/html")


def _show_picture(session: Session, argument: str) -> Preview:
    mail_id, position = argument.split("-")
    file = queries.open_attachment(session, int(mail_id), int(position))
    return Preview(file.data, file.content_type)


register_preview(HTML, _show_html)
register_preview(PICTURE, _show_picture)
