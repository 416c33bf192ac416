"""Names of clients: how they are shown, and the form in which two names are compared (X-15, CL-42)."""

from __future__ import annotations

import re
from functools import lru_cache

from kartoteka.vocabulary.text import clean_line, fold

KEY_LENGTH = 300
_SHORTEST_KEY = 3

_LEGAL_FORMS = (
    # Lithuania, Latvia, Estonia: full forms before short ones, longer before shorter.
    "uzdaroji akcine bendrove|uzdarosios akcines bendroves|akcine bendrove|akcines bendroves|mazoji bendrija|"
    "individuali imone|viesoji istaiga|zemes ukio bendrove|tikroji ukine bendrija|komanditine ukine bendrija|"
    "valstybes imone|savivaldybes imone|uab|ab|mb|ii|vsi|zub|tub|kub|vi|bi|"
    "sabiedriba ar ierobezotu atbildibu|akciju sabiedriba|individualais komersants|sia|as|ik|zs|"
    "osauhing|aktsiaselts|mittetulundusuhing|sihtasutus|fuusilisest isikust ettevotja|ou|mtu|fie|"
    # Ukraine, Russia (folded: і stays, ё and й lose their signs).
    "товариство з обмеженою відповідальністю|приватне акціонерне товариство|публічне акціонерне товариство|"
    "акціонерне товариство|приватне підприємство|фізична особа підприємець|"
    "общество с ограниченной ответственностью|закрытое акционерное общество|открытое акционерное общество|"
    "публичное акционерное общество|акционерное общество|индивидуальный предприниматель|"
    "тов|прат|пат|ат|пп|фоп|дп|ооо|зао|оао|пао|ао|ип|чп|"
    "ooo|oao|zao|pao|tov|tzov|prat|fop|"
    "sp z o o|spolka z ograniczona odpowiedzialnoscia|spolka akcyjna|s a|"
    "limited liability company|public limited company|public joint stock company|open joint stock company|"
    "closed joint stock company|joint stock company|incorporated|corporation|limited|company|ltd|llc|llp|plc|inc|corp|"
    "co|pjsc|ojsc|cjsc|jsc|pty|gesellschaft mit beschrankter haftung|aktiengesellschaft|kommanditgesellschaft|gmbh|"
    "oy|oyj|ag|kg|bv|nv|societe anonyme|societe a responsabilite limitee|societatea cu raspundere limitata|"
    "srl|sarl|sas|sa|spa|aps|asa"
)
_FORM_PATTERN = re.compile(
    r"(?:^|(?<= ))(?:%s)(?= |$)" % "|".join(re.escape(" ".join(fold(form).split())) for form in _LEGAL_FORMS.split("|"))
)
FORM_WORDS = frozenset(" ".join(fold(form) for form in _LEGAL_FORMS.split("|")).split())
"""The single words of all legal forms, folded."""
_LETTERS = re.compile(r"(?<!\S)[^\W\d_](?: [^\W\d_])+(?!\S)")
"""Letters that stand alone in a row, as in "p. l. c."."""


def person_name(surname: str, first_name: str) -> str:
    """Return how a natural person is listed: "Surname First name" (CL-55)."""
    return clean_line(f"{surname} {first_name}")


def shown_name(kind: str, company_name: str, surname: str, first_name: str) -> str:
    """Return the client's name: the company's or the person's, whichever the kind asks for.

    Falls back to the other one, so that a client whose kind was just switched is not nameless.
    """
    person = person_name(surname, first_name)
    return (person or company_name) if kind == "person" else (company_name or person)


def bare_name(name: str) -> str:
    """Return a name's words, folded and without legal form; all of them where nothing else would be left."""
    words = _LETTERS.sub(_joined, " ".join(re.findall(r"[^\W_]+", fold(name))))
    return " ".join(_FORM_PATTERN.sub(" ", words).split()) or words


def _joined(letters: re.Match[str]) -> str:
    """Write the letters of an abbreviation as one word when they are a legal form."""
    word = letters[0].replace(" ", "")
    return word if _FORM_PATTERN.fullmatch(word) else letters[0]


@lru_cache(maxsize=2_000)
def name_key(name: str) -> str:
    """Return what two spellings of one client's name have in common; "" where a name says too little.

    Legal forms, quotes and the order of words do not count: UAB „Žuvėdra“ and "Zuvedra, UAB" have one key. Initials
    ("V. M.") have none, because they would match strangers.
    """
    parts = sorted(bare_name(name).split())
    if max(map(len, parts), default=0) < 2 or len("".join(parts)) < _SHORTEST_KEY:
        return ""
    return " ".join(parts)[:KEY_LENGTH].rstrip()
