"""How often a visitor who has not signed in may send something: by his address, counted for all processes."""

from __future__ import annotations

import hashlib

from flask import request
from werkzeug.exceptions import TooManyRequests

from kartoteka.builtin.rest.limits import Limiter, shared_count
from kartoteka.web.current import current


def limit_visits(purpose: str, most: int, seconds: float = 600.0) -> None:
    """Count a visit for a purpose; raises TooManyRequests (429) when there were ``most`` of that address already.

    The address itself is kept nowhere: only a hash of it together with the purpose.
    """
    kept = current()
    limiter = kept.caches.get(f"visits:{purpose}")
    if limiter is None:
        fresh = Limiter(requests=most, seconds=seconds, share=shared_count(kept.database))
        limiter = kept.caches.setdefault(f"visits:{purpose}", fresh)
    known = hashlib.sha256(f"{purpose}:{request.remote_addr or ''}".encode()).hexdigest()[:32]
    if wait := limiter.wait_for(f"visit:{known}"):
        raise TooManyRequests(retry_after=wait)
