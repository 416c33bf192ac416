"""What an archive says of itself: where it comes from, and the number and digest of everything in it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from kartoteka.db.blobs import Lost
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import text as _

FORMAT = 3
_KNOWN = (1, 2, FORMAT)
NAME = "manifest.json"


@dataclass(frozen=True)
class Counted:
    """How many rows a table has, and their digest, which does not depend on their order."""

    rows: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The table of contents of a backup.

    ``revisions`` are those of each module's tables, installed or not. ``last_ids`` are the highest ids ever given,
    so that none is given again. ``shapes`` describe the tables of modules for which no code may be there.
    ``files`` holds the size of each content by its digest, ``uploads`` the size and hash of files that wait to be
    imported, by folder and name (since format 2). ``lost`` are the contents that were missing or damaged when it was
    made, with what the rows call them, by digest (since format 3).
    """

    made_at: str
    version: str
    engine: str
    revisions: dict[str, str]
    tables: dict[str, Counted]
    last_ids: dict[str, int]
    shapes: dict[str, Any]
    files: dict[str, int] = field(default_factory=dict)
    uploads: dict[str, Counted] = field(default_factory=dict)
    lost: Lost = field(default_factory=dict)

    def written(self) -> bytes:
        """Return the manifest as it stands in the archive."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode()

    @classmethod
    def read(cls, written: bytes) -> Manifest:
        """Return a manifest from an archive; raises Problem when it can't be understood."""
        try:
            values = json.loads(written)
            made_by = values.pop("format")
            tables = {name: Counted(**counted) for name, counted in values.pop("tables").items()}
            uploads = {name: Counted(**counted) for name, counted in values.pop("uploads", {}).items()}
            if made_by in _KNOWN:
                return cls(tables=tables, uploads=uploads, **values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Problem(_("This is not a backup of Kartoteka.")) from error
        raise Problem(_("This backup was made by a newer version. Install that version first."))
