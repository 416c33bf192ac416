"""Pages of mail accounts: the company's, one's own, and one's own signature."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.mail import dkim_keys, queries
from kartoteka.builtin.mail.accounts import save_account, sender_of
from kartoteka.builtin.mail.blueprint import blueprint
from kartoteka.builtin.mail.connecting import connected
from kartoteka.builtin.mail.forms import AccountForm, OwnAccountForm, SignatureForm
from kartoteka.builtin.mail.models import MANAGE, OWN_ACCOUNT, SEND, MailAccount
from kartoteka.builtin.mail.writing import save_signature
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.vocabulary.errors import NotFound, Problem
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.current import visitor
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
_BEGIN = {"port": 587, "security": "starttls", "active": True}


@blueprint.get("/accounts/")
@require(MANAGE)
def show_accounts() -> Answer:
    """List the company's mail accounts, with what is wrong with them."""
    with reading() as session:
        accounts = queries.company_accounts(session)
    return render("mail/accounts.html", accounts=accounts)


@blueprint.route("/accounts/new", methods=["GET", "POST"])
@require(MANAGE)
def add_account() -> Answer:
    """Add a mail account of the company."""
    form = AccountForm()
    with reading() as session:
        is_first = not queries.company_accounts(session)
    form.fill({**_BEGIN, "is_default": is_first})
    return _save(form, None) or _account_page(form, None)


@blueprint.route("/accounts/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE)
def show_account(record_id: int) -> Answer:
    """Show and change a mail account of the company."""
    account = _company_account(record_id)
    form = AccountForm()
    form.fill({name: getattr(account, name) for name in _names(form)} | {"version": account.version})
    return _save(form, account) or _account_page(form, account)


@blueprint.post("/accounts/<int:record_id>/test")
@require(MANAGE)
def test_account(record_id: int) -> Answer:
    """Sign in to the server of an account and say whether that worked."""
    account = _company_account(record_id)
    try:
        with reading() as session:
            sender = sender_of(session, account)
        with connected(sender):
            toast(_("The mail server accepts this account."), undo=False)
    except (Problem, ValueError) as problem:
        words = problem.message if isinstance(problem, Problem) else _("Enter the password again.")
        toast(words, "warning", undo=False)
    return redirect(url_for("mail.show_account", record_id=record_id))


@blueprint.post("/accounts/<int:record_id>/key")
@require(MANAGE)
def make_key(record_id: int) -> Answer:
    """Make a key that the account signs its mail with from now on."""
    with transaction(_("E-mail signing key created")) as session:
        dkim_keys.make_key(session, record_id)
    toast(_("From now on e-mails are signed. Publish the record below."), undo=False)
    return redirect(url_for("mail.show_account", record_id=record_id))


@blueprint.post("/accounts/<int:record_id>/key/drop")
@require(MANAGE)
def drop_key(record_id: int) -> Answer:
    """Stop signing mail."""
    with transaction(_("E-mail signing key removed")) as session:
        dkim_keys.drop_key(session, record_id)
    toast(_("E-mails are not signed any more."), undo=False)
    return redirect(url_for("mail.show_account", record_id=record_id))


@blueprint.route("/signature", methods=["GET", "POST"])
@require(SEND)
def show_signature() -> Answer:
    """Write what stands below one's mails."""
    form = SignatureForm()
    with reading() as session:
        form.fill({"signature": queries.own_signature(session)})
    if form.validate_on_submit():
        with transaction() as session:
            save_signature(session, form.signature.data or "")
        toast(_("Saved."))
        return redirect(url_for("mail.show_signature"))
    return render("mail/signature.html", form=form), 422 if form.is_submitted() else 200


@blueprint.route("/own", methods=["GET", "POST"])
@require(OWN_ACCOUNT)
def show_own_account() -> Answer:
    """Set up an address of one's own on one of the company's mail servers."""
    form = OwnAccountForm()
    with reading() as session:
        account = queries.own_account(session)
        servers = [one for one in queries.company_accounts(session) if one.active]
    form.server_id.choices = [(one.id, one.title) for one in servers]
    if servers:
        known = (
            {name: getattr(account, name) for name in _names(form)} | {"version": account.version} if account else {}
        )
        form.fill({"sender_name": visitor().name, "active": True, **known})
    if servers and form.validate_on_submit() and _saved(form, account, user_id=visitor().id):
        toast(_("Saved."))
        return redirect(url_for("mail.show_own_account"))
    page = render("mail/own_account.html", form=form, account=account, servers=servers)
    return page, 422 if form.is_submitted() else 200


def _save(form: AccountForm, account: MailAccount | None) -> Response | None:
    if not form.validate_on_submit() or (saved := _saved(form, account)) is None:
        return None
    toast(_("Saved."))
    return redirect(url_for("mail.show_account", record_id=saved.id))


def _saved(form: AccountForm | OwnAccountForm, account: MailAccount | None, **own: Any) -> MailAccount | None:
    known, version = (account.id, account.version) if account else (None, 0)

    def save(session: Session) -> MailAccount:
        return save_account(session, known, {**form.values(), **own}, form.version_number)

    saved: MailAccount | None = save_form(form, _("E-mail account saved"), save, version)
    return saved


def _account_page(form: AccountForm, account: MailAccount | None) -> Answer:
    record = dkim_keys.record_of(account) if account and account.dkim_key else None
    page = render("mail/account.html", form=form, account=account, record=record)
    return page, 422 if form.is_submitted() else 200


def _company_account(record_id: int) -> MailAccount:
    with reading() as session:
        account = find(session, MailAccount, record_id)
    if account.user_id is not None:
        raise NotFound
    return account


def _names(form: Any) -> list[str]:
    return [field.short_name for field in form.data_fields if field.short_name != "password"]
