"""What the company takes into its register: how large a file may be, and which sorts of files are not taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from kartoteka.builtin.files.fields import MANAGE
from kartoteka.builtin.files.naming import FORBIDDEN, extension
from kartoteka.builtin.settings.queries import stored_settings
from kartoteka.builtin.settings.service import keep_values
from kartoteka.db.blobs import MB
from kartoteka.db.session import Session, demand
from kartoteka.vocabulary.errors import InvalidInput
from kartoteka.vocabulary.message import text as _

MOST_MB: Final = 1000
USUAL_MB: Final = 100
MOST_REFUSED: Final = 50
_LARGEST, _REFUSED = "files.largest", "files.refused"
_END = re.compile(r"[a-z0-9]{1,8}\Z")


@dataclass(frozen=True)
class Limits:
    """``largest`` is in MB; ``refused`` are ends of names, beside those that are never taken."""

    largest: int = USUAL_MB
    refused: tuple[str, ...] = ()

    @property
    def largest_bytes(self) -> int:
        """The size of the largest file that is taken."""
        return self.largest * MB

    def check_name(self, name: str) -> None:
        """Raise InvalidInput for a sort of file that is not taken."""
        end = extension(name)
        if end in FORBIDDEN:
            raise InvalidInput(
                {"file": _("Files of this type (.%(end)s) are not allowed: they can harm a computer.", end=end)}
            )
        if end in self.refused:
            raise InvalidInput({"file": _("Files of this type (.%(end)s) are not allowed here.", end=end)})


def limits_of(session: Session) -> Limits:
    """Return what the company has set, or what it begins with; one statement."""
    stored = stored_settings(session)
    largest = stored.get(_LARGEST, "")
    return Limits(
        largest=min(int(largest), MOST_MB) if largest.isdecimal() and int(largest) > 0 else USUAL_MB,
        refused=tuple(stored.get(_REFUSED, "").split()),
    )


def save_limits(session: Session, values: Mapping[str, Any]) -> None:
    """Keep the company's limits; raises Forbidden, and InvalidInput naming the setting.

    ``largest`` is in MB; ``refused`` holds ends of names, with or without dots, apart by spaces or commas.
    """
    demand(session, MANAGE)
    largest = values["largest"]
    if not isinstance(largest, int) or not 1 <= largest <= MOST_MB:
        raise InvalidInput({"largest": _("Between 1 and %(most)s MB.", most=MOST_MB)})
    ends = dict.fromkeys(one.strip(".*") for one in re.split(r"[\s,;]+", str(values["refused"] or "").lower()))
    ends.pop("", None)
    if wrong := next((one for one in ends if not _END.match(one)), None):
        raise InvalidInput({"refused": _("“%(end)s” is not a file extension.", end=wrong[:30])})
    if len(ends) > MOST_REFUSED:
        raise InvalidInput({"refused": _("At most %(count)s of them.", count=MOST_REFUSED)})
    keep_values(session, {_LARGEST: str(largest), _REFUSED: " ".join(ends)})
