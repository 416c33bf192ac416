"""The main menu: what modules declared, as far as this user may see it, with counters and the current place marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from flask import g, request, url_for
from werkzeug.routing import BuildError

from kartoteka.db.session import reading
from kartoteka.extension.loading import Counters, load_counters
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.record import LARGEST_ID
from kartoteka.web.current import current, modules_on, visitor

if TYPE_CHECKING:
    from kartoteka.extension.declarations.ui import MenuItem

ABOUT_ONESELF = frozenset({"users.show_profile", "users.change_password"})
"""Pages of everybody that lie below the address of a page for administrators."""

RECORD = "record_id"
_OF_RECORD = {RECORD}
_STAND_IN = str(LARGEST_ID)

NOTHING_COUNTED = Counters({}, {})
ADMINISTRATION = 900
"""Entries of this weight and above are for looking after the program; a line parts them from daily work."""


@dataclass(frozen=True)
class MenuEntry:
    """A line of the menu as it is shown."""

    key: str
    title: Message
    url: str
    icon: str
    is_current: bool = False
    is_open: bool = False
    is_administration: bool = False
    count: int | None = None
    children: list[MenuEntry] = field(default_factory=list)


UrlFinder = Callable[..., str | None]


def url_finder() -> UrlFinder:
    """Return ``url_if(endpoint, **values)`` for this request.

    It gives the address of an endpoint, None when there is no such page here; those without arguments are remembered,
    and those of a record's pages with a number in its place: building an address takes longer than a counter.
    """
    roots: dict[str, dict[Any, Any]] = current().caches.setdefault("urls", {})
    known = roots.setdefault(request.script_root, {})

    def find(endpoint: str, **values: Any) -> str | None:
        if values.keys() == _OF_RECORD:
            if (endpoint, RECORD) not in known:
                known[endpoint, RECORD] = _build(endpoint, {RECORD: LARGEST_ID})
            pattern = known[endpoint, RECORD]
            return pattern and pattern.replace(_STAND_IN, str(values[RECORD]))
        if values:
            return _build(endpoint, values)
        if endpoint not in known:
            known[endpoint] = _build(endpoint, {})
        return known[endpoint]

    return find


def url_if(endpoint: str, **values: Any) -> str | None:
    """Return the address of an endpoint, None when there is no such page here."""
    return url_finder()(endpoint, **values)


def _build(endpoint: str, values: dict[str, Any]) -> str | None:
    try:
        return url_for(endpoint, **values)
    except BuildError:
        return None


def menu() -> list[MenuEntry]:
    """Return the menu of this request; made once."""
    if "menu" not in g:
        g.menu = _make_menu(_offered().found)
    found: list[MenuEntry] = g.menu
    return found


def menu_depends() -> tuple[Any, ...]:
    """Return all that the drawn menu depends on beside the reader's language."""
    offered = _offered()
    return offered.keys, _current_key(offered.found), tuple(_counts().items())


def keys_depend() -> tuple[Any, ...]:
    """Return all that the list of shortcuts depends on beside the reader's language."""
    user = visitor()
    return user.id is None, user.can("clients.create"), user.can("clients.view"), key_links()


def keep_counts(counts: Counters) -> None:
    """Remember the counters that a page read together with its own, for the menu of this request."""
    g.counts = counts


def kept_counts() -> Counters:
    """Return the counters that this page has read, none where it has not."""
    return cast("Counters", g.get("counts", NOTHING_COUNTED))


def visible_items() -> Sequence[MenuItem]:
    """Return the declarations of the menu that this user sees."""
    return _offered().items


@dataclass(frozen=True)
class KeyLink:
    """A link that a key leads to from every page; ``in_head`` it stands in the head, too."""

    title: Message
    url: str
    keys: str
    icon: str = ""
    in_head: bool = False


@dataclass(frozen=True)
class _Offered:
    """What the menu offers to somebody: the items that he sees, those that have a page here, and what keys lead to."""

    items: Sequence[MenuItem]
    found: Sequence[tuple[MenuItem, str]]
    keys: tuple[str, ...]
    links: tuple[KeyLink, ...]


def key_links() -> tuple[KeyLink, ...]:
    """Return what this user may begin from every page, and where the keys of menu items lead."""
    return _offered().links


def _offered() -> _Offered:
    """Return what the menu offers to the visitor: worked out once for his rights, and kept with them."""
    kept, place = visitor().actor.kept, ("menu", request.script_root)
    offered: _Offered | None = kept.get(place)
    if offered is None:
        offered = kept[place] = _offer()
    return offered


def _offer() -> _Offered:
    on, user, url_of = modules_on(), visitor(), url_finder()
    items = [
        item
        for item in current().registry.menu
        if item.module in on and (item.permission is None or user.can(item.permission)) and user.id is not None
    ]
    found = [(item, url) for item in items if (url := url_of(item.endpoint)) is not None]
    return _Offered(items, found, tuple(item.key for item, _url in found), tuple(_make_key_links(items)))


def _make_key_links(items: Iterable[MenuItem]) -> Iterator[KeyLink]:
    url_of, user = url_finder(), visitor()
    for item in items:
        for one in item.begins:
            url = url_of(one.endpoint) if user.can(one.permission) else None
            if url is not None:
                yield KeyLink(one.title, url, one.keys, one.icon, one.in_head)
        url = url_of(item.endpoint) if item.keys else None
        if url is not None:
            yield KeyLink(item.title, url, item.keys)


def _make_menu(found: Sequence[tuple[MenuItem, str]]) -> list[MenuEntry]:
    here, counts = _current_key(found), _counts()
    parents = {item.key: item.parent for item, _url in found}
    children: dict[str, list[MenuEntry]] = {item.key: [] for item, _url in found}
    top: list[MenuEntry] = []
    for item, url in found:
        key = item.key
        entry = MenuEntry(
            key,
            item.title,
            url,
            item.icon,
            is_current=key == here,
            is_open=here is not None and key in (here, parents[here]),
            is_administration=item.weight >= ADMINISTRATION,
            count=counts.get(key),
            children=children[key],
        )
        children.get(item.parent or "", top).append(entry)
    return top


def _current_key(found: Sequence[tuple[MenuItem, str]]) -> str | None:
    endpoint = request.endpoint
    if endpoint in ABOUT_ONESELF:
        return None
    root = request.script_root
    path = root + request.path
    best, longest = None, 0
    for item, url in found:
        if url == path and item.endpoint == endpoint:
            return item.key
        if len(url) <= longest or url == f"{root}/":
            continue  # every address begins with that of the front page
        if path == url or path.startswith(url if url.endswith("/") else f"{url}/"):
            best, longest = item.key, len(url)
    return best


def _counts() -> Mapping[str, int]:
    if "counts" in g:
        return kept_counts().menu
    counted = [item for item in visible_items() if item.badge is not None]
    if not counted:
        return {}
    with reading() as session:
        keep_counts(load_counters(session, menu=counted))
    return kept_counts().menu
