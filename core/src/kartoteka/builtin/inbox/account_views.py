"""Pages of mailboxes that are fetched."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.inbox.accounts import mailboxes, save_mailbox, server_of
from kartoteka.builtin.inbox.blueprint import blueprint
from kartoteka.builtin.inbox.connecting import opened
from kartoteka.builtin.inbox.fetching import plan_fetching
from kartoteka.builtin.inbox.forms import MailboxForm
from kartoteka.builtin.inbox.models import MANAGE, InboxAccount
from kartoteka.builtin.users.queries import active_users
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
_BEGIN = {"port": 993, "security": "tls", "folder": "INBOX", "active": True}


@blueprint.get("/accounts/")
@require(MANAGE)
def list_mailboxes() -> Answer:
    """List the mailboxes, with what is wrong with them."""
    with reading() as session:
        found = mailboxes(session)
    return render("inbox/mailboxes.html", mailboxes=found)


@blueprint.route("/accounts/new", methods=["GET", "POST"])
@require(MANAGE)
def add_mailbox() -> Answer:
    """Add a mailbox."""
    form = _form(_BEGIN)
    return _save(form, None) or _page(form, None)


@blueprint.route("/accounts/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE)
def show_mailbox(record_id: int) -> Answer:
    """Show and change a mailbox."""
    with reading() as session:
        account = find(session, InboxAccount, record_id)
    names = [field.short_name for field in MailboxForm().data_fields if field.short_name != "password"]
    form = _form({name: getattr(account, name) for name in names} | {"version": account.version})
    return _save(form, account) or _page(form, account)


@blueprint.post("/accounts/<int:record_id>/test")
@require(MANAGE)
def test_mailbox(record_id: int) -> Answer:
    """Sign in to a mailbox and say whether that worked."""
    with reading() as session:
        find(session, InboxAccount, record_id)
    try:
        with reading() as session:
            server = server_of(session, find(session, InboxAccount, record_id))
        with opened(server):
            toast(_("The mail server accepts the sign-in."), undo=False)
    except (Problem, ValueError) as problem:
        words = problem.message if isinstance(problem, Problem) else _("Enter the password again.")
        toast(words, "warning", undo=False)
    return redirect(url_for("inbox.show_mailbox", record_id=record_id))


@blueprint.post("/accounts/<int:record_id>/fetch")
@require(MANAGE)
def fetch_now(record_id: int) -> Answer:
    """Fetch a mailbox at once."""
    with transaction() as session:
        find(session, InboxAccount, record_id)
        plan_fetching(session, record_id)
    toast(_("E-mails are being fetched."), undo=False)
    return redirect(url_for("inbox.show_mailbox", record_id=record_id))


def _form(values: dict[str, Any]) -> MailboxForm:
    form = MailboxForm()
    with reading() as session:
        users = [(user_id, name) for user_id, name in active_users(session)]
    form.owner_id.choices = [("", str(_("The company's"))), *users]
    form.fill(values)
    return form


def _save(form: MailboxForm, account: InboxAccount | None) -> Response | None:
    known, version = (account.id, account.version) if account else (None, 0)

    def save(session: Session) -> InboxAccount:
        saved = save_mailbox(session, known, form.values(), form.version_number)
        if known is None and saved.active:
            plan_fetching(session, saved.id)
        return saved

    if not form.validate_on_submit() or (saved := save_form(form, _("Mailbox saved"), save, version)) is None:
        return None
    toast(_("Saved."))
    return redirect(url_for("inbox.show_mailbox", record_id=saved.id))


def _page(form: MailboxForm, account: InboxAccount | None) -> Answer:
    page = render("inbox/mailbox.html", form=form, account=account)
    return page, 422 if form.is_submitted() else 200
