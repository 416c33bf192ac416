"""Pages of directories: all of them, the entries of one, and an entry."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.directories import queries, service
from kartoteka.builtin.directories.forms import make_form
from kartoteka.builtin.directories.models import DirectoryEntry
from kartoteka.builtin.directories.naming import EntryTitle
from kartoteka.builtin.directories.rights import MANAGE
from kartoteka.builtin.directories.starting import add_start_entries
from kartoteka.builtin.directories.uses import count_uses
from kartoteka.db.session import find, reading, transaction
from kartoteka.extension.declarations.data import Choice
from kartoteka.extension.declarations.directories import Directory
from kartoteka.vocabulary.errors import NotFound, Problem
from kartoteka.vocabulary.identifiers import COUNTRIES, country_code
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import read_id
from kartoteka.vocabulary.text import clean_line
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import ModuleBlueprint, require
from kartoteka.web.countries import country_name
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
blueprint = ModuleBlueprint("directories", __name__)

_DIRECTORY = "directories.show_directory"


@blueprint.get("/")
@require(MANAGE)
def show_directories() -> Answer:
    """List the directories with the number of their entries."""
    with reading() as session:
        directories = queries.offered_directories(session)
        counted = queries.count_entries(session)
    return render("directories/directories.html", directories=directories, counted=counted)


@blueprint.post("/start")
@require(MANAGE)
def add_start() -> Answer:
    """Add what directories begin with: all of them, or the one that the form names."""
    key = request.form.get("directory", "")
    with transaction(_("Standard entries of reference lists added")) as session:
        wanted = [queries.find_directory(session, key).key] if key else []
        added = add_start_entries(session, wanted)
    if added:
        toast(plural_text("One entry added.", "%(count)s entries added.", added))
    else:
        toast(_("Everything has been added already."), kind="info")
    return redirect(url_for(_DIRECTORY, key=key) if key else url_for("directories.show_directories"))


@blueprint.route("/<key>", methods=["GET", "POST"])
@require(MANAGE)
def show_directory(key: str) -> Answer:
    """List the entries of a directory, and add one."""
    with reading() as session:
        directory = queries.find_directory(session, key)
        parents = queries.possible_parents(session, directory)
    form: Any = make_form(directory, parents, is_new=True)
    if form.validate_on_submit():
        entry = save_form(
            form, _("Reference list entry added"), lambda session: service.add_entry(session, key, form.entry_values())
        )
        if entry is not None:
            toast(_("“%(name)s” is added.", name=entry.name))
            return redirect(url_for(_DIRECTORY, key=key))
    return _show_entries(directory, form)


@blueprint.route("/entries/<int:record_id>", methods=["GET", "POST"])
@require(MANAGE)
def show_entry(record_id: int) -> Answer:
    """Show an entry and change it."""
    with reading() as session:
        entry = find(session, DirectoryEntry, record_id)
        directory = queries.find_directory(session, entry.directory)
        parents = queries.possible_parents(session, directory)
    form: Any = make_form(directory, parents, is_new=False)
    form.fill_entry(entry)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Reference list entry changed"),
            lambda session: service.change_entry(session, record_id, form.entry_values(), form.version_number),
            entry.version,
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for(_DIRECTORY, key=directory.key))
    return _show_entry(directory, entry, form)


@blueprint.post("/entries/<int:record_id>/move")
@require(MANAGE)
def move_entry(record_id: int) -> Answer:
    """Let an entry change places with its neighbour: above it with ``up``, below it otherwise."""
    with transaction(_("Reference list reordered")) as session:
        entry = service.move_entry(session, record_id, up="up" in request.form)
    return redirect(url_for(_DIRECTORY, key=entry.directory, _anchor=f"entry-{record_id}"))


@blueprint.post("/entries/<int:record_id>/delete")
@require(MANAGE)
def delete_entry(record_id: int) -> Answer:
    """Delete an entry that nothing uses."""
    try:
        with transaction(_("Reference list entry deleted")) as session:
            entry = service.delete_entry(session, record_id)
    except Problem as problem:
        if isinstance(problem, NotFound):
            raise
        toast(problem.message, kind="error")
        return redirect(url_for("directories.show_entry", record_id=record_id))
    toast(_("“%(name)s” is deleted.", name=entry.name))
    return redirect(url_for(_DIRECTORY, key=entry.directory))


@blueprint.post("/entries/<int:record_id>/merge")
@require(MANAGE)
def merge_entry(record_id: int) -> Answer:
    """Let another entry take the place of this one everywhere."""
    with reading() as session:
        find(session, DirectoryEntry, record_id)
    kept_id = read_id(request.form.get("kept"))
    here = url_for("directories.show_entry", record_id=record_id)
    if kept_id is None:
        toast(_("Choose the entry that replaces it."), kind="error")
        return redirect(here)
    try:
        with transaction(_("Reference list entries merged")) as session:
            moved = service.merge_entries(session, kept_id, record_id)
    except Problem as problem:
        if isinstance(problem, NotFound):
            raise
        toast(problem.message, kind="error")
        return redirect(here)
    toast(plural_text("Merged: one record changed.", "Merged: %(count)s records changed.", moved))
    return redirect(url_for("directories.show_entry", record_id=kept_id))


def _show_entries(directory: Directory, form: Any) -> Answer:
    words, country = (
        clean_line(request.args.get("q", "")[:200]),
        country_code(request.args.get("country", "")[:2]) or "",
    )
    after = asked_id("after")
    with reading() as session:
        rows, more = queries.list_entries(session, directory.key, words=words, country=country, after=after)
    countries = [Choice(code, country_name(code)) for code in COUNTRIES] if directory.by_country else []
    page = render(
        "directories/directory.html",
        directory=directory,
        rows=rows,
        more=more,
        after=after,
        words=words,
        country=country,
        countries=countries,
        country_name=country_name,
        title_of=EntryTitle,
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


def _show_entry(directory: Directory, entry: DirectoryEntry, form: Any) -> Answer:
    with reading() as session:
        used = count_uses(session, [entry.id])[entry.id]
        others = queries.others_of(session, entry)
    page = render("directories/entry.html", directory=directory, entry=entry, form=form, used=used, others=others)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422
