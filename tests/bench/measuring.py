"""What is measured: each line pairs a page of ours with the same page of the floor, and knows its budget."""

from __future__ import annotations

import random
import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import count
from typing import Literal, TypeAlias

from visitor import Answer, Visitor, csrf_token, typed_in

FAR = "list, after row {:,}"
INQUIRIES = "/crm_inquiries/inquiries/"
MONTH = "/crm_inquiries/calendar?mode=people&span=month&day=2024-06-12"
WORK_BY_MONTH = "/reports/crm_inquiries/work_by_month?span=all"
CREATE_CLIENT, CREATE_INQUIRY, REPORT = "create client", "create inquiry", "report over {:,} activities"


@dataclass(frozen=True)
class Line:
    """One line of the table.

    ``ours`` and ``base`` make the addresses of the n-th round. ``budget`` is how many times the median of the base
    ours may be; the base is a page of the floor, or one of ours (``own_base``), or None where the floor has nothing
    like it. ``statements`` and ``bytes`` are bounds; 0 stands for no bound. ``weight`` says how many
    times fewer rounds than usual are enough.
    """

    title: str
    ours: Callable[[int], str]
    base: Callable[[int], str] | None = None
    budget: float = 0.0
    statements: int = 0
    bytes: int = 0
    own_base: bool = False
    weight: int = 1
    who: Literal["administrator", "seller"] = "administrator"


@dataclass(frozen=True)
class Result:
    """What a line came to, in milliseconds."""

    line: Line
    ours: float
    base: float
    statements: int
    bytes: int

    @property
    def ratio(self) -> float:
        """Ours over what it is compared with."""
        return self.ours / self.base if self.base else 0.0

    @property
    def is_within(self) -> bool:
        """Whether every bound of the line holds."""
        line = self.line
        few = not line.statements or self.statements <= line.statements
        small = not line.bytes or self.bytes <= line.bytes
        quick = not line.budget or self.ratio <= line.budget
        return quick and few and small


def lines(size: int, dialect: str, far_page: str, last_page: str) -> list[Line]:
    """Return the lines of the budget page for a database of this size and dialect."""
    chance = random.Random(7)
    cards = [chance.randrange(1, size + 1) for _card in range(40)]
    is_sqlite = dialect == "sqlite"
    found = 0.5 if is_sqlite else 3.0
    few = 1.0 if is_sqlite else 3.0
    page = {"statements": 6, "bytes": 120_000}
    plain = Line("list, first page", _fixed("/clients/"), _fixed("/clients"), 3.0, **page)
    searches = [
        _search("search: part of a name", ["logistika", "tech", "medica", "stat"], found, page),
        _search("search: two characters", ["ag", "me", "sy"], few, page),
        _search("search: phone", ["3706123", "61234", "55512"], found, page),
        _search("search: e-mail", ["info@a", "baltic7", "groupe"], found, page),
        _search("search: code", ["300004", "30077", "3001234"], found, page),
    ]
    return [
        plain,
        Line(
            "list, manager and relationship",
            _fixed("/clients/?manager=6&relationship=existing"),
            _fixed("/clients?manager=manager05&type=client"),
            3.0,
            **page,
        ),
        Line("list, by registration date", _fixed("/clients/?sort=-registered_on"), _fixed("/clients"), 3.0, **page),
        Line(
            "list, own clients only",
            _fixed("/clients/"),
            _fixed("/clients?manager=manager05"),
            3.0,
            who="seller",
            **page,
        ),
        Line(FAR.format(middle_of(size)), _fixed(far_page), _fixed("/clients/"), 1.2, own_base=True, **page),
        Line("list, last page", _fixed(last_page), _fixed("/clients/"), 1.2, own_base=True, **page),
        *searches,
        Line(
            "card, three modules' panels",
            lambda n: f"/clients/{cards[n % len(cards)]}",
            lambda n: f"/client/{cards[n % len(cards)]}",
            3.0,
            statements=12,
            bytes=80_000,
        ),
        Line("inquiry list", _fixed(INQUIRIES), **page),
        Line("inquiry list, one's own and open", _fixed(f"{INQUIRIES}?status=open"), who="seller", **page),
        Line("activity list", _fixed("/crm_inquiries/activities/"), **page),
        Line("board with 2,000 open inquiries", _fixed("/crm_inquiries/board/"), statements=8, bytes=150_000),
        Line("month of 20 people", _fixed(MONTH), statements=8, bytes=300_000),
        Line("work page", _fixed("/crm_inquiries/work"), statements=8, who="seller"),
    ]


def middle_of(size: int) -> int:
    """Return the row after which the far page begins: 50,000 where there are so many."""
    return min(50_000, size // 2)


def far_pages(visitor: Visitor, size: int) -> tuple[str, str]:
    """Return the addresses of the page after the middle row and of the last page.

    The first is walked to, 50 rows at a time: the budget is for a cursor taken beforehand.
    """
    page = "/clients/"
    for _step in range(middle_of(size) // 50):
        page = _link(visitor, "next", page)
    return page, _link(visitor, "last")


def _link(visitor: Visitor, rel: str, page: str = "/clients/") -> str:
    """Return the address behind the list's link to its next or last page."""
    found = re.search(rf'<a[^>]*rel="{rel}"[^>]*>', visitor.get(page).body)
    address = re.search(r'href="([^"]+)"', found.group(0)) if found else None
    if address is None:
        raise RuntimeError(f"The list has no link to its {rel} page.")
    return unescape(address.group(1))


@dataclass(frozen=True)
class Sample:
    """One round of a line: the seconds of ours and of what it is compared with, statements and bytes of ours."""

    own: float
    base: float = 0.0
    statements: int = 0
    bytes: int = 0


Ask: TypeAlias = "Callable[[int], Sample]"
"""Asks both sides in turn, given the number of the round."""

PASSES = 5
"""The rounds of all lines are spread over so many passes: what else the machine does for a second is in few of them."""
WARM = 2
"""So many rounds at the start of each pass only warm up."""


def measure(asked: Sequence[tuple[Line, Ask]], rounds: int) -> list[Result]:
    """Return the medians of each line."""
    found: list[list[Sample]] = [[] for _line in asked]
    for pass_ in range(PASSES):
        for samples, (line, ask) in zip(found, asked, strict=True):
            wanted = -(-rounds // line.weight // PASSES)
            taken = [ask(pass_ * wanted + number) for number in range(-WARM, wanted)]
            samples.extend(taken[WARM:])
    return [_result(line, samples) for samples, (line, _ask) in zip(found, asked, strict=True)]


def _result(line: Line, samples: Sequence[Sample]) -> Result:
    return Result(
        line,
        statistics.median(sample.own for sample in samples) * 1_000,
        statistics.median(sample.base for sample in samples) * 1_000,
        max(sample.statements for sample in samples),
        max(sample.bytes for sample in samples),
    )


def ask_pages(line: Line, ours: Visitor, floor: Visitor) -> Ask:
    """Return what asks for a page on both sides."""

    def ask(round_: int) -> Sample:
        answer = _found(ours.get(line.ours(abs(round_))), line.title)
        if line.base is None:
            return _sample(answer)
        other = (ours if line.own_base else floor).get(line.base(abs(round_)))
        return _sample(answer, other.seconds)

    return ask


def ask_to_create(ours: Visitor, floor: Visitor) -> tuple[Line, Ask]:
    """Return what enters clients on both sides: with journal, search text and duplicate check on ours."""
    numbers = count(time.time_ns() // 1_000_000_000 % 5_000_000)  # others than in the runs before
    token = csrf_token(ours.get("/clients/new").body)

    def ask(_round: int) -> Sample:
        number = next(numbers)
        name, mail = f"UAB Nauja Rasa {number}", f"info@nauja{number}.lt"
        answer = _found(ours.post("/clients/new", _new_client(token, name, mail, number)), CREATE_CLIENT, 302, 303)
        values = {"name": name, "email": mail, "reg_code": "", "phone": f"+3725{number:07}", "city": "Vilnius"}
        other = floor.post("/client", {**values, "manager": "manager05", "importance": "A", "type": "client"})
        return Sample(answer.seconds, other.seconds)

    return Line(CREATE_CLIENT, _fixed("/clients/new"), _fixed("/client"), 6.0), ask


def ask_to_register(ours: Visitor, floor: Visitor, size: int) -> tuple[Line, Ask]:
    """Return what registers inquiries: with number, stage, next action, journal and search text on ours."""
    chance = random.Random(11)

    def ask(_round: int) -> Sample:
        client = chance.randrange(1, size + 1)
        path = f"/crm_inquiries/inquiries/new?client={client}"
        typed = typed_in(ours.get(path).body)
        given = {**typed, "client_id": str(client), "subject": "Shelves", "description": "Oak"}
        answer = _found(ours.post(path, given), CREATE_INQUIRY, 302, 303)
        values = {"company_id": str(client), "manager": "manager05", "subject": "Shelves", "body": "Oak"}
        return Sample(answer.seconds, floor.post("/inquiry", values).seconds)

    return Line(CREATE_INQUIRY, _fixed(f"{INQUIRIES}new"), _fixed("/inquiry"), 6.0), ask


def ask_for_report(ours: Visitor, bare: Callable[[], object], size: int) -> tuple[Line, Ask]:
    """Return what asks for the work of all years by month and employee, and for what it counts by SQL (``bare``)."""

    def ask(_round: int) -> Sample:
        answer = _found(ours.get(WORK_BY_MONTH), WORK_BY_MONTH)
        begin = time.perf_counter()
        bare()
        return _sample(answer, time.perf_counter() - begin)

    return Line(REPORT.format(3 * size), _fixed(WORK_BY_MONTH), budget=1.3, weight=4), ask


def _found(answer: Answer, title: str, *expected: int) -> Answer:
    if answer.status not in (expected or (200,)):
        raise RuntimeError(f"{title} answered {answer.status}")
    return answer


def _sample(answer: Answer, base: float = 0.0) -> Sample:
    return Sample(answer.seconds, base, answer.statements or 0, len(answer.body.encode()))


def _new_client(token: str, name: str, mail: str, number: int) -> dict[str, str]:
    return {
        "csrf_token": token,
        "kind": "company",
        "company_name": name,
        "email": mail,
        "phone": f"+3725{number:07}",
        "country": "LT",
        "relationship": "existing",
        "registered_on": "2026-11-20",
        "accept_duplicates": "y",  # a kept database has the clients of the last run
    }


def _fixed(path: str) -> Callable[[int], str]:
    return lambda _round: path


def _search(title: str, words: list[str], budget: float, page: dict[str, int]) -> Line:
    def address(path: str) -> Callable[[int], str]:
        return lambda round_: f"{path}?q={words[round_ % len(words)]}"

    return Line(title, address("/clients/"), address("/clients"), budget, **page)
