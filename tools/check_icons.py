"""Every icon that a template or a declaration names is in the sprite's list, core/front/icons.txt."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tools.tree import ROOT, distributions, relative, report

NAME = r"[\"']([a-z0-9][a-z0-9-]*)[\"']"
IN_TEMPLATES = re.compile(rf"\bicon\(\s*{NAME}|\bicon\s*=\s*{NAME}|#tabler-([a-z0-9-]+)|\bempty_state\(\s*{NAME}")
IN_PYTHON = re.compile(rf"\bicon\s*=\s*{NAME}|\bicon\(\s*{NAME}")


def known_icons(root: Path = ROOT) -> set[str]:
    """Names in the list, comments left out."""
    lines = (root / "core" / "front" / "icons.txt").read_text("utf-8").splitlines()
    return {line.strip() for line in lines if line.strip() and not line.startswith("#")}


def find_names(text: str, pattern: re.Pattern[str]) -> list[tuple[int, str]]:
    """(line, icon) for each literal name."""
    return [
        (text.count("\n", 0, match.start()) + 1, next(filter(None, match.groups()))) for match in pattern.finditer(text)
    ]


def find_problems(files: list[tuple[Path, re.Pattern[str]]], known: set[str], root: Path = ROOT) -> list[str]:
    """One line for each name that the sprite lacks."""
    return [
        f"{relative(path, root)}:{line}: icon {name!r} is not in core/front/icons.txt"
        for path, pattern in files
        for line, name in find_names(path.read_text("utf-8"), pattern)
        if name not in known
    ]


def main() -> int:
    """Check the core and every module."""
    files = [(path, IN_TEMPLATES) for each in distributions() for path in each.templates()]
    files += [(path, IN_PYTHON) for each in distributions() for path in each.sources()]
    return report(find_problems(files, known_icons()), "Every icon in use is in the sprite.")


if __name__ == "__main__":
    sys.exit(main())
