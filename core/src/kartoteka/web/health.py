"""``/health`` and ``/metrics``: for load balancers and monitoring, answered before anything that people see.

They stand in front of the application, so that they tell the truth when the database is gone or nobody is set up yet.
"""

from __future__ import annotations

import hmac
import json
import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

Numbers = Mapping[str, float]
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class Health:
    """Answers two addresses and hands everything else on.

    ``is_ready()`` tells whether the database answers. ``numbers()`` are gauges to add to the metrics, by name. Without
    a ``token`` there is no ``/metrics``.
    """

    def __init__(
        self, app: WSGIApplication, *, is_ready: Callable[[], bool], numbers: Callable[[], Numbers], token: str
    ) -> None:
        self.app = app
        self.is_ready = is_ready
        self.numbers = numbers
        self.token = token

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        path, asks = environ.get("PATH_INFO", ""), environ.get("REQUEST_METHOD") in ("GET", "HEAD")
        if path == "/health" and asks:
            return self._answer_health(start_response)
        if path == "/metrics" and asks and self.token:
            return self._answer_metrics(environ, start_response)
        return self.app(environ, start_response)

    def _answer_health(self, start_response: StartResponse) -> Iterable[bytes]:
        is_ready = self.is_ready()
        body = json.dumps({"status": "ok" if is_ready else "unavailable"}).encode()
        return _answer(start_response, "200 OK" if is_ready else "503 Service Unavailable", body, "application/json")

    def _answer_metrics(self, environ: Mapping[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        given = str(environ.get("HTTP_AUTHORIZATION", "")).removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return _answer(start_response, "401 Unauthorized", b"", _TEXT)
        return _answer(start_response, "200 OK", _measured() + _written(self.numbers()), _TEXT)


def _answer(start_response: StartResponse, status: str, body: bytes, kind: str) -> Iterable[bytes]:
    headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    start_response(status, headers)
    return [body]


def _measured() -> bytes:
    """Return what this process has measured, or all processes where they share a folder for it."""
    from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    return generate_latest(together)


def _written(numbers: Numbers) -> bytes:
    lines = [f"# TYPE {name.partition('{')[0]} gauge\n{name} {number:g}\n" for name, number in numbers.items()]
    return "".join(lines).encode()
