"""Pages of the outbox: the list, a mail, writing one, and what can still be done about it."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.mail import account_views, queries, service, template_views
from kartoteka.builtin.mail.blueprint import blueprint
from kartoteka.builtin.mail.composing import Beginning, begin_mail, draft_of
from kartoteka.builtin.mail.forms import WriteForm
from kartoteka.builtin.mail.kinds import STAGES
from kartoteka.builtin.mail.listing import OUTBOX
from kartoteka.builtin.mail.models import MAIL_KIND, SEND, VIEW, Mail, MailAccount
from kartoteka.builtin.users.queries import user_names
from kartoteka.builtin.users.service import set_preference
from kartoteka.db.blobs import MB, open_blob
from kartoteka.db.session import Session, find, find_or_none, reading, transaction
from kartoteka.vocabulary.errors import NotFound, Problem
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import RecordRef
from kartoteka.web.blueprint import require, takes_files
from kartoteka.web.current import current
from kartoteka.web.downloads import attachment
from kartoteka.web.links import describe_all
from kartoteka.web.lists import choose_columns, show_filters, show_list
from kartoteka.web.pages import note_record, render
from kartoteka.web.panels import record_actions
from kartoteka.web.preview import Preview, preview_url, register_preview
from kartoteka.web.security import safe_next
from kartoteka.web.toasts import toast

__all__ = ["account_views", "blueprint", "template_views"]

Answer = str | Response | tuple[str, int]
UPLOAD = service.MOST_BYTES + MB
_PREVIEW = "mail.mail"


@blueprint.get("/")
@require(VIEW)
def list_mails() -> Answer:
    """List the mail that left, waits or did not arrive."""
    return show_list(OUTBOX, "mail/outbox.html")


@blueprint.get("/filters")
@require(VIEW)
def filter_mails() -> Answer:
    """Ask for all filters at once."""
    return show_filters(OUTBOX)


@blueprint.route("/columns", methods=["GET", "POST"])
@require(VIEW)
def choose_mail_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(OUTBOX, set_preference)


@blueprint.get("/<int:record_id>")
@require(VIEW)
def show_mail(record_id: int) -> Answer:
    """Show a mail: what it says, to whom, and what became of it."""
    ref = RecordRef(MAIL_KIND, record_id)
    note_record(ref)
    with reading() as session:
        mail = find(session, Mail, record_id)
        account = find_or_none(session, MailAccount, mail.account_id) if mail.account_id else None
        about = [one for one in (mail.about, _client_of(mail)) if one is not None]
        return render(
            "mail/mail.html",
            mail=mail,
            files=queries.files_of(session, record_id),
            account=account,
            sender=user_names(session, [mail.user_id]).get(mail.user_id) if mail.user_id else None,
            links=list(describe_all(session, dict.fromkeys(about)).values()),
            stage=next(one for one in STAGES if one.value == mail.stage),
            frame=preview_url(_PREVIEW, record_id) if mail.html else None,
            actions=record_actions(session, ref),
        )


@blueprint.get("/<int:record_id>/files/<int:file_id>")
@require(VIEW)
def download_file(record_id: int, file_id: int) -> Answer:
    """Send a file that went along with a mail."""
    with reading() as session:
        file = queries.find_file(session, record_id, file_id)
        if file is None or file.blob is None:
            raise NotFound
        stream = open_blob(session.database.blobs, file.blob)
    answer = Response(stream, mimetype="application/octet-stream", direct_passthrough=True)
    answer.headers["Content-Disposition"] = attachment(file.name)
    answer.content_length = file.size
    return answer


@blueprint.route("/new", methods=["GET", "POST"])
@require(SEND)
@takes_files(UPLOAD)
def write_mail() -> Answer:
    """Write a mail, to the client whose record the address names; the client's addresses are there to choose from."""
    form = WriteForm()
    with reading() as session:
        beginning = begin_mail(session, current().config.company)
    if beginning.accounts:
        form.account_id.choices = [(one.id, one.title) for one in beginning.accounts]
    else:
        del form.account_id
    form.fill(beginning.values)
    if form.validate_on_submit():
        try:
            draft = draft_of(form, beginning)
            with transaction(_("E-mail written")) as session:
                mail_id = service.send_mail(session, draft)
        except Problem as problem:
            form.take_problem(problem)
        else:
            toast(_("The e-mail will be sent at the chosen time.") if draft.send_at else _("The e-mail is on its way."))
            return redirect(safe_next(request.args.get("next"), url_for("mail.show_mail", record_id=mail_id)))
    return _write_page(form, beginning), 422 if form.is_submitted() else 200


@blueprint.post("/<int:record_id>/cancel")
@require(SEND)
def cancel_mail(record_id: int) -> Answer:
    """Keep a mail from leaving."""
    return _do(record_id, service.cancel_mail, _("The e-mail is stopped."))


@blueprint.post("/<int:record_id>/resend")
@require(SEND)
def resend_mail(record_id: int) -> Answer:
    """Send a mail once more that did not arrive."""
    return _do(record_id, service.resend_mail, _("The e-mail is sent again."))


@blueprint.post("/<int:record_id>/send")
@require(SEND)
def send_now(record_id: int) -> Answer:
    """Send a mail now that waits for later."""
    return _do(record_id, service.send_now, _("The e-mail is on its way."))


@blueprint.post("/<int:record_id>/settle")
@require(SEND)
def settle_mail(record_id: int) -> Answer:
    """Note that a mail of which nobody knew has arrived."""
    return _do(record_id, service.settle_mail, _("Noted."))


def _do(record_id: int, work: Callable[[Session, int], None], done: Message) -> Response:
    with transaction(done) as session:
        work(session, record_id)
    toast(done, undo=False)
    return redirect(url_for("mail.show_mail", record_id=record_id))


def _write_page(form: WriteForm, beginning: Beginning) -> str:
    cancel = safe_next(request.args.get("next"), url_for("mail.list_mails"))
    return render("mail/write.html", form=form, beginning=beginning, cancel_url=cancel, most=service.MOST_BYTES // MB)


def _client_of(mail: Mail) -> RecordRef | None:
    return RecordRef("clients.client", mail.client_id) if mail.client_id else None


def _show_html(session: Session, argument: str) -> Preview:
    mail = find(session, Mail, int(argument))
    return Preview((mail.html or "").encode(), "text/html")


register_preview(_PREVIEW, _show_html)
