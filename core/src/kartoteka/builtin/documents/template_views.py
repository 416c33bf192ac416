"""Pages on which a company replaces templates of documents, looks at them first, and sets up number series."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.documents import queries, service
from kartoteka.builtin.documents.forms import SeriesForm, TemplateForm
from kartoteka.builtin.documents.models import MANAGE
from kartoteka.builtin.documents.pictures import Pages, look_at
from kartoteka.builtin.documents.typesetting import Setting
from kartoteka.builtin.documents.views import blueprint
from kartoteka.builtin.users.queries import user_names
from kartoteka.db.clock import utc_now
from kartoteka.db.series import chosen_mask, series_states
from kartoteka.db.session import reading, transaction
from kartoteka.extension.declarations.documents import DocumentType, Series
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import require
from kartoteka.web.current import current, modules_on
from kartoteka.web.i18n import LANGUAGES, today
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]


@blueprint.get("/templates")
@require(MANAGE)
def show_templates() -> Answer:
    """List the types of documents with their templates."""
    with reading() as session:
        own = queries.own_templates(session, [one.key for one in _types()])
    registry = current().registry
    types = sorted(_types(), key=lambda one: one.module)
    groups = [(registry.module(name), list(found)) for name, found in groupby(types, key=lambda one: one.module)]
    return render("documents/templates.html", groups=groups, own=own, languages=LANGUAGES)


@blueprint.route("/templates/<module>/<name>", methods=["GET", "POST"])
@require(MANAGE)
def edit_template(module: str, name: str) -> Answer:
    """Change the template of a type, in all languages or in one, and look at it with invented content."""
    language = request.values.get("language", "")
    language = language if language in LANGUAGES else ""
    form = TemplateForm()
    with reading() as session:
        declared = service.type_of_any(session, f"{module}.{name}")
        in_force = queries.template_of(session, declared, language)
    form.fill({"source": in_force.source})
    if request.method != "POST":
        return _show_template(form, declared, language, in_force)
    page = _show_template(form, declared, language, in_force)
    if not form.validate() or request.form.get("do") == "preview":
        return page if not form.errors else (page, 422)
    if request.form.get("do") != "original" and (problem := _look(declared, language, _typed(form)).problem):
        form.take_problem(problem)
        return _show_template(form, declared, language, in_force), 422
    source = "" if request.form.get("do") == "original" else _typed(form)
    with transaction(_("Template changed")) as session:
        service.save_template(session, declared.key, language, source)
    toast(_("Saved.") if source else _("The default templates are used again."))
    return redirect(url_for("documents.edit_template", module=module, name=name, language=language or None))


@blueprint.get("/series")
@require(MANAGE)
def show_series() -> Answer:
    """List the number series of documents, with the numbers that come next."""
    with reading() as session:
        states: dict[str, list[Any]] = {}
        for one in series_states(session):
            states.setdefault(one.name, []).append(one)
        masks = {one.name: chosen_mask(session, one.name, one.mask) for one in _series()}
    return render("documents/series.html", rows=_with_types(), states=states, masks=masks, year=today().year)


@blueprint.route("/series/<name>", methods=["GET", "POST"])
@require(MANAGE)
def edit_series(name: str) -> Answer:
    """Change how the numbers of a series are written and where they begin."""
    series = next((one for one in _series() if one.name == name), None)
    if series is None:
        raise NotFound
    with reading() as session:
        mask = chosen_mask(session, name, series.mask)
    form = SeriesForm()
    form.fill({"mask": mask})
    if form.validate_on_submit():
        values = form.values()
        saved = save_form(
            form,
            _("Number series changed"),
            lambda session: service.change_series(session, series, values["mask"], values["start"], today()),
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("documents.show_series"))
    page = render("documents/series_form.html", form=form, series=series, types=_titles_with(name))
    return (page, 422) if form.is_submitted() else page


def _show_template(form: TemplateForm, declared: DocumentType, language: str, in_force: queries.Template) -> str:
    with reading() as session:
        versions = queries.versions_of(session, declared.key, language)
        people = user_names(session, sorted({one.user_id for one in versions if one.user_id}))
        own = queries.own_templates(session, [declared.key]).get(declared.key, [])
    return render(
        "documents/template.html",
        form=form,
        declared=declared,
        language=language,
        languages=LANGUAGES,
        own=own,
        is_own=in_force.id is not None,
        pages=_look(declared, language, _typed(form)),
        versions=versions,
        people=people,
    )


def _look(declared: DocumentType, language: str, source: str) -> Pages:
    with reading() as session:
        setting = queries.draft(session, declared, declared.sample(), language)
    return look_at(Setting(source, setting.values, utc_now()))


def _typed(form: TemplateForm) -> str:
    return (form.source.data or "").replace("\r\n", "\n")


def _types() -> list[DocumentType]:
    return [one for one in current().registry.document_types if one.module in modules_on()]


def _series() -> list[Series]:
    return list({one.series.name: one.series for one in _types() if one.series}.values())


def _with_types() -> list[tuple[Series, list[Any]]]:
    return [(series, _titles_with(series.name)) for series in _series()]


def _titles_with(name: str) -> list[Any]:
    return [one.title for one in _types() if one.series and one.series.name == name]
