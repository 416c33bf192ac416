"""Each news fragment has a kind that towncrier knows and holds at least one sentence."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

from tools.tree import ROOT, relative, report

NOT_FRAGMENTS = {"README.md", "template.md.jinja"}


def find_problems(root: Path = ROOT) -> list[str]:
    """One line for each fragment that the change log would lose or print empty."""
    settings = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["towncrier"]
    kinds = {kind["directory"] for kind in settings["type"]}
    problems = []
    for path in sorted((root / "changes").iterdir()):
        if path.name in NOT_FRAGMENTS:
            continue
        problem = judge_fragment(path, kinds)
        if problem:
            problems.append(f"{relative(path, root)}: {problem}")
    return problems


def judge_fragment(path: Path, kinds: set[str]) -> str | None:
    """What is wrong with the fragment, or None."""
    parts = path.name.split(".")
    if len(parts) < 3 or parts[-1] != "md" or parts[1] not in kinds:
        return f"name it NAME.KIND.md, with KIND one of {', '.join(sorted(kinds))}"
    if not path.read_text("utf-8").strip():
        return "is empty"
    return None


def main() -> int:
    """Check the folder of fragments."""
    return report(find_problems(), "News fragments are in order.")


if __name__ == "__main__":
    sys.exit(main())
