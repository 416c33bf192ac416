"""A worker that is killed, as by ``kill -9``, at a random moment while it reminds or sends what it reminded of.

``python -m tests.modules.crm_inquiries.reminders.mortal_reminder worker --lease 1.2``
"""

from __future__ import annotations

import random
import threading
from typing import Any

from kartoteka.builtin.notifications.channels import delivering
from kartoteka.cli import main
from kartoteka_crm_inquiries.reminders import service
from tests.core.mortal_worker import die

SECONDS = 0.15
"""About as long as a page of reminders, or a few letters, take: the end comes in any part of the work."""


class Mortal:
    """Stands in for a function that does a part of the work: some time after it begins the process is gone."""

    def __init__(self, work: Any, most: int) -> None:
        self.work = work
        self.left = random.randint(1, most)

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            threading.Timer(random.uniform(0, SECONDS), die).start()
        return self.work(*given, **named)


if __name__ == "__main__":
    if random.random() < 0.5:
        service.remind_of_activities = Mortal(service.remind_of_activities, 1)
    else:
        delivering._deliver = Mortal(delivering._deliver, 20)
    main()
