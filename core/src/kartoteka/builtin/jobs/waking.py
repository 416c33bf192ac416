"""News for workers of this machine that there is something to do, so that they need not wait for their next look."""

from __future__ import annotations

from blinker import Signal

job_enqueued = Signal("A job was asked for. The sender is its name. Facts: id.")
