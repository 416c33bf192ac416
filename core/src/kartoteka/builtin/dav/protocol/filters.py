"""Filters of a calendar-query (RFC 4791, 9.7): which objects match; what is wrong is refused, not guessed at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

from kartoteka.builtin.dav.protocol.answers import C, Refusal
from kartoteka.builtin.dav.protocol.objects import rings, touches
from kartoteka.extension.declarations.dav import DavSpan

_COLLATIONS = {"", "default", "i;ascii-casemap", "i;octet", "i;unicode-casemap"}


def read_span(range_: Element) -> DavSpan:
    """Return a time-range; raises Refusal for moments that are none, or in the wrong order."""
    since, until = _utc(range_.get("start")), _utc(range_.get("end"))
    if (since is None and until is None) or (since and until and since >= until):
        raise Refusal(403, C("valid-filter"), "A time-range needs a start before its end.")
    return DavSpan(since=since, until=until)


def _utc(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Refusal(403, C("valid-filter"), "Moments are written in UTC: 20261122T100000Z.") from None


def spanned(filter_: Element | None, component: str) -> DavSpan | None:
    """Return the span that objects of a component must touch for a filter, None when it names none."""
    if filter_ is None:
        return None
    for one in filter_.iter(C("comp-filter")):
        if one.get("name", "").upper() == component and (range_ := one.find(C("time-range"))) is not None:
            return read_span(range_)
    return None


def check_filter(filter_: Element) -> None:
    """Refuse a filter that makes no sense before anything is read for it."""
    roots = filter_.findall(C("comp-filter"))
    if len(roots) != 1 or roots[0].get("name", "").upper() != "VCALENDAR":
        raise Refusal(403, C("valid-filter"), "A filter begins with VCALENDAR.")
    for one in filter_.iter():
        if one.tag in (C("comp-filter"), C("prop-filter"), C("param-filter")) and not one.get("name"):
            raise Refusal(403, C("valid-filter"), "A filter needs a name.")
        if one.tag == C("time-range"):
            read_span(one)
        if one.tag == C("text-match") and one.get("collation", "") not in _COLLATIONS:
            raise Refusal(403, C("supported-collation"))


def matches(calendar: Any, filter_: Element) -> bool:
    """Tell whether an object matches a filter that was checked."""
    return all(_component_matches(calendar, one, calendar) for one in filter_.findall(C("comp-filter")))


def _component_matches(component: Any, wanted: Element, whole: Any) -> bool:
    if wanted.find(C("is-not-defined")) is not None:
        return False
    range_ = wanted.find(C("time-range"))
    if range_ is not None and not _in_range(component, range_, whole):
        return False
    if not all(_property_matches(component, one) for one in wanted.findall(C("prop-filter"))):
        return False
    for inner in wanted.findall(C("comp-filter")):
        name = inner.get("name", "").upper()
        children = [one for one in component.subcomponents if one.name == name]
        if inner.find(C("is-not-defined")) is not None:
            if children:
                return False
        elif not any(_component_matches(child, inner, whole) for child in children):
            return False
    return True


def _in_range(component: Any, range_: Element, whole: Any) -> bool:
    span = read_span(range_)
    return rings(whole, span) if component.name == "VALARM" else touches(whole, span)


def _property_matches(component: Any, wanted: Element) -> bool:
    values = component.get(wanted.get("name", "").upper())
    if wanted.find(C("is-not-defined")) is not None:
        return values is None
    if values is None:
        return False
    values = values if isinstance(values, list) else [values]
    if (range_ := wanted.find(C("time-range"))) is not None:
        return any(_moment_matches(value, read_span(range_)) for value in values)
    text = wanted.find(C("text-match"))
    if text is not None and not _text_matches([_text_of(value) for value in values], text):
        return False
    return all(_parameter_matches(values, one) for one in wanted.findall(C("param-filter")))


def _parameter_matches(values: list[Any], wanted: Element) -> bool:
    given = [
        params[name]
        for one in values
        if (name := wanted.get("name", "").upper()) in (params := getattr(one, "params", {}))
    ]
    if wanted.find(C("is-not-defined")) is not None:
        return not given
    text = wanted.find(C("text-match"))
    return bool(given) and (text is None or _text_matches([str(one) for one in given], text))


def _text_matches(values: list[str], wanted: Element) -> bool:
    needle = wanted.text or ""
    exact = wanted.get("collation") == "i;octet"
    found = any(needle in value if exact else needle.casefold() in value.casefold() for value in values)
    return found != (wanted.get("negate-condition") == "yes")


def _text_of(value: Any) -> str:
    if hasattr(value, "cats"):
        return ",".join(str(one) for one in value.cats)
    return str(value)


def _moment_matches(value: Any, span: DavSpan) -> bool:
    given = getattr(value, "dt", None)
    if not isinstance(given, datetime):
        return True
    moment = given if given.tzinfo else given.replace(tzinfo=UTC)
    return (span.since is None or moment >= span.since) and (span.until is None or moment < span.until)
