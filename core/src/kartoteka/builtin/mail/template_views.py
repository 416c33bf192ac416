"""Pages of mail templates: which there are, their words in each language, and how a mail will look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.mail import queries, service
from kartoteka.builtin.mail.blueprint import blueprint
from kartoteka.builtin.mail.forms import TextForm
from kartoteka.builtin.mail.models import MANAGE, MailText
from kartoteka.builtin.mail.texts import (
    GENERAL,
    Composed,
    Words,
    fill_words,
    find_template,
    is_own,
    words_of,
    write_value,
)
from kartoteka.builtin.mail.writing import drop_text, find_text, save_text
from kartoteka.builtin.users.queries import User
from kartoteka.db.session import Session, find, reading, transaction
from kartoteka.vocabulary.errors import InvalidInput, NotFound
from kartoteka.vocabulary.mail import MailDraft
from kartoteka.vocabulary.message import Translatable, language_spoken, speaking
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.current import current, visitor
from kartoteka.web.i18n import LANGUAGES, today
from kartoteka.web.pages import render
from kartoteka.web.preview import Preview, preview_url, register_preview
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
_PREVIEW = "mail.text"


@dataclass(frozen=True, kw_only=True)
class Edited:
    """A template in one language, as its page shows it."""

    key: str
    title: Translatable
    language: str
    placeholders: Mapping[str, Translatable]
    sample: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    words: Words = field(default_factory=lambda: Words("", ""))

    @property
    def is_own(self) -> bool:
        return not self.key or is_own(self.key)


@blueprint.get("/templates/")
@require(MANAGE)
def show_templates() -> Answer:
    """List the templates, the company's own and those of modules, with the languages that the company has written."""
    with reading() as session:
        written = queries.texts_by_template(session)
        declared = queries.declared_templates(session)
    own = {key: texts for key, texts in written.items() if is_own(key)}
    titles = {one.key: current().registry.module(one.module).title for one in declared}
    return render(
        "mail/templates.html",
        own=own,
        declared=declared,
        written=written,
        module_titles=titles,
        languages=LANGUAGES,
        language=_language(),
    )


@blueprint.route("/templates/new", methods=["GET", "POST"])
@require(MANAGE)
def add_template() -> Answer:
    """Add a template of the company's own."""
    edited = Edited(key="", title=_("New template"), language=_language(), placeholders=GENERAL, sample=_sample())
    return _edit(edited)


@blueprint.route("/templates/<key>/<language>", methods=["GET", "POST"])
@require(MANAGE)
def show_template(key: str, language: str) -> Answer:
    """Show and change what a template says in a language; "Preview" shows a mail without keeping anything."""
    return _edit(_find(key, language))


@blueprint.post("/templates/<key>/<language>/drop")
@require(MANAGE)
def drop_template(key: str, language: str) -> Answer:
    """Go back to the module's own words, or remove a template of the company's own."""
    _find(key, language)
    with transaction(_("E-mail template removed")) as session:
        drop_text(session, key, language)
    toast(_("Removed."))
    if is_own(key):
        return redirect(url_for("mail.show_templates"))
    return redirect(url_for("mail.show_template", key=key, language=language))


@blueprint.post("/templates/<key>/<language>/try")
@require(MANAGE)
def try_template(key: str, language: str) -> Answer:
    """Send a sample of a template to oneself."""
    edited = _find(key, language)
    with transaction(_("Sample e-mail")) as session:
        address = find(session, User, visitor().id or 0).email
        if not address:
            raise InvalidInput({"email": _("Enter your e-mail address in your profile first.")})
        made = fill_words(words_of(session, key, language), edited.sample, language)
        service.send_mail(
            session, MailDraft(to=(address,), subject=made.subject or str(edited.title), text=made.text, html=made.html)
        )
    toast(_("A sample is on its way to you."), undo=False)
    return redirect(url_for("mail.show_template", key=key, language=language))


def _edit(edited: Edited) -> Answer:
    form = TextForm()
    if not edited.is_own:
        del form.title
    words = edited.words
    known = {"title": str(edited.title) if edited.key else "", "subject": words.subject, "body": words.body}
    form.fill({**known, "is_html": words.is_html, "version": edited.version})
    preview = fill_words(words, edited.sample, edited.language)
    if form.validate_on_submit():
        if request.form.get("do") == "preview":
            typed = Words(form.subject.data or "", form.body.data or "", bool(form.is_html.data))
            return _page(form, edited, fill_words(typed, edited.sample, edited.language), typed=True), 200

        def save(session: Session) -> MailText:
            return save_text(session, edited.key, edited.language, form.typed(), form.version_number)

        if saved := save_form(form, _("E-mail template changed"), save, edited.version):
            toast(_("Saved."))
            return redirect(url_for("mail.show_template", key=saved.template, language=saved.language))
    return _page(form, edited, preview), 422 if form.is_submitted() else 200


def _page(form: TextForm, edited: Edited, preview: Composed, *, typed: bool = False) -> str:
    frame = None
    if preview.html and not typed and edited.key:
        frame = preview_url(_PREVIEW, f"{edited.key} {edited.language}")
    with speaking(edited.language):
        sample = {name: write_value(value) for name, value in edited.sample.items()}
    return render(
        "mail/template.html",
        form=form,
        edited=edited,
        preview=preview,
        frame=frame,
        sample=sample,
        languages=LANGUAGES,
        typed=typed,
    )


def _find(key: str, language: str) -> Edited:
    if language not in LANGUAGES:
        raise NotFound
    with reading() as session:
        try:
            return _read(session, key, language)
        except LookupError:
            raise NotFound from None


def _read(session: Session, key: str, language: str) -> Edited:
    words = words_of(session, key, language)
    kept = find_text(session, key, language)
    version = kept.version if kept else None
    if is_own(key):
        named = next(iter(queries.texts_by_template(session)[key].values())).title
        return Edited(
            key=key,
            title=named,
            language=language,
            placeholders=GENERAL,
            sample=_sample(),
            version=version,
            words=words,
        )
    template = find_template(session, key)
    return Edited(
        key=key,
        title=template.title,
        language=language,
        placeholders=template.placeholders,
        sample=template.sample,
        version=version,
        words=words,
    )


def _sample() -> dict[str, Any]:
    return {
        "client_name": "UAB Langai",
        "record": "UAB Langai",
        "my_name": visitor().name,
        "company": current().config.company,
        "today": today(),
    }


def _language() -> str:
    spoken = language_spoken()
    return spoken if spoken in LANGUAGES else "en"


def _show_text(session: Session, argument: str) -> Preview:
    key, _space, language = argument.partition(" ")
    try:
        words = words_of(session, key, language)
        sample = _sample() if is_own(key) else find_template(session, key).sample
    except LookupError:
        raise NotFound from None
    return Preview((fill_words(words, sample, language).html or "").encode(), "text/html")


register_preview(_PREVIEW, _show_text)
