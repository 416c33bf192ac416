"""The page that shows modules and switches them."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from kartoteka.builtin.modules import service
from kartoteka.builtin.modules.overview import requirements, storage, view_modules
from kartoteka.builtin.modules.queries import enabled_modules
from kartoteka.db.session import reading, transaction
from kartoteka.vocabulary.errors import NotFound, Problem
from kartoteka.vocabulary.message import plural_text
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import ModuleBlueprint, require
from kartoteka.web.current import current, modules_on
from kartoteka.web.pages import render
from kartoteka.web.toasts import toast

blueprint = ModuleBlueprint("modules", __name__)


@blueprint.get("/")
@require("modules.manage")
def show_modules() -> str:
    """Show installed modules, those set aside, and data whose module is gone."""
    kartoteka = current()
    stored = storage(kartoteka.database, kartoteka.registry)
    with reading() as session:
        enabled = enabled_modules(session)
    return render(
        "modules/modules.html",
        modules=view_modules(kartoteka.registry, modules_on(), stored.outdated),
        builtins=[module for module in kartoteka.registry.modules if module.name in kartoteka.registry.builtins],
        broken=kartoteka.registry.broken,
        enabled=enabled,
        without_code=stored.without_code,
        core_outdated="core" in stored.outdated,
    )


@blueprint.post("/<name>/switch")
@require("modules.manage")
def switch_module(name: str) -> Response:
    """Switch a module on (``on=1``) with those it requires, or off with those that require it."""
    kartoteka = current()
    needed = requirements(kartoteka.registry)
    if name not in needed:
        raise NotFound
    on = request.form.get("on") == "1"
    try:
        if on:
            service.check_tables(storage(kartoteka.database, kartoteka.registry).outdated, needed, name)
        with transaction(_("Module switched on") if on else _("Module switched off")) as session:
            if on:
                switched = service.switch_on(session, needed, name)
            else:
                switched = service.switch_off(session, needed, name, with_dependents="with_dependents" in request.form)
    except Problem as problem:
        toast(problem.message, kind="error")
    else:
        _tell(switched, on=on)
    return redirect(url_for("modules.show_modules"))


def _tell(switched: list[str], *, on: bool) -> None:
    titles = [str(current().registry.module(each).title) for each in switched]
    if not titles:
        return
    names = ", ".join(titles)
    count = len(titles)
    if on:
        toast(plural_text("%(names)s is on.", "%(names)s are on.", count, names=names))
        return
    toast(plural_text("%(names)s is off. Its data stays.", "%(names)s are off. Their data stays.", count, names=names))
