"""Pages of imports: the list, the upload, how the file is read, its columns, the dry run and the result."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.importing import queries, service
from kartoteka.builtin.importing.ended import stages_of
from kartoteka.builtin.importing.files import LARGEST, ImportFolder, folder_of, take_in
from kartoteka.builtin.importing.guessing import known_titles
from kartoteka.builtin.importing.models import USE, Import, Stage
from kartoteka.builtin.importing.pages import STAGES, ColumnsPage, FilePage, ImportPage, mapping_sent
from kartoteka.builtin.importing.tables import TableForm, guess_form, read_sheet
from kartoteka.db.session import find, reading, transaction, workplace
from kartoteka.extension.dispatch import import_targets
from kartoteka.vocabulary.errors import InvalidInput, NotFound, Problem, Refused
from kartoteka.vocabulary.lines import FileProblem
from kartoteka.vocabulary.message import text as _
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import ModuleBlueprint, require, takes_files
from kartoteka.web.downloads import Heading, csv_response
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

blueprint = ModuleBlueprint("importing", __name__)
Answer = str | Response | tuple[str, int]
_PHASES = ("check", "import")


@blueprint.get("/")
@require(USE)
def show_imports() -> Answer:
    """List the imports, the newest first."""
    with reading() as session:
        imports, more = queries.list_imports(session, asked_id("before"))
        titles = {target.key: target.title for target in import_targets(session)}
        stages = {number: STAGES[stage] for number, stage in stages_of(session, imports).items()}
    return render("importing/imports.html", imports=imports, more=more, titles=titles, stages=stages)


@blueprint.route("/new", methods=["GET", "POST"])
@require(USE)
@takes_files(LARGEST + 1024 * 1024)
def new_import() -> Answer:
    """Choose what to import and upload the file (X-02)."""
    with reading() as session:
        targets = import_targets(session)
    problem: Problem | None = None
    if request.method == "POST":
        try:
            return redirect(url_for("importing.choose_form", record_id=_take_upload()))
        except (FileProblem, InvalidInput) as error:
            problem = error
    chosen = request.form.get("target") or request.args.get("target", "")
    page = render("importing/new.html", targets=targets, chosen=chosen, problem=problem, most=LARGEST >> 20)
    return page if problem is None else (page, 422)


@blueprint.route("/<int:record_id>/file", methods=["GET", "POST"])
@require(USE)
def choose_form(record_id: int) -> Answer:
    """Look at the first lines, and say how the file is written."""
    with reading() as session:
        imported = _find(session, record_id)
        target = service.target_of(session, imported)
        folder = folder_of(session.database, imported.folder)
    kept = TableForm.kept(imported.form)
    if request.method != "POST":
        return render("importing/file.html", page=FilePage(imported, target, folder, kept))
    try:
        form = _form_sent(folder, kept)
        is_final = request.form.get("do") != "preview"
        with transaction() as session:
            service.decide_form(session, record_id, form, is_final=is_final)
    except FileProblem as problem:
        page = FilePage(imported, target, folder, _typed_form(kept), problem)
        return render("importing/file.html", page=page), 422
    return redirect(url_for("importing.map_columns" if is_final else "importing.choose_form", record_id=record_id))


@blueprint.route("/<int:record_id>/columns", methods=["GET", "POST"])
@require(USE)
def map_columns(record_id: int) -> Answer:
    """Say which column goes into which field, and begin the dry run."""
    with reading() as session:
        imported = _find(session, record_id)
        target = service.target_of(session, imported)
        page = ColumnsPage(session, imported, target, mapping_sent() if request.method == "POST" else None)
    if request.method != "POST":
        return render("importing/columns.html", page=page)
    try:
        with transaction() as session:
            service.map_columns(session, record_id, page.mapping)
    except InvalidInput as problem:
        page.errors = problem.errors
        return render("importing/columns.html", page=page), 422
    return redirect(url_for("importing.show_import", record_id=record_id))


@blueprint.get("/<int:record_id>")
@require(USE)
def show_import(record_id: int) -> Answer:
    """Show how far an import is: the dry run with its numbers, the import, the result."""
    with reading() as session:
        imported = _find(session, record_id)
        if imported.stage in (Stage.FILE, Stage.COLUMNS):
            step = "importing.choose_form" if imported.stage == Stage.FILE else "importing.map_columns"
            return redirect(url_for(step, record_id=record_id))
        return render("importing/import.html", page=ImportPage(session, imported))


@blueprint.post("/<int:record_id>/start")
@require(USE)
def start_import(record_id: int) -> Answer:
    """Import what was tried out."""
    try:
        with transaction() as session:
            service.start_import(session, record_id, request.form.get("duplicates", "skip"))
    except (Refused, FileProblem) as problem:
        toast(problem.message, kind="error")
    return redirect(url_for("importing.show_import", record_id=record_id))


@blueprint.post("/<int:record_id>/drop")
@require(USE)
def drop_import(record_id: int) -> Answer:
    """Forget an import that has not begun or has ended early, with its file; records that it has written stay."""
    with transaction() as session:
        dropped = service.drop_import(session, record_id)
    if dropped.folder:
        ImportFolder(workplace.get().database.files / "imports" / dropped.folder).remove()
    done = (
        _("What had been done before stays.") if dropped.stays else _("The import was discarded; nothing has changed.")
    )
    toast(done, kind="info")
    return redirect(url_for("importing.show_imports"))


@blueprint.get("/<int:record_id>/<phase>/problems")
@require(USE)
def show_problems(record_id: int, phase: str) -> Answer:
    """List what is wrong with lines, page by page."""
    with reading() as session:
        imported = _find(session, record_id)
        _known_phase(phase)
        page = ImportPage(session, imported)
        problems = queries.list_problems(session, record_id, phase, asked_id("after") or 0, queries.PAGE + 1)
        rows = page.problem_rows(problems[: queries.PAGE])
    last = problems[queries.PAGE - 1].id if len(problems) > queries.PAGE else None
    return render("importing/problems.html", page=page, phase=phase, rows=rows, more=last)


@blueprint.get("/<int:record_id>/<phase>/problems.csv")
@require(USE)
def download_problems(record_id: int, phase: str) -> Answer:
    """Send everything that is wrong with lines as a file."""
    _known_phase(phase)
    with reading() as session:
        imported = _find(session, record_id)
        page = ImportPage(session, imported)

    def rows() -> Any:
        with reading() as opened:
            for problem in queries.all_problems(opened, record_id, phase):
                yield page.problem_values(problem)

    columns = [
        Heading("line", _("Line")),
        Heading("field", _("Field")),
        Heading("severity", _("What it is")),
        Heading("message", _("Message")),
    ]
    return csv_response(rows, columns, f"{PurePath(imported.filename).stem}-{phase}.csv")


def _take_upload() -> int:
    """Keep the uploaded file and look at it; returns the id of the import. Raises FileProblem and InvalidInput."""
    key, upload = request.form.get("target", ""), request.files.get("file")
    if upload is None or not upload.filename:
        raise InvalidInput({"file": _("Choose a file.")})
    with reading() as session:
        if key not in {target.key for target in import_targets(session)}:
            raise InvalidInput({"target": _("Choose one of the values offered.")})
        known = known_titles([service.demand_target(session, key)])
    folder = take_in(workplace.get().database, upload.stream)
    try:
        form = guess_form(folder, known)
        with transaction() as session:
            imported = service.begin_import(session, key, PurePath(upload.filename).name, folder, form)
            return imported.id
    except BaseException:
        folder.remove()
        raise


def _form_sent(folder: ImportFolder, kept: TableForm) -> TableForm:
    typed = _typed_form(kept)
    if kept.is_sheet and typed.sheet != kept.sheet:
        if typed.sheet not in kept.sheets:
            raise FileProblem(_("There is no sheet of this name."), "sheet")
        found = read_sheet(folder, typed.sheet)
        return TableForm(heading=typed.heading, sheet=found.sheet, sheets=found.sheets)
    return typed


def _typed_form(kept: TableForm) -> TableForm:
    sent = request.form.get
    written = sent("heading", "")
    heading = int(written) if written.isascii() and written.isdigit() and len(written) < 3 else kept.heading
    if kept.is_sheet:
        return TableForm(heading=heading, sheet=sent("sheet", kept.sheet), sheets=kept.sheets)
    return TableForm(
        encoding=sent("encoding", kept.encoding)[:40],
        separator=sent("separator", kept.separator)[:10],
        quoting=sent("quoting", kept.quoting)[:10],
        heading=heading,
    )


def _find(session: Any, record_id: int) -> Import:
    return find(session, Import, record_id)


def _known_phase(phase: str) -> None:
    if phase not in _PHASES:
        raise NotFound
