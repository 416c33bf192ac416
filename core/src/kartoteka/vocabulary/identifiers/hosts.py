"""Names of computers, as they stand in e-mail and web addresses."""

from __future__ import annotations

import re
import unicodedata

_LABEL = re.compile(r"[^\W_](?:[\w-]*[^\W_])?")
_USUAL_LABEL = r"(?!xn--)[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
_USUAL = re.compile(rf"(?:{_USUAL_LABEL}\.)*{_USUAL_LABEL}")
"""Host names as nearly all are, normal already: only looking closer at others is worth the time of an import."""
_HOST_LENGTH = 253
_LABEL_LENGTH = 63


def normal_host(host: str) -> str | None:
    """Return a host name in small letters, Unicode where it is international; None when it is no host name.

    Source: RFC 1123 2.1 for letters, digits and hyphens, RFC 1035 2.3.4 for lengths (counted in Punycode), RFC 3490.
    """
    if len(host) <= _HOST_LENGTH and _USUAL.fullmatch(host):
        return host
    host = unicodedata.normalize("NFKC", host).lower().removesuffix(".")
    encoded = [_encoded(label) for label in host.split(".")]
    if not all(encoded) or len(".".join(map(str, encoded))) > _HOST_LENGTH or host.split(".")[-1].isdigit():
        return None
    return ".".join(_decoded(str(label)) for label in encoded)


def _encoded(label: str) -> str | None:
    """Return a label as it travels (Punycode when needed), or None when it may not be one."""
    if not _LABEL.fullmatch(label) or "_" in label:
        return None
    try:
        encoded = label if label.isascii() else label.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return encoded if len(encoded) <= _LABEL_LENGTH else None


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        decoded = label.encode("ascii").decode("idna")
    except UnicodeError:
        return label
    return decoded if _encoded(decoded) == label else label
