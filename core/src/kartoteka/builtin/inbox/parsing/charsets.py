"""Bytes to text, whatever the mail says its charset is."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

_ALIASES = {
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "uft-8": "utf-8",
    "utf": "utf-8",
    "utf8mb4": "utf-8",
    "unicode": "utf-8",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "ks_c_5601-1987": "cp949",
    "ansi_x3.110-1983": "cp1252",
    "windows-31j": "cp932",
    "gb_2312-80": "gb18030",
}
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
    "tis-620": "cp874",
}
"""What senders mean by a name that allows less; a superset, as browsers read it (WHATWG Encoding Standard)."""

_GUESSES = ("utf-8", "cp1257", "cp1251", "koi8_r", "iso2022_jp_ext", "cp932", "euc_jp", "cp949", "gb18030")
_NOT_TEXT = ("base64", "quopri", "uu", "zlib", "bz2", "hex", "rot13", "idna", "punycode", "undefined", "mbcs")
_ENCODED = re.compile(rb"[\x80-\xff\x1b]")
_HIGH = re.compile(rb"[\x80-\xff]")
_SAMPLE = 20_000
_SINGLE_BYTE = {f"cp125{one}" for one in range(9)} | {f"iso8859-{one}" for one in range(1, 17)} | {"cp874"}
_AS_NUMBER = "kartoteka_as_number"


def _as_number(error: UnicodeError) -> tuple[str, int]:
    # Bytes that a code page leaves free stand for themselves, as browsers have it.
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(one) for one in error.object[error.start : error.end]), error.end


codecs.register_error(_AS_NUMBER, _as_number)


@dataclass(frozen=True)
class Decoded:
    """A text, and whether the charset's name was unknown, did not fit the bytes, or nothing fitted them."""

    text: str
    unknown: bool = False
    wrong: bool = False
    lossy: bool = False


def known_codec(name: str) -> str | None:
    """Return Python's codec for a charset's name, in its wider form; None for names that nobody knows."""
    plain = name.strip().strip("\"'").lower()
    if not plain or len(plain) > 60 or not plain.isascii():
        return None
    try:
        info = codecs.lookup(_ALIASES.get(plain, plain))
    except (LookupError, ValueError):
        return None
    found = info.name
    if any(found.startswith(one) for one in _NOT_TEXT) or not getattr(info, "_is_text_encoding", True):
        return None
    return _WIDER.get(found, found)


def decode(raw: bytes, charset: str = "") -> Decoded:
    """Decode bytes by the named charset, else by the one that fits best; nothing is dropped without being said."""
    codec = known_codec(charset) if charset else "utf-8"
    unknown, wrong = codec is None, bool(charset) and codec is not None
    if codec in _SINGLE_BYTE and _is_utf8(raw):
        return Decoded(raw.decode("utf-8"), wrong=wrong)
    text = _try(raw, codec) if codec else None
    if text is not None:
        return Decoded(text)
    if codec in _SINGLE_BYTE:
        return Decoded(raw.decode(codec, _AS_NUMBER))
    guessed = _guess(raw)
    if guessed is not None:
        return Decoded(guessed, unknown=unknown, wrong=wrong)
    return Decoded(_force(raw, codec), unknown=unknown, wrong=wrong, lossy=True)


def _is_utf8(raw: bytes) -> bool:
    # A text of one-byte letters is never valid UTF-8 by chance.
    return _HIGH.search(raw) is not None and _try(raw, "utf-8") is not None


def _force(raw: bytes, codec: str | None) -> str:
    # Text cut within a sign is the usual reason: a few signs are lost, the rest reads well.
    candidates = [raw.decode(one, "replace") for one in ("utf-8", codec or "cp1252", "cp1252")]
    return min(candidates, key=lambda text: text.count("�"))


def _guess(raw: bytes) -> str | None:
    if not _ENCODED.search(raw):
        return raw.decode("ascii", "replace")
    text = _try(raw, "utf-8")
    if text is not None and b"\x1b$" not in raw:
        return text
    if _is_nearly_utf8(raw):
        return None
    if b"\x1b$" in raw or b"\x1b(" in raw:
        text = _try(raw, "iso2022_jp_ext")
        if text is not None:
            return text
    return _guess_by_letters(raw)


def _is_nearly_utf8(raw: bytes) -> bool:
    text = raw.decode("utf-8", "replace")
    signs = sum(ord(one) > 0x7F and one != "�" for one in text)
    # Damaged UTF-8 is left to `_force`: another charset would make nonsense of all of it.
    return signs >= 10 and text.count("�") * 5 < signs


def _guess_by_letters(raw: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(raw[:_SAMPLE], cp_isolation=list(_GUESSES)).best()
    for codec in ([best.encoding] if best else []) + ["cp1252", "cp1251"]:
        text = _try(raw, codec)
        if text is not None:
            return text
    return None


def _try(raw: bytes, codec: str) -> str | None:
    try:
        text = raw.decode(codec)
    except (UnicodeError, ValueError, LookupError):
        return None
    # Half a surrogate pair (UTF-7, UTF-16) can be stored nowhere.
    return None if any(0xD800 <= ord(one) <= 0xDFFF for one in text) else text
