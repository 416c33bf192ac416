"""HTML of mails without anything that runs, frames, tracks or hides."""

from __future__ import annotations

import re
from html import unescape

_STYLES = """
    background-color border border-bottom border-collapse border-color border-left border-radius border-right
    border-spacing border-style border-top border-width color direction display font font-family font-size font-style
    font-weight height letter-spacing line-height list-style list-style-type margin margin-bottom margin-left
    margin-right margin-top max-width min-width padding padding-bottom padding-left padding-right padding-top
    table-layout text-align text-decoration text-indent text-transform vertical-align white-space width
"""
_TAGS = """
    a abbr b blockquote br caption center code col colgroup dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins
    li ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr u ul
"""
_EVERYWHERE = frozenset({"align", "bgcolor", "color", "dir", "height", "lang", "style", "title", "valign", "width"})
_ATTRIBUTES = {
    "*": set(_EVERYWHERE),
    "a": {"href", "name"},
    "img": {"src", "alt", "border"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start", "type"},
    "font": {"face", "size"},
}
_SCHEMES = {"http", "https", "mailto", "tel", "cid"}
_DROPPED_WHOLE = {"script", "style", "title", "head", "template", "noscript", "iframe", "object", "svg", "math"}
_BREAKS = re.compile(r"<(?:br|/p|/div|/h[1-6]|/li|/tr|/table|/blockquote|hr)\b[^>]{0,200}>", re.IGNORECASE)
_LINKS = re.compile(r'<a [^>]{0,300}?href="(https?://[^"]{1,2000})"[^>]{0,300}>([^<]{0,500})</a>', re.IGNORECASE)
_TAG = re.compile(r"<[^>]{0,10000}>")
_BLANK = re.compile(r"\n{3,}")


def clean_html(html: str) -> str:
    """Return the harmless part of HTML: no scripts, forms, frames, outside styles, or addresses but http(s) and cid."""
    import nh3

    cleaned: str = nh3.clean(
        html.replace("\x00", ""),
        tags=set(_TAGS.split()),
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        filter_style_properties=set(_STYLES.split()),
        link_rel="noopener noreferrer",
        strip_comments=True,
    )
    return cleaned


def html_to_text(html: str) -> str:
    """Return cleaned HTML as text, for those who read mail without pictures: lines kept, links written out."""
    linked = _LINKS.sub(lambda found: found[2] if found[2] == found[1] else f"{found[2]} ({found[1]})", html)
    lines = _TAG.sub("", _BREAKS.sub("\n", linked.replace("\n", " ")))
    words = "\n".join(" ".join(line.split()) for line in unescape(lines).splitlines())
    return _BLANK.sub("\n\n", words).strip()
