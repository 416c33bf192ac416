"""The smaller checks of `make lint` find what they are for."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tools import check_hosts, check_icons, check_news
from tools.tree import ROOT

STATIC = ROOT / "core" / "src" / "kartoteka" / "web" / "static"


@pytest.mark.parametrize(
    "line", ["see https://py" + "pi.org/simple", "cd /wor" + "k/main", "open('/tm" + "p/x')", "/roo" + "t/.cache"]
)
def test_host_or_machine_path_is_found(tmp_path: Path, line: str) -> None:
    path = tmp_path / "notes.md"
    path.write_text(f"first\n{line}\n", "utf-8")
    (problem,) = check_hosts.find_problems([path], tmp_path)
    assert problem.startswith("notes.md:2: names ")


def test_ordinary_paths_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("builtin/work/views.py, ../shared/tmp/x, https://example.com/root/a, </root>\n", "utf-8")
    assert check_hosts.find_problems([path], tmp_path) == []


def test_unknown_icon_is_found_in_templates_and_declarations(tmp_path: Path) -> None:
    template, source = tmp_path / "a.html", tmp_path / "a.py"
    template.write_text('{{ icon("users") }}\n{{ icon("no-such") }}', "utf-8")
    source.write_text('MenuItem(icon="nor-this", name="x")', "utf-8")
    files = [(template, check_icons.IN_TEMPLATES), (source, check_icons.IN_PYTHON)]
    assert check_icons.find_problems(files, {"users"}, tmp_path) == [
        "a.html:2: icon 'no-such' is not in core/front/icons.txt",
        "a.py:1: icon 'nor-this' is not in core/front/icons.txt",
    ]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.added.md", "News.", None),
        ("a.new.md", "News.", "KIND"),
        ("a.md", "News.", "KIND"),
        ("a.fixed.md", " ", "empty"),
    ],
)
def test_news_fragment(tmp_path: Path, name: str, text: str, problem: str | None) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    found = check_news.judge_fragment(path, {"added", "fixed"})
    assert found is None if problem is None else problem in (found or "")


def test_manifest_names_each_built_file_by_its_content() -> None:
    manifest = json.loads((STATIC / "manifest.json").read_text("utf-8"))
    assert {"core.js", "core.css", "charts.js", "icons.svg"} <= set(manifest)
    for name, digest in manifest.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest().startswith(digest)


def test_sprite_holds_exactly_the_listed_icons() -> None:
    sprite = (STATIC / "icons.svg").read_text("utf-8")
    assert sprite.count("<symbol ") == len(check_icons.known_icons())
    assert all(f'id="tabler-{name}"' in sprite for name in check_icons.known_icons())


def test_front_end_lock_holds_no_address_of_a_package() -> None:
    assert '"resolved"' not in (ROOT / "core" / "front" / "package-lock.json").read_text("utf-8")


def test_python_locks_hold_hashes_and_no_address() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        text = lock.read_text("utf-8")
        assert "://" not in text
        assert "--index-url" not in text
        assert "--hash=sha256:" in text
