"""Text as people type it, made storable, comparable and sortable."""

from __future__ import annotations

import re
import unicodedata

SORT_KEY_LENGTH = 200

_WORDS = re.compile(r"[^\W_]+")
_LEADING = re.compile(r"^[\W_]+")
_COUNTING = re.compile("[1-9]")
"""Digits that no way of saying "there is none" has."""

_REMOVED = frozenset({"Mn", "Me", "Cc", "Cf", "Cs"})
_CACHED_CHARACTERS = 20_000

_PLAIN = {
    **dict.fromkeys("„“”‟«»‹›″〝〞＂", '"'),
    **dict.fromkeys("‘’‚‛′`´ʹʻʼʽˈ＇", "'"),
    **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
    "⁄": "/",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "ħ": "h",
    "ŧ": "t",
    "ŋ": "n",
    "ĸ": "k",
    "ə": "e",
    "ґ": "г",
}
"""What decomposition (NFKD) leaves alone, and the typographic twins of the signs on a keyboard."""


def fold(value: str) -> str:
    """Return the form in which texts are compared: no case, no accents, one space between words.

    „Žuvėdra“ and "zuvedra" fold to the same text; so do Ё and е. Folding twice changes nothing.
    """
    if value.isascii() and value.isprintable():
        return " ".join(value.lower().replace("`", "'").split())
    return " ".join(value.translate(_folding).split())


def sort_key(value: str) -> str:
    """Return the text to order by: folded, without quotes and leading punctuation, at most 200 characters.

    Made to be compared by code point, as SQLite and ``COLLATE "C"`` do, so that both databases agree.
    Never empty unless the value is.
    """
    folded = fold(value)
    key = _LEADING.sub("", " ".join(folded.replace('"', " ").split()))
    return (key or folded or ("~" if value else ""))[:SORT_KEY_LENGTH].rstrip()


def clean_line(value: str | None) -> str:
    """Return one storable line: composed (NFC), invisible characters out, whitespace to single spaces."""
    return " ".join(_visible(value).split()) if value else ""


def clean_block(value: str | None) -> str:
    """Return storable text of several lines: like a line, but line ends (as LF), tabs and spaces stay."""
    return "\n".join(line.rstrip() for line in _visible(value or "").splitlines()).strip()


def no_value(value: str | None) -> bool:
    """Say whether the text stands for "there is none", as in "0", "-", "n/a" or "нет".

    For codes, phones and addresses that people must not be compared by; not for names.
    """
    if not value:
        return True
    if _COUNTING.search(value):
        return False
    words = " ".join(_WORDS.findall(fold(value)))
    return words in _NOTHING or not words.strip("0 ") or not words.strip("x ")


def _fold_character(character: str) -> str:
    """Fold one character; repeated because a decomposed character may have capitals (№ to No)."""
    if character.isspace():
        return " "
    if unicodedata.category(character) in _REMOVED:
        return ""
    character = _PLAIN.get(character, character)
    folded = "".join(_PLAIN.get(part, part) for part in unicodedata.normalize("NFKD", character.casefold()))
    if folded == character:
        return folded
    return "".join(map(_fold_character, folded))


class _Folding(dict[int, str]):
    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < _CACHED_CHARACTERS:
            self[code] = folded
        return folded


_folding = _Folding()

_NOTHING = frozenset(
    " ".join(_WORDS.findall(fold(words)))
    for words in (
        *("none", "no", "not", "n/a", "n.a.", "na", "nil", "null", "unknown", "not known", "no code"),
        *("nėra", "neturi", "nežinomas", "nežinoma", "nėra kodo"),
        *("nav", "nav zināms", "puudub", "ei ole", "pole", "brak", "nie ma"),
        *("немає", "нема", "відсутній", "відсутня", "відсутнє", "невідомо", "без коду"),
        *("нет", "отсутствует", "неизвестно", "без кода", "н/д", "н/у"),
    )
)

_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # control characters, NUL among them
    "\u00ad\u200b\u2060\ufeff"  # soft hyphen and zero-width spaces that come along when copying
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks that turn the reading direction
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"  # halves of characters, and what is no character at all
)


def _visible(value: str) -> str:
    if value.isascii() and value.isprintable():
        return value
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", _LINE_BREAKS.sub("\n", value)))
