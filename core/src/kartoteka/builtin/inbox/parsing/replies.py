"""What the sender wrote himself: a reply without the mail it answers, without signature and advertisement.

Each line gets a letter for what it is; rules look at the row of letters. Kept are quotes that are answered below them.
"""

from __future__ import annotations

import re

from kartoteka.builtin.inbox.parsing.wrote import HEADS, join_attributions

MOST_LINES = 5000

_TEXT, _EMPTY, _DELIMITER, _WROTE, _HEAD, _ORIGINAL, _QUOTE, _SIGNED = "tedbhoqs"

_DELIMITERS = re.compile(r"^[ \t]*(?:[-_,=+~#*ᐧ—•]{2,}|[ᐧ—])[ \t]*$")
_ORIGINALS = re.compile(
    r"^[ \t>*]*(?:[-_]{3,}+|\*{2,})[ \t]*[^\W\d_][\w' .éäöüõáíóúšžāēīėįųąęčģķļņğ]{3,50}"
    r"[ \t]*(?:[-_]{3,}|\*{2,})[ \t*]*$"
    r"|^[ \t>*]*(?:begin forwarded message|anfang der weitergeleiteten|début du message (?:transféré|réexpédié)"
    r"|начало переадресованного сообщения|persiunčiamas laiškas|edastatud kiri)[ \t]*:?[ \t*]*$",
    re.IGNORECASE,
)
_SIGNATURES = re.compile(
    r"^[ \t<*_(]*(?:sent (?:from|via|with|by) .{1,90}|from my .{1,60}|sent by galaxy>*|.{0,30} from mobile"
    r"|envoyé (?:depuis|de|à partir de) .{1,60}|von meinem .{1,40} gesendet|gesendet (?:von|mit) .{1,50}"
    r"|diese nachricht wurde von .{1,80} gesendet\.?|從我的 .{1,30} 傳送|verzonden met .{1,40}"
    r"|enviado (?:desde|do|a partir d).{1,50}|inviato d.{1,50}"
    r"|sendt fra .{1,50}|skickat från .{1,50}|verstuurd v.{1,50}|lähetetty .{1,50}|wysłan[eo] z .{1,50}"
    r"|отправлено (?:с|из) .{1,60}|надіслано (?:з|із) .{1,60}|išsiųsta iš .{1,60}|saadetud minu .{1,60}"
    r"|nosūtīts no .{1,60}|get \[?outlook for .{1,60})[ \t>*_)]*$",
    re.IGNORECASE,
)
_QUOTES = re.compile(r"^[ \t]*(?:>|\|(?: |$)|[A-Z]{1,3}> ?)")
_FENCE = re.compile(r"^[ \t]*```")


def trim_reply(text: str) -> str:
    """Return what is the sender's own in the text of a mail; empty when all of it is quoted.

    Lines beyond the first 5,000 are left out.
    """
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")[:MOST_LINES]]
    lines = join_attributions(lines)
    kept = _Reply(lines)
    kept.cut()
    return "\n".join(kept.lines).strip("\n")


class _Reply:
    """The lines of a mail with their letters."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.letters = _letters(lines)

    def keep(self, start: int, end: int | None = None) -> None:
        self.lines, self.letters = self.lines[start:end], self.letters[start:end]

    def drop(self, start: int, end: int) -> None:
        self.lines = self.lines[:start] + self.lines[end:]
        self.letters = self.letters[:start] + self.letters[end:]

    def cut(self) -> None:
        self._cut_signature()
        self._cut_forward_head()
        self._cut_embedded()
        self._cut_answered()
        self._cut_heads()
        self._cut_tail()

    def _cut_signature(self) -> None:
        # A delimiter with something before it ends the letter, unless answers to quotes follow it.
        found = re.search(r"[tq][es]*(d[deqsbtho]*)$", self.letters)
        for place in re.finditer("d", self.letters) if found else ():
            before, after = self.letters[: place.start()], self.letters[place.start() :]
            if ("t" in before) and not re.search(r"q[eq]*b?e*t[te]*$", after) and "h" not in after[:4]:
                self.keep(0, place.start())
                break
        self._cut_devices()

    def _cut_devices(self) -> None:
        for found in reversed(list(re.finditer("s", self.letters))):
            self.drop(found.start(), found.end())

    def _cut_forward_head(self) -> None:
        # A mail that only forwards another one: what is forwarded is what the sender wants read.
        found = re.match(r"e*oe*[ht]?h[hte]*?e(?=[^h]|$)", self.letters)
        if found and "t" in self.letters[found.end() :]:
            self.keep(found.end())

    def _cut_embedded(self) -> None:
        found = re.search(r"o", self.letters)
        if found and "t" in self.letters[: found.start()]:
            self.keep(0, found.start())
        place = self.letters.find("b")
        if "t" in self.letters[: max(place, 0)] and not re.search(r"q[eq]*t", self.letters[place:]):
            self.keep(0, place)
        elif "b" in self.letters and "t" not in self.letters:
            self.keep(0, 0)

    def _cut_answered(self) -> None:
        # "He wrote", a quote, then text: the text answers the quote. Without anything before, the quote goes.
        found = re.match(r"e*b[eqb]*q[eqb]*(?=t)", self.letters)
        if found:
            self.keep(found.end())
        for place in reversed([one.start() for one in re.finditer("b", self.letters)]):
            self.drop(place, place + 1)

    def _cut_heads(self) -> None:
        found = re.search(r"t[eqd]*?(d?e*h(?:[et]?h){2,})", self.letters)
        if found:
            self.keep(0, found.start(1))

    def _cut_tail(self) -> None:
        if "t" in self.letters:
            found = re.search(r"[eqd]+$", self.letters)
            if found:
                self.keep(0, found.start())


def _letters(lines: list[str]) -> str:
    letters, fenced = [], False
    for line in lines:
        fence = bool(_FENCE.match(line))
        letters.append(_TEXT if fenced or fence else _letter(line))
        fenced = fenced != fence
    return "".join(letters)


def _letter(line: str) -> str:
    if not line.strip():
        return _EMPTY
    short = line[:400]
    if _DELIMITERS.match(short):
        return _DELIMITER
    if line.endswith("\0"):
        return _WROTE
    for letter, pattern in ((_ORIGINAL, _ORIGINALS), (_HEAD, HEADS), (_SIGNED, _SIGNATURES), (_QUOTE, _QUOTES)):
        if pattern.match(short):
            return letter
    return _TEXT
