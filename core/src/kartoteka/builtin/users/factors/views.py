"""Pages of one's own second factors."""

from __future__ import annotations

from collections.abc import Callable

from flask import jsonify, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from kartoteka.builtin.users.blueprint import blueprint
from kartoteka.builtin.users.confirming import confirm_password
from kartoteka.builtin.users.factors import service
from kartoteka.builtin.users.factors.asking import ANSWER, CHALLENGE, STEP, this_site
from kartoteka.builtin.users.factors.codes import address_for_phone, new_secret
from kartoteka.builtin.users.factors.forms import CodeGeneratorForm, PasskeyForm, PasswordAgainForm
from kartoteka.builtin.users.factors.passkeys import PasskeyRefused, check_new, options_to_make
from kartoteka.builtin.users.factors.queries import check_owned, factors_of
from kartoteka.builtin.users.factors.steps import NEW_CODES, NEW_PASSKEY, find_step, open_step, take_step
from kartoteka.builtin.users.models import User
from kartoteka.db.sealing import seal, unseal
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.vocabulary.errors import NotFound, Problem, Refused
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import signed_in
from kartoteka.web.current import current
from kartoteka.web.pages import render
from kartoteka.web.qr import qr_picture
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]


@blueprint.get("/me/second-factor")
@signed_in
def show_second_factor() -> Answer:
    """Show what one proves oneself by besides the password."""
    with reading() as work:
        factors = factors_of(work, current_user.id)
    return render("users/second_factor.html", factors=factors, demanded=current_user.needs_second_factor)


@blueprint.post("/me/second-factor/codes/begin")
@signed_in
def begin_codes() -> Answer:
    """Make a secret for a phone; nothing counts before the phone has shown a right code."""
    with transaction() as work:
        facts = {"secret": seal(work.database.secret, new_secret())}
        session[STEP] = open_step(work, NEW_CODES, user_id=current_user.id, facts=facts)
    return redirect(url_for("users.set_up_codes"))


@blueprint.route("/me/second-factor/codes", methods=["GET", "POST"])
@signed_in
def set_up_codes() -> Answer:
    """Show the secret to the phone and ask for a first code."""
    with reading() as work:
        step = find_step(work, session.get(STEP), NEW_CODES)
        if step is None or step.user_id != current_user.id:
            return redirect(url_for("users.show_second_factor"))
        secret, login = unseal(work.database.secret, step.facts["secret"]), find(work, User, current_user.id).login
    form = CodeGeneratorForm()
    if form.validate_on_submit():
        try:
            confirm_password(form.password.data or "")
            with transaction(_("Second factor set up")) as work:
                codes = service.add_code_generator(
                    work, current_user.id, secret, form.code.data or "", sign_in_id=current_user.sign_in_id
                )
                take_step(work, session.pop(STEP, None), NEW_CODES)
        except Problem as problem:
            form.take_problem(problem)
        else:
            return _done(_("The authenticator app is set up."), codes)
    address = address_for_phone(secret, login=login, company=current().config.company)
    page = render("users/set_up_codes.html", form=form, secret=secret, address=address, picture=qr_picture(address))
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/me/second-factor/passkeys/new", methods=["GET", "POST"])
@signed_in
def add_passkey() -> Answer:
    """Keep a passkey that the browser has made."""
    form = PasskeyForm()
    if form.validate_on_submit():
        try:
            confirm_password(form.password.data or "")
            codes = _keep_passkey(form.name.data or "")
        except Problem as problem:
            form.take_problem(problem)
        else:
            return _done(_("The passkey lets you in from now on."), codes)
    return render("users/new_passkey.html", form=form), 422 if form.is_submitted() else 200


@blueprint.post("/me/second-factor/passkeys/options")
@signed_in
def ask_for_new_passkey() -> Answer:
    """Return what the browser needs to make a passkey."""
    with transaction() as work:
        user = find(work, User, current_user.id)
        options, challenge = options_to_make(
            this_site(),
            secret=work.database.secret,
            user_id=user.id,
            login=user.login,
            name=user.name,
            known=factors_of(work, user.id).passkeys,
        )
        session[CHALLENGE] = open_step(work, NEW_PASSKEY, user_id=user.id, challenge=challenge)
    return jsonify(options)


@blueprint.route("/me/second-factor/recovery", methods=["GET", "POST"])
@signed_in
def renew_recovery_codes() -> Answer:
    """Make new recovery codes, shown this once."""
    made: list[str] = []

    def renew(work: Session) -> None:
        made.extend(service.renew_recovery_codes(work, current_user.id))

    answer = _after_password(
        renew, _("New recovery codes"), _("The old recovery codes don't work any more."), _("Create new codes")
    )
    return answer if answer is not None else _done(_("You have new recovery codes."), made)


@blueprint.route("/me/second-factor/codes/remove", methods=["GET", "POST"])
@signed_in
def remove_codes() -> Answer:
    """Take no codes of the phone any more."""

    def remove(work: Session) -> None:
        service.remove_code_generator(work, current_user.id, demanded=current_user.needs_second_factor)

    answer = _after_password(
        remove,
        _("Turn off the authenticator app?"),
        _("Remove Kartoteka from the phone's list too."),
        _("Remove"),
    )
    return answer if answer is not None else _done(_("Codes from the authenticator app are no longer required."), [])


@blueprint.route("/me/second-factor/passkeys/<int:record_id>/remove", methods=["GET", "POST"])
@signed_in
def remove_passkey(record_id: int) -> Answer:
    """Take a passkey no more."""
    with reading() as known:
        check_owned(factors_of(known, current_user.id), record_id)

    def remove(work: Session) -> None:
        service.remove_passkey(work, current_user.id, record_id, demanded=current_user.needs_second_factor)

    answer = _after_password(
        remove, _("Remove this passkey?"), _("The device can't sign in with it any more."), _("Remove")
    )
    return answer if answer is not None else _done(_("The passkey is removed."), [])


def _keep_passkey(name: str) -> list[str]:
    with transaction(_("Second factor set up")) as work:
        asked = take_step(work, session.pop(CHALLENGE, None), NEW_PASSKEY)
        if asked is None or asked.user_id != current_user.id:
            raise Refused(_("The passkey was not made in time. Try again."))
        try:
            key = check_new(this_site(), request.form.get(ANSWER, ""), asked.challenge)
        except PasskeyRefused as refused:
            raise Refused(_("The browser made no passkey that can be used here. Try again.")) from refused
        return service.add_passkey(work, current_user.id, name, key, sign_in_id=current_user.sign_in_id)


def _after_password(work_on: Callable[[Session], None], title: Message, text: Message, verb: Message) -> Answer | None:
    """Ask for the password and do something; None when it is done."""
    form = PasswordAgainForm()
    if form.validate_on_submit():
        try:
            confirm_password(form.password.data or "")
            with transaction(title) as work:
                work_on(work)
        except NotFound:
            raise
        except Problem as problem:
            form.take_problem(problem)
        else:
            return None
    page = render("users/password_again.html", form=form, heading=title, text=text, verb=verb)
    return page, 422 if form.is_submitted() else 200


def _done(news: Message, codes: list[str]) -> Answer:
    """Show new recovery codes, the only time that anybody sees them, or go back."""
    if codes:
        return render("users/recovery_codes.html", codes=codes, news=news)
    toast(news, undo=False)
    return redirect(url_for("users.show_second_factor"))
