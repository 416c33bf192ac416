"""What the addresses of calendars look like."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote

from kartoteka.vocabulary.record import read_id

MOUNT = "/caldav"
WELL_KNOWN = "/.well-known/caldav"
FEEDS = "feeds"
LONGEST_NAME = 255


@dataclass(frozen=True)
class Place:
    """What an address means: ``sort`` is root, principals, principal, calendars, home, collection or object.

    ``user_id`` is whose it is, ``key`` that of the collection, ``name`` that of the object.
    """

    sort: str
    user_id: int | None = None
    key: str = ""
    name: str = ""

    @property
    def href(self) -> str:
        """The address, as it stands in answers."""
        if self.sort == "root":
            return f"{MOUNT}/"
        if self.sort in ("principals", "calendars"):
            return f"{MOUNT}/{self.sort}/"
        if self.sort == "principal":
            return f"{MOUNT}/principals/{self.user_id}/"
        home = f"{MOUNT}/calendars/{self.user_id}/"
        if self.sort == "home":
            return home
        return f"{home}{quote(self.key)}/{quote(self.name, safe='@.-_~')}"


ROOT = Place("root")


def place_of(path: str) -> Place | None:
    """Return what a path below the mount means (decoded by the server already); None where nothing can be."""
    parts = path.removeprefix(MOUNT).strip("/").split("/")
    if parts == [""]:
        return ROOT
    if parts[0] not in ("principals", "calendars") or len(parts) > 4:
        return None
    if len(parts) == 1:
        return Place(parts[0])
    user_id = read_id(parts[1])
    if user_id is None:
        return None
    if parts[0] == "principals":
        return Place("principal", user_id) if len(parts) == 2 else None
    if len(parts) == 2:
        return Place("home", user_id)
    if len(parts) == 3 or not parts[3]:
        return Place("collection", user_id, parts[2])
    return Place("object", user_id, parts[2], parts[3]) if len(parts[3]) <= LONGEST_NAME else None


def path_of(href: str) -> str:
    """Return the path of a reference in a request: whole addresses and encoded ones are read too."""
    plain = href.strip()
    if "://" in plain:
        plain = "/" + plain.partition("://")[2].partition("/")[2]
    return unquote(plain, errors="replace")
