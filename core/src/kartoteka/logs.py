"""How log lines are written: for people, or as JSON for programs; never with personal data.

Log calls name ids, endpoints and kinds of errors. Addresses are not logged: they hold what people searched for.
"""

from __future__ import annotations

import logging
import sys
from functools import cached_property
from typing import Any

_FORMATS = {"text": "%Y-%m-%d %H:%M:%S", "json": "iso"}


def configure_logs(style: str) -> None:
    """Write the log lines of this process to standard error: warnings as ``text``, or all as ``json``, one a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(style))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if style == "json" else logging.WARNING)
    for name in _TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


class _Lines(logging.Formatter):
    """Writes lines by structlog, which is loaded for the first of them: most processes start without a warning."""

    def __init__(self, style: str) -> None:
        super().__init__()
        self._style = style

    def format(self, record: logging.LogRecord) -> str:
        return self._written.format(record)

    @cached_property
    def _written(self) -> logging.Formatter:
        from structlog import processors, stdlib

        shared: list[Any] = [
            stdlib.add_log_level,
            stdlib.add_logger_name,
            stdlib.ExtraAdder(),
            processors.TimeStamper(fmt=_FORMATS[self._style], utc=self._style == "json"),
        ]
        return stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[stdlib.ProcessorFormatter.remove_processors_meta, _without_trace, _renderer(self._style)],
        )


_TOO_TALKATIVE = ("alembic", "botocore", "celery.worker.strategy", "httpx", "kombu", "spectree", "urllib3", "wsgidav")
"""Libraries whose lines say nothing to an administrator, or quote what people typed."""


def _renderer(style: str) -> Any:
    from structlog import dev, processors

    if style == "json":
        return processors.JSONRenderer(ensure_ascii=False)
    return dev.ConsoleRenderer(colors=sys.stderr.isatty())


def _without_trace(_logger: object, _name: str, event: dict[str, Any]) -> dict[str, Any]:
    # The exception's text may quote values; its kind and place are in the event already.
    error = event.pop("exc_info", None)
    event.pop("stack_info", None)
    kind = error[0] if isinstance(error, tuple) else None
    return event | ({"error": kind.__name__} if kind is not None else {})
