"""Reads vCards 2.1, 3.0 and 4.0 strictly, without any database: what is odd is told by its line, never guessed.

Lines are unfolded (RFC 6350, section 3.2); quoted-printable and other character sets are those of vCard 2.1. Pictures,
sounds and keys are passed over, and so are cards within cards.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kartoteka.api.texts import Message, Texts

_ = Texts("crm_clients")

LARGEST = 5_000_000
MOST_CARDS = 200
MOST_LINES = 200_000
LONGEST_VALUE = 20_000
MOST_TROUBLES = 100
_PASSED_OVER = frozenset({"PHOTO", "LOGO", "SOUND", "KEY", "AGENT"})
_CHARSETS = frozenset(
    {"UTF-8", "ISO-8859-1", "ISO-8859-4", "ISO-8859-13", "ISO-8859-15", "US-ASCII", "KOI8-U", "KOI8-R"}
    | {f"WINDOWS-125{number}" for number in range(9)}
)
_NAME = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)\Z")
_PARAMETER = re.compile(r';([^;:="]+)(?:=((?:"[^"]*"|[^;:"])*))?')
_NO_END = "\n"
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True)
class Property:
    """One property of a card: its name in capitals, its parameters, its value as written, and its line."""

    name: str
    parameters: dict[str, str]
    value: str
    line: int

    @property
    def kinds(self) -> frozenset[str]:
        """What its types are, in small letters."""
        return frozenset(one for one in self.parameters.get("TYPE", "").lower().split(",") if one)

    @property
    def preference(self) -> int:
        """How much it is preferred: the smaller, the more."""
        written = self.parameters.get("PREF", "")
        return int(written) if written.isdigit() and len(written) < 4 else (1 if "pref" in self.kinds else 101)

    def text(self) -> str:
        """Return the value as a text."""
        return unescaped(self.value)

    def parts(self) -> list[str]:
        """Return the parts of a value that has some, such as a name."""
        return [unescaped(one) for one in re.split(r"(?<!\\);", self.value)]


@dataclass
class Card:
    """A card with its properties; ``line`` is where it begins."""

    line: int
    version: str = ""
    properties: list[Property] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """Return the properties with a name, the preferred ones first."""
        return sorted((one for one in self.properties if one.name == name), key=lambda one: one.preference)


@dataclass(frozen=True)
class Trouble:
    """What could not be read, and in which line."""

    line: int
    message: Message


def unescaped(value: str) -> str:
    """Return a text without the backslashes of vCards."""
    return _ESCAPE.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), value)


def read_cards(content: bytes) -> tuple[list[Card], list[Trouble]]:
    """Return the cards of a file, and what in it could not be read; never more than 200 cards."""
    if len(content) > LARGEST:
        return [], [Trouble(1, _("The file is larger than 5 MB. Divide it."))]
    cards: list[Card] = []
    troubles: list[Trouble] = []
    for line, card, depth, raw in _inside(content):
        if raw.upper() == "END:VCARD" and card is not None:
            _close(card, cards, troubles)
        elif card is None:
            troubles.append(Trouble(line, _("This stands outside of any card.")))
        elif depth == 1:
            _add_property(card, line, raw, troubles)
        if len(cards) >= MOST_CARDS:
            troubles.append(Trouble(line, _("Only the first %(most)s cards were read.", most=MOST_CARDS)))
            return cards, troubles
    if not cards and not troubles:
        troubles.append(Trouble(1, _("There is no card in this file.")))
    return cards, troubles[:MOST_TROUBLES]


def _inside(content: bytes) -> Iterator[tuple[int, Card | None, int, str]]:
    """Yield lines with the card that they are in and how deep they are; cards within cards are passed over.

    A card ends with the line END:VCARD; at the end of the file comes what begins a card that has no end.
    """
    card: Card | None = None
    depth = 0
    for line, raw in _unfolded(_text(content)):
        tag = raw.strip().upper()
        if tag == "BEGIN:VCARD":
            depth += 1
            card = Card(line) if depth == 1 else card
        elif tag == "END:VCARD":
            depth -= depth > 0
            if depth == 0:
                yield line, card, 0, tag
                card = None
        elif raw.strip() and depth < 2:
            yield line, card, depth, raw
    if card is not None:
        yield card.line, card, 1, _NO_END


def _close(card: Card, cards: list[Card], troubles: list[Trouble]) -> None:
    version = next((one.value.strip() for one in card.properties if one.name == "VERSION"), "")
    if version not in ("2.1", "3.0", "4.0"):
        troubles.append(Trouble(card.line, _("This card is of no version that is known: 2.1, 3.0 or 4.0.")))
        return
    card.version = version
    cards.append(card)


def _text(content: bytes) -> str:
    """Return the file as text; bytes that are no UTF-8 stay single, so that a CHARSET can make letters of them."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield logical lines with the number of their first line; those of quoted-printable that go on are joined, too."""
    begun, number = "", 0
    for count, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if count > MOST_LINES:
            break
        if begun and line[:1] in (" ", "\t") and len(begun) < LARGEST:
            begun += line[1:]
        elif begun.endswith("=") and "QUOTED-PRINTABLE" in begun.partition(":")[0].upper():
            begun = begun[:-1] + line
        else:
            if begun:
                yield number, begun
            begun, number = line, count
    if begun:
        yield number, begun


def _add_property(card: Card, line: int, raw: str, troubles: list[Trouble]) -> None:
    head, value = _divided(raw)
    name = _NAME.match(head.partition(";")[0].strip())
    if raw == _NO_END:
        troubles.append(Trouble(line, _("This card has no end.")))
        return
    if value is None or name is None:
        troubles.append(Trouble(line, _("This line is no property of a card.")))
        return
    if name.group(1).upper() in _PASSED_OVER:
        return
    parameters = _parameters(head)
    decoded = _decoded(value, parameters)
    if decoded is None:
        troubles.append(Trouble(line, _("The letters of this line are in no character set that is known.")))
    elif len(decoded) > LONGEST_VALUE:
        troubles.append(Trouble(line, _("This line is too long.")))
    else:
        card.properties.append(Property(name.group(1).upper(), parameters, decoded, line))


def _divided(raw: str) -> tuple[str, str | None]:
    """Return what stands before and after the first colon that is not quoted."""
    quoted = False
    for place, letter in enumerate(raw):
        if letter == '"':
            quoted = not quoted
        elif letter == ":" and not quoted:
            return raw[:place], raw[place + 1 :]
    return raw, None


def _parameters(head: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _PARAMETER.findall(head[:2_000]):
        key = name.strip().upper()
        said = value.replace('"', "").strip()
        if not said:  # 2.1 writes types and encodings without their name
            said, key = name.strip(), "ENCODING" if key in ("QUOTED-PRINTABLE", "BASE64", "8BIT") else "TYPE"
        found[key] = f"{found[key]},{said}" if key in found else said
    return found


def _decoded(value: str, parameters: dict[str, str]) -> str | None:
    """Return the value in its letters, None when nothing says which they are."""
    charset = parameters.get("CHARSET", "UTF-8").upper()
    if charset not in _CHARSETS:
        return None
    raw = value.encode("utf-8", "surrogateescape")
    if parameters.get("ENCODING", "").upper() == "QUOTED-PRINTABLE":
        raw = quopri.decodestring(raw)
    elif "CHARSET" not in parameters or charset == "UTF-8":
        return None if any("\udc80" <= letter <= "\udcff" for letter in value) else value.replace("\x00", "")
    try:
        return raw.decode(charset).replace("\x00", "")
    except (UnicodeDecodeError, LookupError):
        return None
