"""Pages of sales projects: the list, the tab of the client card, the project with its tabs, and the form."""

from __future__ import annotations

from typing import Any

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.api.clients import Client
from kartoteka.api.db import find, reading, transaction, utc_now
from kartoteka.api.errors import InvalidInput, NotFound, Problem
from kartoteka.api.forms import save_form
from kartoteka.api.lists import choose_columns, show_filters, show_list
from kartoteka.api.records import RecordRef, RecordState
from kartoteka.api.texts import Texts
from kartoteka.api.users import set_preference
from kartoteka.api.web import record_actions, record_tabs, render, render_card, require, stream_page, toast, today
from kartoteka.api.work import files_of_record, store_file
from kartoteka_crm_inquiries.activities.models import Activity
from kartoteka_crm_inquiries.activities.queries import activities_of
from kartoteka_crm_inquiries.blueprint import blueprint
from kartoteka_crm_inquiries.naming import EDIT, PROJECT, VIEW, VIEW_ACTIVITIES
from kartoteka_crm_inquiries.projects import queries, service
from kartoteka_crm_inquiries.projects.forms import ProjectForm
from kartoteka_crm_inquiries.projects.lists import PROJECT_LIST
from kartoteka_crm_inquiries.projects.models import Project

_ = Texts("crm_inquiries")

SEE_FILES, ADD_FILES = "files.view", "files.add"
TAB = "crm_inquiries.projects"
MOST_ACTIVITIES = 100
Answer = str | Response | tuple[str, int]


@blueprint.get("/projects/")
@require(VIEW)
def list_projects() -> Answer:
    """List the sales projects (IN-49)."""
    return show_list(PROJECT_LIST)


@blueprint.get("/projects/filters")
@require(VIEW)
def filter_projects() -> Answer:
    """Ask for all filters at once."""
    return show_filters(PROJECT_LIST)


@blueprint.route("/projects/columns", methods=["GET", "POST"])
@require(VIEW)
def choose_project_columns() -> Answer:
    """Choose the columns of the list and their order."""
    return choose_columns(PROJECT_LIST, set_preference)


@blueprint.get("/clients/<int:record_id>/projects")
@require(VIEW)
def show_client_projects(record_id: int) -> Answer:
    """List the projects of a client; ``archived`` shows those put away."""
    archived = "archived" in request.args
    with reading() as session:
        find(session, Client, record_id)
        projects = queries.projects_of(session, record_id, archived=archived)
    template = "crm_inquiries/projects/client_tab.html"
    return render_card(template, record_id, tab=TAB, projects=projects, archived=archived, today=today())


@blueprint.route("/clients/<int:record_id>/projects/new", methods=["GET", "POST"])
@require(VIEW, EDIT)
def new_project(record_id: int) -> Answer:
    """Start a project of a client."""
    form = ProjectForm()
    with reading() as session:
        client = find(session, Client, record_id)
    form.fill({"starts_on": today(), "currency": "EUR"})
    if form.validate_on_submit():
        saved = save_form(
            form, _("Project started"), lambda session: service.start_project(session, record_id, _values(form))
        )
        if saved is not None:
            toast(_("Project %(number)s is saved.", number=saved.number))
            return redirect(url_for("crm_inquiries.show_project", record_id=saved.id))
    back = url_for("crm_inquiries.show_client_projects", record_id=record_id)
    return _form(form, None, client.name, back)


@blueprint.route("/projects/<int:record_id>", methods=["GET", "POST"])
@require(VIEW)
def show_project(record_id: int) -> Answer:
    """Show a project: what it is about, and what was said about it."""
    ref = RecordRef(PROJECT, record_id)
    with reading() as session:
        shown = _shown(session, record_id)
        tabs, actions = record_tabs(session, ref), record_actions(session, ref)
    return stream_page(
        ref,
        lambda stream: render(
            "crm_inquiries/projects/project.html",
            shown=shown,
            tabs=tabs,
            actions=actions,
            stream=stream,
            ref=ref,
            today=today(),
        ),
    )


@blueprint.get("/projects/<int:record_id>/activities")
@require(VIEW, VIEW_ACTIVITIES)
def show_project_activities(record_id: int) -> Answer:
    """List the activities of a project, open ones first."""
    with reading() as session:
        shown = _shown(session, record_id)
        about = (Activity.project_id == record_id) & (Activity.state == RecordState.ACTIVE)
        open_first = Activity.status.in_(("planned", "started")).desc()
        found = activities_of(session, about, open_first, Activity.due_at.desc(), limit=MOST_ACTIVITIES)
        tabs = record_tabs(session, RecordRef(PROJECT, record_id), "crm_inquiries.project_activities")
    return render(
        "crm_inquiries/projects/activities.html",
        shown=shown,
        tabs=tabs,
        activities=found,
        now=utc_now(),
        most=MOST_ACTIVITIES,
    )


@blueprint.route("/projects/<int:record_id>/documents", methods=["GET", "POST"])
@require(VIEW, SEE_FILES)
def show_project_documents(record_id: int) -> Answer:
    """List the documents of a project, and take another one in."""
    ref = RecordRef(PROJECT, record_id)
    with reading() as session:
        shown = _shown(session, record_id)
        files = files_of_record(session, ref)
        tabs = record_tabs(session, ref, "crm_inquiries.project_documents")
    if request.method == "POST":
        _take_file(ref)
        return redirect(url_for("crm_inquiries.show_project_documents", record_id=record_id))
    return render("crm_inquiries/projects/documents.html", shown=shown, tabs=tabs, files=files)


@blueprint.route("/projects/<int:record_id>/edit", methods=["GET", "POST"])
@require(VIEW, EDIT)
def edit_project(record_id: int) -> Answer:
    """Change a project; what somebody else saved meanwhile is merged or shown beside (X-30)."""
    form = ProjectForm()
    with reading() as session:
        project = find(session, Project, record_id)
        name = find(session, Client, project.client_id).name
    form.fill(project)
    if form.validate_on_submit():
        saved = save_form(
            form,
            _("Project changed"),
            lambda session: service.change_project(session, record_id, _values(form), form.version_number),
            project.version,
        )
        if saved is not None:
            toast(_("Project %(number)s is saved.", number=saved.number))
            return redirect(url_for("crm_inquiries.show_project", record_id=record_id))
    return _form(form, project, name, url_for("crm_inquiries.show_project", record_id=record_id))


@blueprint.post("/projects/<int:record_id>/archive")
@require(VIEW, EDIT)
def archive_project(record_id: int) -> Answer:
    """Put a project away."""
    with transaction(_("Project archived")) as session:
        project = service.archive_project(session, record_id)
    toast(_("Project %(number)s is archived.", number=project.number))
    return redirect(url_for("crm_inquiries.show_project", record_id=record_id))


@blueprint.post("/projects/<int:record_id>/restore")
@require(VIEW, EDIT)
def restore_project(record_id: int) -> Answer:
    """Take a project out of the archive."""
    with transaction(_("Project restored")) as session:
        project = service.restore_project(session, record_id)
    toast(_("Project %(number)s is back.", number=project.number))
    return redirect(url_for("crm_inquiries.show_project", record_id=record_id))


def _shown(session: Any, record_id: int) -> queries.Shown:
    shown = queries.project_of(session, record_id)
    if shown is None:
        raise NotFound
    return shown


def _take_file(ref: RecordRef) -> None:
    upload = request.files.get("file")
    try:
        if upload is None or not upload.filename:
            raise InvalidInput({"file": _("Choose a file first.")})
        with transaction(_("File of a project added")) as session:
            name = store_file(session, upload.stream, upload.filename, about=ref, kind="other").title
    except Problem as problem:
        errors = getattr(problem, "errors", None)
        toast(next(iter(errors.values())) if errors else problem.message, kind="error")
    else:
        toast(_("“%(name)s” is in the register of documents.", name=name))


def _values(form: ProjectForm) -> dict[str, Any]:
    return {name: value for name, value in form.values().items() if value is not None or name != "currency"}


def _form(form: ProjectForm, project: Project | None, client: str, back: str) -> Answer:
    page = render("crm_inquiries/projects/form.html", form=form, project=project, client=client, cancel_url=back)
    if not form.is_submitted():
        return page
    return page, 409 if hasattr(form, "conflict") else 422
