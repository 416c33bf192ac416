"""How log lines are written: for people, or as JSON for programs; never with personal data.

Log calls name ids, endpoints and kinds of errors. Addresses are not logged: they hold what people searched for.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

_FORMATS = {"text": "%Y-%m-%d %H:%M:%S", "json": "iso"}


def configure_logs(style: str) -> None:
    """Write the log lines of this process to standard error: warnings as ``text``, or all as ``json``, one a line."""
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt=_FORMATS[style], utc=style == "json"),
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_renderer(style)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if style == "json" else logging.WARNING)
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


_TOO_TALKATIVE = ("alembic", "botocore", "celery.worker.strategy", "httpx", "kombu", "spectree", "urllib3", "wsgidav")
"""Libraries whose lines say nothing to an administrator, or quote what people typed."""


def _renderer(style: str) -> list[Any]:
    if style == "json":
        # The exception's text may quote values; its kind and place are in the event already.
        return [_without_trace, structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [_without_trace, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())]


def _without_trace(_logger: object, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    error = event.pop("exc_info", None)
    event.pop("stack_info", None)
    kind = error[0] if isinstance(error, tuple) else None
    return event | ({"error": kind.__name__} if kind is not None else {})
