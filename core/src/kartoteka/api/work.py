"""Work that goes beyond one record: announcements after the commit, number series."""

from kartoteka.db.announce import announce
from kartoteka.db.series import next_number

__all__ = ["announce", "next_number"]
