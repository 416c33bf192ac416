"""Addresses of web pages that may safely be made into links."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from kartoteka.vocabulary.identifiers.checked import Checked, accepted, refused, unusual
from kartoteka.vocabulary.identifiers.hosts import normal_host
from kartoteka.vocabulary.message import text as _
from kartoteka.vocabulary.text import clean_line, no_value

WEBSITE_LENGTH = 500

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):(?![0-9]{1,5}(?:[/?#]|$))")
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.(?!$)|$)){4}")


def website(text: str | None) -> Checked:
    """Check the address of a web page; the value is a whole http or https address, ready for a link.

    "www.zuvedra.lt" becomes "https://www.zuvedra.lt". Other schemes (``javascript:``, ``data:``), names and passwords
    before the host, and signs that no address has are errors.
    """
    typed = clean_line(text)
    if len(typed) > WEBSITE_LENGTH:
        return refused(typed, _("This is too long for a web address. Keep only its beginning."))
    if no_value(typed):
        return Checked(typed)
    if "." in typed and normal_host(typed) == typed:
        return accepted(typed, f"https://{typed}")
    if re.search(r"[\s<>\"`\\^]", typed):
        return refused(typed, _("A web address has no spaces, quotes or brackets. Enter one address only."))
    scheme = _SCHEME.match(typed)
    if scheme and scheme[1].lower() not in {"http", "https"}:
        return refused(typed, _("A web address begins with https:// or www."))
    return _check_parts(typed, typed if scheme else "https://" + typed.lstrip("/"))


def _check_parts(typed: str, address: str) -> Checked:
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return refused(typed, _("This is not a web address. It looks like www.company.com."))
    if "@" in parts.netloc:
        return refused(typed, _("This looks like an e-mail address. A web address looks like www.company.com."))
    name = parts.hostname or ""
    host = name if _IPV4.fullmatch(name) else normal_host(name)
    if not host:
        return refused(typed, _("This is not a web address. It looks like www.company.com."))
    value = _assembled(parts, host, port)
    if "." not in host:
        return unusual(typed, value, _("There is no dot in this web address. Check its end."))
    return accepted(typed, value)


def _assembled(parts: SplitResult, host: str, port: int | None) -> str:
    netloc = host if port is None else f"{host}:{port}"
    path = "" if parts.path == "/" and not (parts.query or parts.fragment) else parts.path
    return parts._replace(scheme=parts.scheme.lower(), netloc=netloc, path=path).geturl()
