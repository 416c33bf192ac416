"""What templates call: texts in the catalogue of the template's module, icons, assets, formats."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from kartoteka.vocabulary.message import Message, put_in, translator
from kartoteka.vocabulary.message import text as _
from kartoteka.web.catalogues import PSEUDO, Translator
from kartoteka.web.formats import DASH
from kartoteka.web.i18n import current_formats

STATIC = Path(__file__).parent / "static"


def bound_text(domain: str, text: str, /, **values: Any) -> str:
    """Translate a text of a template; the result is escaped by Jinja like any other value."""
    speaker = translator.get()
    if not isinstance(speaker, Translator) or speaker.language == PSEUDO:
        return str(Message(_plain(text, values), values, domain))
    found = speaker.find(domain, text) or text
    return put_in(found, values) if values else _plain(found, values)


def bound_plural(domain: str, one: str, many: str, count: int, /, **values: Any) -> str:
    """Translate a text of a template that depends on a number; ``num`` and ``count`` are both offered to it."""
    return str(Message(one, {"num": count, **values}, domain, plural=many, count=count))


def bound_context(domain: str, context: str, text: str, /, **values: Any) -> str:
    """Translate a word of a template that has two meanings."""
    return str(Message(text, values, domain, context=context))


def _plain(text: str, values: dict[str, Any]) -> str:
    # {% trans %} doubles percent signs because it expects a formatting step.
    return text if values else text.replace("%%", "%")


def icon_maker(asset: Callable[[str], str]) -> Callable[..., Markup]:
    """Return the ``icon(name)`` of templates: a symbol of the sprite, hidden from screen readers unless titled."""
    sprite = asset("icons.svg")

    @lru_cache(maxsize=1024)
    def icon(name: str, css: str = "") -> Markup:
        drawing = Markup('<svg class="icon{}" aria-hidden="true" focusable="false"><use href="{}#tabler-{}"/></svg>')
        return drawing.format(f" {css}" if css else "", sprite, name)

    return icon


def asset_finder(static_url: str = "/static") -> Callable[[str], str]:
    """Return the ``asset(name)`` of templates: the address of a built file with its hash behind it."""
    manifest = STATIC / "manifest.json"
    hashes: dict[str, str] = json.loads(manifest.read_text("utf-8")) if manifest.exists() else {}

    def asset(name: str) -> str:
        digest = hashes.get(name)
        return f"{static_url}/{name}?v={digest}" if digest else f"{static_url}/{name}"

    return asset


def format_date(value: date | None) -> str:
    """Write a date, a quiet dash for none."""
    if value is None:
        return DASH
    formats = current_formats()
    return formats.date(formats.local(value).date() if isinstance(value, datetime) else value)


def format_datetime(value: datetime | None) -> str:
    """Write a moment in the reader's time zone."""
    return DASH if value is None else current_formats().moment(value)


def format_time(value: time | datetime | None) -> str:
    """Write a time of day."""
    return DASH if value is None else current_formats().time(value)


def format_number(value: float | Decimal | None, places: int | None = None) -> str:
    """Write a number."""
    return DASH if value is None else current_formats().number(value, places)


def format_percent(value: float | Decimal | None, places: int | None = None) -> str:
    """Write a share of a hundred with its sign."""
    return DASH if value is None else current_formats().percent(value, places)


_SIZES = ((1 << 30, _("%(number)s GB")), (1 << 20, _("%(number)s MB")), (1 << 10, _("%(number)s kB")))


def format_size(value: int | None) -> str:
    """Write how large a file is; ``value`` is in bytes."""
    if value is None:
        return DASH
    for unit, words in _SIZES:
        if value >= unit:
            return str(words.with_values(number=format_number(value / unit, 0 if value >= 10 * unit else 1)))
    return str(_("%(number)s bytes", number=value))


def relative_time(value: datetime | date | None) -> Markup | str:
    """Write how far away a moment or a day is, with the full date on hover."""
    if value is None:
        return DASH
    formats = current_formats()
    if isinstance(value, datetime):
        near, full = formats.relative(value), formats.moment(value)
    else:
        near, full = formats.near_day(value, formats.today()), formats.date(value)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(value.isoformat(), full, near)


def quiet(value: Any) -> Any:
    """Return the value, or a quiet dash for an empty one."""
    return Markup('<span class="k-quiet">–</span>') if value is None or value == "" else value


def multiline(value: str | None) -> Markup:
    """Return a text with its line ends kept."""
    return Markup("<br>").join(escape(line) for line in (value or "").splitlines())


def initials(name: str) -> str:
    """Return up to two letters that stand for a name in its picture."""
    words = [word.strip("\"'„“”«»()[].,") for word in name.split()]
    words = [word for word in words if word and word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


def hue(name: str) -> int:
    """Return the number of the colour class of a name's picture, 0 to 7: the same name, the same colour."""
    return sum(ord(letter) * (index + 1) for index, letter in enumerate(name)) % 8


def install_globals(app: Flask) -> None:
    """Give every template the names that the contract of templates promises."""
    asset = asset_finder(app.static_url_path or "/static")
    environment = app.jinja_env
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.add_extension("jinja2.ext.i18n")
    environment.add_extension("jinja2.ext.do")
    environment.newstyle_gettext = True  # type: ignore[attr-defined]
    environment.globals.update(
        bound_text=bound_text,
        bound_plural=bound_plural,
        bound_context=bound_context,
        asset=asset,
        icon=icon_maker(asset),
        format_date=format_date,
        format_datetime=format_datetime,
        format_time=format_time,
        format_number=format_number,
        format_percent=format_percent,
        format_size=format_size,
        relative_time=relative_time,
        quiet=quiet,
        multiline=multiline,
        initials=initials,
        hue=hue,
    )
