"""The lines that mail programs put above a quoted mail: "On Monday Jonas wrote:", in the languages of our users."""

from __future__ import annotations

import re

LONGEST = 350
MOST_JOINED = 6
MOST_TRIED = 150

_ADDRESS = r"(?:<[^<>]{0,20}[^\s<>]{1,100}@[^<>]{1,120}>+|\"[^\"]{1,80}\"|[^\s<>]{1,80}@[^\s<>]{1,80})"
_TIME = r"\d{1,2}[:.]\d{2}"
_DATED = rf"(?:{_TIME}|\b(?:19|20)\d\d\b|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}})"
_ENDINGS = (
    r"wrote|writes|schrieb|schreef|het volgende geschreven|geschreven|a écrit|a ecrit|escribió|escribio|escreveu"
    r"|ha scritto|skrev|skrev følgende|kirjoitti|napisał(?:\(?a\)?)?|napsal(?:\(?a\)?)?|написал(?:\(?а\)?)?|пишет|пише"
    r"|написав(?:\(?ла\)?)?"
    r"|kirjutas|rašė|parašė|rakstīja|写道|撰写"
)
_BEGINNINGS = (
    r"(?:on|at|am|op|le|el|il|em|den|dnia|dne|w dniu|в|от|kell)\b|在|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[ .]"
)
# Nothing in it is given back: a line that does not end after it does not end after fewer spaces either.
_COLON = r"\s*+(?:----++)?\s*+[:：]?"
_VERBS_INSIDE = r"wrote|schrieb|schreef|skrev|kirjutas|rašė|rakstīja"

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # On Mon, Feb 1, 2016 at 4:58 AM, "Some One" <foo@bar.com> wrote:
        rf"^[> \t*-]*(?:{_BEGINNINGS})[^\n]{{0,160}}{_DATED}[^\n]{{0,160}}(?:{_ENDINGS}){_COLON}[\s*]*+$",
        # Am 03.02.2016 3:35 nachm. schrieb Max <max@example.com>:
        rf"^[> \t*-]*(?:{_BEGINNINGS})[^\n]{{0,80}}{_DATED}[^\n]{{0,60}}(?:{_VERBS_INSIDE})\b[^\n]{{2,150}}:[\s*]*$",
        # Some One <foo@bar.com> wrote:
        rf"^[> \t*]*[^\n]{{0,120}}{_ADDRESS}[ \t,]*(?:{_ENDINGS})[ \t]*[:：][ \t*]*$",
        # Max <max@example.com> schrieb am Fr., 28. Apr. 2017 um 11:53 Uhr:
        rf"^[> \t*]*[^\n]{{1,120}}{_ADDRESS}[ \t]*(?:{_VERBS_INSIDE})\b[^\n]{{4,100}}{_DATED}[^\n]{{0,20}}:[ \t]*$",
        # 2016-03-03 17:21 GMT+01:00 Some One <foo@bar.com>:
        rf"^[> \t*]*\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}(?: {_TIME}(?: GMT\S*)?)? [^\n]{{2,200}}{_ADDRESS}\s*[:：]?\s*$",
        r"^[> \t*]*\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2} GMT[+-]\d\d:\d\d [^\n]{2,100}$",
        # понедельник, 6 октября 2014 г. пользователь lidel написал:
        rf"^[> \t*]*[^\n]{{4,120}}{_DATED}[^\n]{{0,40}}(?:пользователь|користувач)[^\n]{{1,150}}(?:{_ENDINGS})\s*:\s*$",
    )
)
_BEGINS = re.compile(rf"^[> \t*-]*(?:{_BEGINNINGS})|^[^\n]{{0,120}}[<\"]|пользователь", re.IGNORECASE)
_ENDS = re.compile(rf"(?:(?:{_ENDINGS}){_COLON}|[>:]|GMT[+-]\d\d:\d\d [^\n]{{2,100}})[\s*]*+$", re.IGNORECASE)

HEADS = re.compile(
    r"^[ \t>*]*(?:from|von|de|da|van|från|fra|od|от|від|nuo|kellelt|no|reply-to|risposta|sent|gesendet"
    r"|envoyé|enviado|inviato|verzonden|skickat|sendt|wysłano|отправлено|надіслано|išsiųsta|saadetud|nosūtīts|date|datum|data|fecha|дата"
    r"|kuupäev|datums|to|an|à|para|a|aan|till|til|do|кому|kam|kellele|cc|kopija|koopia|копия|копія|subject"
    r"|betreff|objet|asunto|assunto|oggetto|onderwerp|ämne|emne|temat|тема|tema|teema)"
    r"[ \t]*\*?[ \t]?:\*?(?:[ \t]+\S|[ \t]*$)",
    re.IGNORECASE,
)


def join_attributions(lines: list[str]) -> list[str]:
    """Return the lines with each "he wrote" in one line of its own, which ends with a NUL sign."""
    joined: list[str] = []
    place, tried = 0, 0
    while place < len(lines):
        number = 0
        if tried < MOST_TRIED and _BEGINS.search(lines[place][:LONGEST]):
            tried += 1
            number = _length_at(lines, place)
        if number:
            joined.append(" ".join(one.strip() for one in lines[place : place + number]).strip() + "\0")
        else:
            joined.append(lines[place].replace("\0", ""))
        place += number or 1
    return joined


def _length_at(lines: list[str], place: int) -> int:
    """Return how many lines from here are one attribution, 0 when none begins here."""
    whole = ""
    for number, line in enumerate(lines[place : place + MOST_JOINED], 1):
        if not line.strip():
            after = lines[place + number] if place + number < len(lines) else ""
            if not after.lstrip().startswith("<"):
                return 0
        whole = f"{whole} {line.strip()}" if whole else line
        if len(whole) > LONGEST:
            return 0
        if _ENDS.search(line) and any(pattern.match(whole) for pattern in _PATTERNS):
            return number
    return 0
