"""The one door of all pages: is the module on, who asks, may they, and only then the handler.

Everything is decided before Flask raises its routing errors, so that a wrong method or a missing slash does not
betray a module that is switched off.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from flask import Flask, abort, g, redirect, request, url_for
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from kartoteka.db.session import use_workplace
from kartoteka.vocabulary.errors import Forbidden
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.record import LARGEST_ID
from kartoteka.web.asking import NUL
from kartoteka.web.blueprint import Requirement, UnguardedRoute, requirement_of
from kartoteka.web.current import current, is_signed_in, modules_on, visitor
from kartoteka.web.i18n import FALLBACK_ZONE, choose_language, fall_silent, speak
from kartoteka.web.machines import is_for_programs
from kartoteka.web.menu import url_if

LOGIN = "users.login"
SETUP = "setup"
PASSWORD = "users.change_password"  # noqa: S105
OPEN_WITH_OLD_PASSWORD = frozenset({PASSWORD, "users.logout", "users.login"})
SECOND_FACTOR = "users.show_second_factor"
OPEN_WITHOUT_SECOND_FACTOR = OPEN_WITH_OLD_PASSWORD | {
    SECOND_FACTOR,
    "users.begin_codes",
    "users.set_up_codes",
    "users.add_passkey",
    "users.ask_for_new_passkey",
}
_NESTED = frozenset({"hooks", "actions", "reports", "panels"})


def install_gate(app: Flask) -> None:
    """Put the gate in front of all routes."""
    app.before_request(_enter)
    app.teardown_request(_leave)


def check_routes(app: Flask) -> None:
    """Refuse to start with a route that declares no right; raises UnguardedRoute naming it."""
    for rule in app.url_map.iter_rules():
        if requirement_for(app, rule.endpoint) is None:
            raise UnguardedRoute(f"Route {rule.rule} ({rule.endpoint}) declares no right; see kartoteka.web.blueprint.")


def requirement_for(app: Flask, endpoint: str) -> Requirement | None:
    """Return what a route demands; static files are for everybody."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return Requirement(anybody=True)
    return requirement_of(app.view_functions.get(endpoint))


def _enter() -> Any:
    if request.endpoint == "static":
        return None
    # First of all: an error page needs the language and the menu too.
    _set_the_table()
    if NUL in request.path:
        abort(404)
    if (answer := _lead_to_setup()) is not None:
        return answer
    _check_module(request.path)
    if request.endpoint is None:
        return None
    answer = _check_visitor(requirement_for(current_app_of_request(), request.endpoint) or Requirement())
    if answer is None:
        _check_numbers()
    return answer


def current_app_of_request() -> Flask:
    """Return the application itself, not its proxy."""
    from flask import current_app

    return current_app._get_current_object()  # type: ignore[attr-defined, no-any-return]


def _check_module(path: str) -> None:
    module = module_asked_for(path, current().caches["module_names"])
    if module is not None and module not in modules_on():
        abort(404)


def module_asked_for(path: str, names: frozenset[str]) -> str | None:
    """Return the module that an address belongs to, None for the core's own addresses.

    A module owns ``/<module>/``, ``/api/v1/<module>/`` and ``/hooks/<module>/``, ``/actions/<module>/``,
    ``/reports/<module>/``, ``/panels/<module>/``.
    """
    first, *rest = path.lstrip("/").split("/", 3)
    if first == "api" and len(rest) > 1:
        first = rest[1]
    elif first in _NESTED and rest:
        first = rest[0]
    return first if first in names else None


def _set_the_table() -> None:
    kartoteka, user = current(), visitor()
    if user.id is None:
        modules_on()  # notices when the company's settings have changed, as reading the user does
    place: AbstractContextManager[Any] = use_workplace(kartoteka.database, user.actor)
    place.__enter__()
    g.workplace = place
    zone = user.timezone or kartoteka.config.timezone or FALLBACK_ZONE
    g.tokens = speak(choose_language(), zone)


def _lead_to_setup() -> Response | None:
    """Lead everybody to the first steps as long as there is nobody who could sign in."""
    endpoint = request.endpoint
    if endpoint is None or endpoint.startswith(f"{SETUP}.") or is_signed_in() or not current().needs_setup():
        return None
    if (address := url_if(f"{SETUP}.begin")) is None:
        return None
    if request.headers.get("HX-Request"):
        answer = Response(status=401)
        answer.headers["HX-Redirect"] = address
        return answer
    return redirect(address)


def _leave(error: BaseException | None) -> None:
    fall_silent(g.pop("tokens", []))
    place: AbstractContextManager[Any] | None = g.pop("workplace", None)
    if place is not None:
        try:
            place.__exit__(None, None, None)
        except ValueError:
            # A streamed answer may end in another context than it began in.
            return


def _check_numbers() -> None:
    """Answer 404 to numbers that no record can have, before a database is asked for them."""
    if any(isinstance(value, int) and value > LARGEST_ID for value in (request.view_args or {}).values()):
        abort(404)


def _check_visitor(requirement: Requirement) -> Response | None:
    if requirement.anybody:
        return None
    if not is_signed_in():
        return _ask_to_sign_in()
    user = visitor()
    for permission in requirement.permissions:
        if not user.can(permission):
            raise Forbidden(permission=permission)
    if user.must_change_password and request.endpoint not in OPEN_WITH_OLD_PASSWORD:
        return redirect(url_for(PASSWORD))
    if user.lacks_second_factor and request.endpoint not in OPEN_WITHOUT_SECOND_FACTOR:
        return redirect(url_for(SECOND_FACTOR))
    return None


def _ask_to_sign_in() -> Response:
    if is_for_programs():
        raise Unauthorized(str(_("Sign in first.")), www_authenticate=WWWAuthenticate("bearer"))
    wants_page = request.method == "GET" and request.accept_mimetypes.accept_html
    if not wants_page:
        abort(401, str(_("Sign in first.")))
    target = url_for(LOGIN, next=request.full_path.rstrip("?"))
    if request.headers.get("HX-Request"):
        # A fragment cannot be replaced by a whole page; the browser is told to go to the page itself.
        answer = Response(status=401)
        answer.headers["HX-Redirect"] = url_for(LOGIN)
        return answer
    return redirect(target)
