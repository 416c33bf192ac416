"""What programs may ask of places: their sort, names, marks and rights (RFC 4918, 3744, 4791, 6578)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree.ElementTree import Element

from kartoteka.builtin.dav.naming import Place
from kartoteka.builtin.dav.protocol.answers import APPLE, SERVER, C, D, clean, element, href
from kartoteka.builtin.dav.protocol.objects import MOST_BYTES
from kartoteka.builtin.dav.service import sync_token
from kartoteka.extension.declarations.dav import DavCollection, DavItem

COLOURS = {"VEVENT": "#2563EBFF", "VTODO": "#0F766EFF"}
_MINE = ("read", "read-current-user-privilege-set")
_WRITING = ("write", "write-content", "bind", "unbind")


@dataclass
class Described:
    """A place with what is needed to say something of it; ``load`` reads what lies in a collection, when asked."""

    place: Place
    user_id: int
    user_name: str = ""
    email: str = ""
    collection: DavCollection | None = None
    may_write: bool = False
    item: DavItem | None = None
    load: Callable[[], Sequence[DavItem]] = field(default=lambda: ())

    @cached_property
    def items(self) -> Sequence[DavItem]:
        """What lies in a collection; read at most once."""
        return self.load()

    @property
    def principal(self) -> str:
        """The address of whoever asks."""
        return Place("principal", self.user_id).href


def describe(one: Described) -> Mapping[str, Callable[[], Element]]:
    """Return the properties of a place by name; each is made only when it is wanted."""
    known = {**_of_all(one)}
    if one.place.sort == "principal":
        known |= _of_principal(one)
    elif one.place.sort == "collection" and one.collection is not None:
        known |= _of_collection(one, one.collection)
    elif one.place.sort == "object" and one.item is not None and one.collection is not None:
        known |= _of_object(one.item, one.collection)
    return known


def _of_all(one: Described) -> dict[str, Callable[[], Element]]:
    title = "" if one.collection is None else str(one.collection.title)
    name = title or (one.user_name if one.place.sort in ("principal", "home") else "Kartoteka")
    return {
        D("resourcetype"): lambda: element(D("resourcetype"), *(Element(sort) for sort in _sorts(one.place))),
        D("displayname"): lambda: element(D("displayname"), text=clean(name)),
        D("current-user-principal"): lambda: element(D("current-user-principal"), href(one.principal)),
        D("principal-collection-set"): lambda: element(D("principal-collection-set"), href(Place("principals").href)),
        D("owner"): lambda: element(D("owner"), href(one.principal)),
        D("current-user-privilege-set"): lambda: _privileges(one),
        D("supported-report-set"): lambda: _reports(one.place),
        C("calendar-home-set"): lambda: element(C("calendar-home-set"), href(Place("home", one.user_id).href)),
    }


def _sorts(place: Place) -> list[str]:
    if place.sort == "principal":
        return [D("collection"), D("principal")]
    if place.sort == "collection":
        return [D("collection"), C("calendar")]
    return [] if place.sort == "object" else [D("collection")]


def _privileges(one: Described) -> Element:
    names = [*_MINE, *(_WRITING if one.may_write else ())]
    rights = [element(D("privilege"), Element(D(name))) for name in names]
    if one.place.sort == "collection":
        rights.append(element(D("privilege"), Element(C("read-free-busy"))))
    return element(D("current-user-privilege-set"), *rights)


def _reports(place: Place) -> Element:
    names = [D("principal-property-search")] if place.sort == "root" else []
    if place.sort == "collection":
        names = [C("calendar-query"), C("calendar-multiget"), C("free-busy-query"), D("sync-collection")]
    each = [element(D("supported-report"), element(D("report"), Element(name))) for name in names]
    return element(D("supported-report-set"), *each)


def _of_principal(one: Described) -> dict[str, Callable[[], Element]]:
    own = [href(one.principal)]
    if one.email:
        own.insert(0, href(f"mailto:{clean(one.email)}"))
    return {
        D("principal-URL"): lambda: element(D("principal-URL"), href(one.principal)),
        C("calendar-user-address-set"): lambda: element(C("calendar-user-address-set"), *own),
        C("calendar-user-type"): lambda: element(C("calendar-user-type"), text="INDIVIDUAL"),
    }


def _of_collection(one: Described, collection: DavCollection) -> dict[str, Callable[[], Element]]:
    return {
        D("sync-token"): lambda: element(D("sync-token"), text=sync_token(one.items)),
        f"{{{SERVER}}}getctag": lambda: element(f"{{{SERVER}}}getctag", text=sync_token(one.items)),
        D("getetag"): lambda: element(D("getetag"), text=quoted(sync_token(one.items))),
        C("supported-calendar-component-set"): lambda: element(
            C("supported-calendar-component-set"), element(C("comp"), name=collection.component)
        ),
        C("supported-calendar-data"): lambda: element(
            C("supported-calendar-data"),
            element(C("calendar-data"), **{"content-type": "text/calendar", "version": "2.0"}),
        ),
        C("supported-collation-set"): lambda: element(
            C("supported-collation-set"),
            element(C("supported-collation"), text="i;ascii-casemap"),
            element(C("supported-collation"), text="i;octet"),
        ),
        C("max-resource-size"): lambda: element(C("max-resource-size"), text=str(MOST_BYTES)),
        f"{{{APPLE}}}calendar-color": lambda: element(
            f"{{{APPLE}}}calendar-color", text=COLOURS.get(collection.component, "#475569FF")
        ),
    }


def _of_object(item: DavItem, collection: DavCollection) -> dict[str, Callable[[], Element]]:
    kind = f"text/calendar; charset=utf-8; component={collection.component.lower()}"
    return {
        D("getetag"): lambda: element(D("getetag"), text=quoted(item.etag)),
        D("getcontenttype"): lambda: element(D("getcontenttype"), text=kind),
    }


def quoted(etag: str) -> str:
    """Return a mark as headers and properties carry it."""
    return f'"{etag}"'
