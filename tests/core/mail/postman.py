"""A worker process that sends mail: ``python -m tests.core.mail.postman URL``."""

from __future__ import annotations

import sys

from kartoteka.builtin.jobs.worker import Worker
from kartoteka.config import Config
from kartoteka.installation import open_installation
from kartoteka.workers import open_workshop

if __name__ == "__main__":
    config = Config(database=sys.argv[1], secret="for tests and nothing else")
    Worker(open_workshop(open_installation(config))).run()
