"""Pages of the add-in: the one beside a document, the files that tell the programs of it, and setting it up."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask import render_template as fill
from werkzeug.wrappers import Response

from kartoteka.builtin.files.queries import choices_of_files
from kartoteka.builtin.files.service import links_for
from kartoteka.builtin.office import service
from kartoteka.builtin.office.blueprint import blueprint
from kartoteka.builtin.office.forms import OriginsForm
from kartoteka.builtin.office.rules import MANAGE, PROGRAMS, SCRIPT, USE, add_in_id, policy
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.errors import NotFound
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.web.asked import asked_id
from kartoteka.web.blueprint import public, require
from kartoteka.web.current import current
from kartoteka.web.downloads import attachment
from kartoteka.web.machines import json_answer
from kartoteka.web.pages import render
from kartoteka.web.saving import save_form
from kartoteka.web.toasts import toast

Answer = str | Response | tuple[str, int]
USUAL = ("https://*.officeapps.live.com", "https://outlook.office.com", "https://outlook.live.com")


@blueprint.get("/pane")
@public
def show_pane() -> Response:
    """Show the page beside a document or a mail (CORE-18, CORE-19); it holds nothing of the company's.

    What it shows and saves goes through the API, with the key that its user has entered there.
    """
    with current().database.reading(service.READER) as session:
        origins = service.origins_of(session)
    answer = Response(fill("office/pane.html", script=SCRIPT), mimetype="text/html")
    answer.headers["Content-Security-Policy"] = policy(origins)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@blueprint.get("/manifest/<program>.xml")
@public
def show_manifest(program: str) -> Response:
    """Give out what tells a program of the add-in, to be added there by its user or for all by an administrator."""
    if program not in PROGRAMS:
        raise NotFound
    root = request.url_root.rstrip("/")
    template = "office/outlook.xml" if program == "outlook" else "office/document.xml"
    text = fill(template, root=root, id=add_in_id(root, program), company=current().config.company, program=program)
    answer = Response(text, mimetype="text/xml")
    answer.headers["Content-Disposition"] = attachment(f"kartoteka-{program}.xml")
    return answer


@blueprint.core_route("/api/v1/office/choices")
@require("files.view")
def show_choices() -> Response:
    """Return the kinds and the statuses that documents may have, with their titles."""
    with reading() as session:
        choices = choices_of_files(session)
    return json_answer(
        {
            "kinds": [{"value": one.value, "title": str(one.title)} for one in choices.offered_kinds.values()],
            "statuses": [{"value": one.value, "title": str(one.title)} for one in choices.offered_statuses.values()],
        }
    )


@blueprint.core_route("/api/v1/office/links")
@require("files.view")
def show_links() -> Response:
    """Return the records of a client that a document may belong to; those under another are offered with it only."""
    with reading() as session:
        links = links_for(session, asked_id("client"))
    return json_answer(
        {
            "links": [
                {
                    "value": str(one.ref),
                    "title": str(one.title),
                    "group": str(one.group),
                    "under": str(one.under) if one.under else None,
                }
                for one in links
            ]
        }
    )


@blueprint.get("/")
@require(USE)
def show_setup() -> Answer:
    """Explain how the add-in comes into the programs."""
    return render("office/setup.html", programs=PROGRAMS, root=request.url_root.rstrip("/"))


@blueprint.post("/key")
@require(USE)
def make_key() -> Answer:
    """Make a key for one's own add-in; its text is shown on the page that answers, this once."""
    with transaction() as session:
        token = service.make_own_key(session)
    return render("office/setup.html", programs=PROGRAMS, root=request.url_root.rstrip("/"), token=token)


@blueprint.post("/key/end")
@require(USE)
def end_keys() -> Answer:
    """End the keys of one's own add-ins: they let nobody in any more."""
    with transaction() as session:
        ended = service.end_own_keys(session)
    toast(plural_text("One key was revoked.", "%(count)s keys were revoked.", ended))
    return redirect(url_for("office.show_setup"))


@blueprint.route("/settings", methods=["GET", "POST"])
@require(MANAGE)
def show_settings() -> Answer:
    """Say which sites may show the add-in in a frame."""
    form = OriginsForm()
    with reading() as session:
        origins = service.origins_of(session)
    form.fill({"origins": "\n".join(origins)})
    if form.validate_on_submit():
        saved = save_form(
            form, _("Settings changed"), lambda session: service.save_origins(session, form.origins.data or "")
        )
        if saved is not None:
            toast(_("Saved."))
            return redirect(url_for("office.show_settings"))
    return render("office/settings.html", form=form, usual=USUAL), 422 if form.is_submitted() else 200
