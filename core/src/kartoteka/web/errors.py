"""What visitors see when something goes wrong: in their language, what happened and what to do; never a stack trace."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, make_response, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from kartoteka.extension.guarding import without_values
from kartoteka.vocabulary.errors import (
    AlreadyThere,
    Busy,
    Conflict,
    DiskFull,
    Forbidden,
    InvalidInput,
    NotFound,
    Problem,
    Refused,
)
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.web.current import current
from kartoteka.web.machines import Unmet, answer_problem, is_for_programs, problem_answer
from kartoteka.web.pages import is_fragment, render

log = logging.getLogger("kartoteka.errors")


@dataclass(frozen=True)
class ErrorText:
    """What an error page says: what happened, and what to do about it."""

    title: Message
    advice: Message
    icon: str = "alert-triangle"


TEXTS = {
    400: ErrorText(
        _("The page could not be read"),
        _("Something in the address or in the form does not make sense. Go back and try again."),
    ),
    401: ErrorText(_("Sign in first"), _("This page is for people who have signed in."), "lock"),
    403: ErrorText(
        _("You do not have the right to do this"),
        _("Ask an administrator of your company for the right if you need it for your work."),
        "lock",
    ),
    404: ErrorText(
        _("There is nothing here"),
        _("The address is wrong, the record is gone, or you may not see it."),
        "search",
    ),
    405: ErrorText(_("This page cannot be opened like this"), _("Go back and use the button of the page.")),
    409: ErrorText(
        _("Somebody else changed this meanwhile"),
        _("Go back, look at the newest values, and save again."),
        "users",
    ),
    413: ErrorText(_("This is too large"), _("Send a smaller file or a shorter text."), "file"),
    415: ErrorText(_("This kind of file cannot be read here"), _("Choose another file."), "file"),
    422: ErrorText(_("This cannot be saved as it is"), _("Go back and look at what the message says.")),
    429: ErrorText(_("Too many attempts"), _("Wait a few minutes and try again."), "clock"),
    500: ErrorText(
        _("Something went wrong on our side"),
        _("Nothing was saved. Try again; if it happens again, tell the administrator the number below."),
    ),
    503: ErrorText(_("Busy at this moment"), _("Somebody's long work is under way. Try again in a moment."), "clock"),
}
_NO_ROOM = ErrorText(
    _("This cannot be saved as it is"), _("Nothing was saved. Ask an administrator to make room on the disk.")
)
"""For 507 (RFC 4918, 11.5), which no view can abort with."""
_STATUS_OF = (
    (NotFound, 404),
    (Forbidden, 403),
    (DiskFull, 507),
    (Busy, 503),
    (Conflict, 409),
    (AlreadyThere, 409),
    (InvalidInput, 422),
    (Refused, 422),
    (Problem, 422),
)


def install_errors(app: Flask) -> None:
    """Answer every error with a page of our own."""
    app.register_error_handler(Problem, _show_problem)
    app.register_error_handler(HTTPException, _show_http_error)
    app.register_error_handler(CSRFError, _show_forged)
    app.register_error_handler(Exception, _show_crash)


def _show_problem(problem: Problem) -> Any:
    status = problem.status if isinstance(problem, Unmet) else _status_of(problem)
    if is_for_programs():
        missing = _missing_right(problem.permission) if isinstance(problem, Forbidden) and problem.permission else None
        return answer_problem(problem, status, missing)
    if isinstance(problem, Forbidden) and problem.permission:
        return error_page(status, _missing_right(problem.permission))
    return error_page(status, problem.message)


def _status_of(problem: Problem) -> int:
    return next(code for kind, code in _STATUS_OF if isinstance(problem, kind))


def _missing_right(permission: str) -> Message:
    try:
        title: object = current().registry.permission(permission).title
    except KeyError:
        title = permission
    return _("The right that is missing: %(right)s.", right=title)


def _show_http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    answer = error_page(error.code)
    if error.response is None:
        for name, value in error.get_headers():
            if name.lower() in ("allow", "retry-after", "www-authenticate"):
                answer.headers[name] = value
    return answer


def _show_forged(error: CSRFError) -> Any:
    log.warning("CSRF check failed at %s: %s", request.endpoint, error.description)
    return error_page(
        400, _("The page was open for too long or came from elsewhere. Go back, reload it and save again.")
    )


def _show_crash(error: Exception) -> Any:
    number = secrets.token_hex(4)
    # The endpoint and not the address: addresses hold what people searched for.
    log.error("Error %s in %s %s: %s", number, request.method, request.endpoint, without_values(error))
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return error_page(500, number=number)


def error_page(status: int, detail: Message | None = None, *, number: str | None = None) -> Response:
    """Return the page (or the fragment, when only a part of a page was asked for) of an error."""
    if is_for_programs():
        return problem_answer(status, detail, number=number)
    known = _NO_ROOM if status == 507 else TEXTS.get(status) or TEXTS[500 if status >= 500 else 400]
    template = "shell/error_fragment.html" if is_fragment() else "shell/error.html"
    try:
        body = render(template, status=status, error=known, detail=detail, number=number)
    except Exception as error:  # noqa: BLE001 - whatever broke may break the page about it too
        log.error("The page of error %s failed: %s", status, without_values(error))
        body = f"{HTTPStatus(status).phrase}\n{known.title}\n{known.advice}\n{number or ''}"
        answer = make_response(body, status)
        answer.mimetype = "text/plain"
        return answer
    return make_response(body, status)
