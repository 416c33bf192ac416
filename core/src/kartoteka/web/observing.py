"""What goes on, for whoever watches the servers: one log line and one measurement a request, and no personal data."""

from __future__ import annotations

import logging
import secrets
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

log = logging.getLogger("kartoteka.requests")
_NOWHERE = "(no such page)"
_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Meters:
    """The measurements of one process; made when metrics are wanted, for the library costs time and memory."""

    def __init__(self) -> None:
        from prometheus_client import REGISTRY, Counter, Histogram

        if "kartoteka_requests" in REGISTRY._names_to_collectors:  # a second application in one process, as in tests
            self.requests: Counter = REGISTRY._names_to_collectors["kartoteka_requests"]  # type: ignore[assignment]
            self.seconds: Histogram = REGISTRY._names_to_collectors["kartoteka_request_seconds"]  # type: ignore[assignment]
            return
        self.requests = Counter("kartoteka_requests", "Requests answered.", ["method", "endpoint", "status"])
        self.seconds = Histogram(
            "kartoteka_request_seconds", "Time to answer a request.", ["endpoint"], buckets=_SECONDS
        )


def install_observing(app: Flask, *, measures: bool, logs: bool) -> None:
    """Measure each request where ``measures``, and write a line about it where ``logs``."""
    if not measures and not logs:
        return
    meters = Meters() if measures else None

    @app.before_request
    def begin() -> None:
        g.kartoteka_began = perf_counter()
        g.kartoteka_request = secrets.token_hex(8)

    @app.after_request
    def end(response: Response) -> Response:
        took = perf_counter() - g.get("kartoteka_began", perf_counter())
        endpoint = request.endpoint or _NOWHERE
        if meters is not None:
            meters.requests.labels(request.method, endpoint, response.status_code).inc()
            meters.seconds.labels(endpoint).observe(took)
        if logs:
            facts = {"method": request.method, "endpoint": endpoint, "status": response.status_code}
            log.info("request", extra={**facts, "ms": round(took * 1000, 1), "request": g.get("kartoteka_request")})
        return response
