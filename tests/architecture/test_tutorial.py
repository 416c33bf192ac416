"""The tutorial holds what it promises: its pages are followed, and each mistake that they warn of is made."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kartoteka.builtin.users import passwords
from tests.architecture.reader import Reader, Told, blocks_of
from tests.architecture.tutorial_promises import CHECKS

FOLDER = Path(__file__).resolve().parents[2] / "docs/tutorial"
PAGES = sorted(FOLDER.glob("[0-9][0-9]-*.md"))
_LINK = re.compile(r"\]\(([^)#:]+\.md)(?:#[^)]*)?\)")


def test_there_are_eleven_pages_and_every_link_leads_somewhere() -> None:
    overview = (FOLDER / "README.md").read_text("utf-8")
    assert [page.name for page in PAGES] == re.findall(r"^\| \[\d+\. [^\]]+\]\(([^)]+)\)", overview, re.MULTILINE)
    assert len(PAGES) == len(CHECKS) == 11
    for page in FOLDER.glob("*.md"):
        for link in _LINK.findall(page.read_text("utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_every_page_has_the_same_parts() -> None:
    parts = ["The code", "The commands", "What you see", "Why so", "What goes wrong"]
    for page in PAGES:
        assert re.findall(r"^## (.+)$", page.read_text("utf-8"), re.MULTILINE)[:5] == parts, page.name
        assert "\n\nAt the end of this page " in page.read_text("utf-8")


def test_only_the_public_door_is_used() -> None:
    code = "".join(block.text for page in PAGES for block in blocks_of(page) if block.language == "python")
    imported = re.findall(r"^(?:from|import) (kartoteka\.\S+)", code, re.MULTILINE)
    assert imported
    assert all(name.startswith(("kartoteka.api", "kartoteka.testing")) for name in imported)


def test_the_tutorial_works_page_by_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    # The people of the demo company get real passwords, which take their time.
    for name, value in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
        monkeypatch.setitem(passwords.COST, name, value)
    reader = Reader(tmp_path)
    reader.follow(FOLDER / "README.md")
    for page in PAGES:
        reader.follow(page)
        told = Told(page, caplog)
        CHECKS[page.name[:2]](reader, told)
        assert told.messages == [], f"{page.name} tells of messages that nobody gets"
