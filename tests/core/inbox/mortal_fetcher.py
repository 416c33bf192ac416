"""A worker that fetches some mails and is killed, as by ``kill -9``, at a random moment of one of the next.

``python -m tests.core.inbox.mortal_fetcher worker --lease 1.2``
"""

from __future__ import annotations

import random
import threading
from typing import Any

from kartoteka.builtin.inbox import fetching
from kartoteka.cli import main
from tests.core.mortal_worker import die

FEWEST, MOST = 4, 12
SECONDS = 0.04
"""About as long as fetching takes for a few mails: the end comes in any part of the work on one."""
MORE = 12
"""How many it may fetch in that time at most, however fast the machine is."""


class Mortal:
    """Stands in for the function that fetches one mail."""

    def __init__(self) -> None:
        self.fetch_one = fetching._fetch_one
        self.left = random.randint(FEWEST, MOST)

    def __call__(self, *given: Any) -> None:
        self.left -= 1
        if self.left == 0:
            threading.Timer(random.uniform(0, SECONDS), die).start()
        self.fetch_one(*given)
        if self.left <= -MORE:
            die()


if __name__ == "__main__":
    fetching._fetch_one = Mortal()
    main()
