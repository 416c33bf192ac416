"""The announcements a module may listen to or make."""

from kartoteka.extension.signals import (
    client_changed,
    client_created,
    listen,
    module_switched,
    record_changed,
    record_created,
)

__all__ = [
    "client_changed",
    "client_created",
    "listen",
    "module_switched",
    "record_changed",
    "record_created",
]
