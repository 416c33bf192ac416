"""Where things lie in the workspace: distributions, their packages, templates and catalogues."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("lt", "et", "uk", "ru")


@dataclass(frozen=True)
class Distribution:
    """One distribution of the workspace: the name of its catalogue and the folder of its package."""

    domain: str
    package: Path

    def catalogue(self, language: str) -> Path:
        """Path of the .po file of a language."""
        return self.package / "locale" / language / "LC_MESSAGES" / f"{self.domain}.po"

    def templates(self) -> list[Path]:
        """Every HTML and text template, in order."""
        found = (path for pattern in ("*.html", "*.txt", "*.svg") for path in self.package.rglob(pattern))
        return sorted(path for path in found if "templates" in path.parts)

    def sources(self) -> list[Path]:
        """Every Python file, in order."""
        return sorted(self.package.rglob("*.py"))


def distributions(root: Path = ROOT) -> list[Distribution]:
    """The core first, then every module in plugins/, named as its entry point names it."""
    found = [Distribution("core", root / "core" / "src" / "kartoteka")]
    for project in sorted(root.glob("plugins/*/pyproject.toml")):
        modules = tomllib.loads(project.read_text("utf-8"))["project"]["entry-points"]["kartoteka.modules"]
        found += [
            Distribution(name, project.parent / "src" / target.split(".")[0])
            for name, target in sorted(modules.items())
        ]
    return found


def tracked_files(root: Path = ROOT) -> Iterator[Path]:
    """Files that git holds or would take, without what it ignores."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listing = subprocess.run(command, cwd=root, capture_output=True, check=True).stdout
    for name in sorted(set(listing.decode("utf-8").split("\0")) - {""}):
        if (root / name).is_file():
            yield root / name


def report(problems: list[str], what: str) -> int:
    """Print problems, or one line that says all is well; the exit code."""
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems" if problems else what)
    return 1 if problems else 0


def relative(path: Path, root: Path = ROOT) -> str:
    """The path as people write it, from the root of the workspace where it lies there."""
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)
