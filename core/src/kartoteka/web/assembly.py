"""Puts the web layer together: one Flask application with the shell, the gate and the modules' routes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

from kartoteka.web.actions import install_actions
from kartoteka.web.addresses import Address
from kartoteka.web.asking import ShellRequest
from kartoteka.web.cookies import Cookies
from kartoteka.web.current import EXTENSION, Kartoteka
from kartoteka.web.environment import ShellEnvironment
from kartoteka.web.errors import install_errors
from kartoteka.web.gate import check_routes, install_gate
from kartoteka.web.i18n import Languages
from kartoteka.web.machines import exempt_programs
from kartoteka.web.pages import install_pages
from kartoteka.web.panels import install_panels
from kartoteka.web.preview import install_preview
from kartoteka.web.security import install_security
from kartoteka.web.templating import install_globals


class ShellFlask(Flask):
    """Flask with templates whose texts know their module, requests whose values databases hold, and late addresses."""

    jinja_environment = ShellEnvironment
    request_class = ShellRequest
    url_rule_class = Address
    session_interface = Cookies()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function as it is: none of ours is asynchronous, and looking a dozen times a page takes time."""
        return func


def make_flask() -> Flask:
    """Return an application with the shell's templates and static files, and nothing else yet."""
    return ShellFlask("kartoteka.web", static_folder="static", template_folder="templates")


def setup(app: Flask, kartoteka: Kartoteka) -> None:
    """Make the application serve Kartoteka: call it once, after ``app.secret_key`` is set.

    Raises UnguardedRoute when a route declares no right.
    """
    registry = kartoteka.registry
    app.extensions[EXTENSION] = kartoteka
    folders = locale_folders(kartoteka)
    kartoteka.caches["languages"] = Languages(folders, pseudo=getattr(kartoteka.config, "pseudo_locale", False))
    kartoteka.caches["module_names"] = registry.installed
    environment = app.jinja_env
    if isinstance(environment, ShellEnvironment):
        environment.domains = frozenset(folders)
    install_globals(app)
    # The gate before the check of forged posts: that one would betray the pages of a module that is off.
    install_gate(app)
    install_security(app, https=kartoteka.config.https)
    install_errors(app)
    install_pages(app)
    install_actions(app)
    install_panels(app)
    install_preview(app)
    for blueprint in registry.blueprints:
        app.register_blueprint(blueprint)  # type: ignore[arg-type]
    exempt_programs(app)
    check_routes(app)


def locale_folders(kartoteka: Kartoteka) -> dict[str, Path]:
    """Return where each installed module keeps its translations; the core's own modules share the core's."""
    registry = kartoteka.registry
    return {
        module.name: folder
        for module in registry.modules
        if module.name not in registry.builtins and (folder := locale_folder(registry.calls.plugin(module.name)))
    }


def locale_folder(plugin: object) -> Path | None:
    """Return the ``locale`` folder beside a plugin module or class."""
    if not hasattr(plugin, "__file__"):
        plugin = sys.modules.get(str(getattr(plugin, "__module__", "")))
    file = getattr(plugin, "__file__", None)
    return Path(file).parent / "locale" if file else None
