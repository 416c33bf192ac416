"""Answers for other programs: what is asked for below ``/api/`` is answered in JSON, errors too (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask, Response, request

from kartoteka.vocabulary.errors import Conflict, InvalidInput, Problem
from kartoteka.vocabulary.message import Message, Translatable

View = TypeVar("View", bound=Callable[..., Any])

FOR_PROGRAMS = "/api/"
PROBLEM_TYPE = "application/problem+json"
_MARK = "kartoteka_for_programs"


class Unmet(Problem):
    """A program did not keep to the protocol; ``status`` is the HTTP status that says how."""

    def __init__(
        self, status: int, message: Message, field: str | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, field)
        self.status = status
        self.headers = dict(headers or {})


def is_for_programs() -> bool:
    """Tell whether a program asks, not a browser that shows pages."""
    return request.path.startswith(FOR_PROGRAMS)


def for_programs(view: View) -> View:
    """Take posts without a token of a form: the view itself must refuse whoever has only a cookie.

    Pages for visitors who keep no cookie use it too; they go by a seal of their own.
    """
    setattr(view, _MARK, True)
    return view


def exempt_programs(app: Flask) -> None:
    """Take the routes for programs out of the check of forged posts; call it when all routes are there."""
    for view in app.view_functions.values():
        if getattr(view, _MARK, False):
            app.extensions["csrf"].exempt(view)


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer in JSON."""
    return Response(
        json.dumps(content, ensure_ascii=False, separators=(",", ":")),
        status,
        mimetype="application/json",
        headers=dict(headers or {}),
    )


def problem_answer(status: int, detail: Translatable | None, **facts: Any) -> Response:
    """Return an error as programs read it: ``title`` is the status in words, ``detail`` a sentence for people."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail is not None:
        content["detail"] = str(detail)
    content |= {name: value for name, value in facts.items() if value is not None}
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return Response(body, status, mimetype=PROBLEM_TYPE)


def answer_problem(problem: Problem, status: int, detail: Translatable | None = None) -> Response:
    """Return what a service refuses as an answer for programs, with the fields that it is about."""
    answer = problem_answer(status, detail or problem.message, errors=_field_errors(problem))
    answer.headers.update(getattr(problem, "headers", {}))
    return answer


def _field_errors(problem: Problem) -> list[dict[str, str]] | None:
    if isinstance(problem, InvalidInput):
        return [{"field": name, "message": str(message)} for name, message in problem.errors.items()]
    if isinstance(problem, Conflict) and problem.theirs:
        return [{"field": name, "message": str(problem.message)} for name in problem.theirs]
    if problem.field is not None:
        return [{"field": problem.field, "message": str(problem.message)}]
    return None
