"""The announcements: news that something has happened, sent after the commit.

The sender is a record kind, the facts are ids and plain values, never records. Receivers answer nothing, their errors
are logged, and they stay silent while their module is off. If the work must succeed together with mine, or if I need
an answer, it is a hook and not a signal.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from blinker import ANY, NamedSignal, Namespace

from kartoteka.db.actor import Actor
from kartoteka.db.session import Workplace, workplace
from kartoteka.extension.active import active_set
from kartoteka.extension.binding import extension_of

Receiver = TypeVar("Receiver", bound=Callable[..., None])

announcements = Namespace()

client_created = announcements.signal("client-created", "Clients were added. Facts: ids (list of int).")
client_changed = announcements.signal(
    "client-changed", "Clients were changed. Facts: ids (list of int), fields (list of names)."
)
record_created = announcements.signal(
    "record-created",
    "Records of the sender's kind were added. Facts: ids, clients where known (ids by those of records).",
)
record_changed = announcements.signal(
    "record-changed",
    "Records of the sender's kind were changed. Facts: ids, fields (list of names), clients where known.",
)
module_switched = announcements.signal(
    "module-switched", "A module was switched on or off. The sender is its name. Facts: enabled (bool)."
)


def listen(signal: NamedSignal, *, module: str, sender: str | None = None) -> Callable[[Receiver], Receiver]:
    """Call the decorated function, as ``function(sender, **facts)``, for each announcement while the module is on.

    ``sender`` limits it to one record kind. Write it at the top level of a file that ``plugin.py`` imports::

        @listen(record_created, module="crm_visits", sender="crm_inquiries.inquiry")
        def remember_inquiry(sender: str, *, ids: list[int], **facts: object) -> None: ...
    """

    def connect(receiver: Receiver) -> Receiver:
        @wraps(receiver)
        def when_on(announcer: Any, **facts: Any) -> None:
            if _is_on(module):
                receiver(announcer, **facts)

        signal.connect(when_on, sender=ANY if sender is None else sender, weak=False)
        return receiver

    return connect


def _is_on(module: str) -> bool:
    place = workplace.get(None)
    return place is not None and module in _active_at(place)


def _active_at(place: Workplace) -> frozenset[str]:
    extension = extension_of(place.database)
    if not place.actor.is_system or place.actor.modules:
        return extension.registry.builtins | place.actor.modules
    with place.database.reading(Actor.system("announcement")) as session:
        return active_set(session)
