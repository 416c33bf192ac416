"""No file names a package index or a folder of somebody's own machine: both differ from one reader to the next."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tools.tree import ROOT, relative, report, tracked_files

# Put together from pieces, so that this file does not find itself.
HOSTS = ("pypi" + r"\.org", "python" + r"hosted\.org", "npm" + r"js\.(?:org|com)", "deb" + r"\.debian\.org")
PATHS = (r"(?<![\w./>-])/(?:wor" + "k|roo" + "t|tm" + r"p)/[\w.]",)
FORBIDDEN = re.compile("|".join((*HOSTS, *PATHS)))
BINARY = {".png", ".ico", ".woff2", ".xlsx", ".gz", ".zip"}


def find_problems(paths: list[Path], root: Path = ROOT) -> list[str]:
    """One line for each place that names a host or such a path."""
    problems = []
    for path in paths:
        if path.suffix in BINARY:
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), start=1):
            for match in FORBIDDEN.finditer(line):
                problems.append(f"{relative(path, root)}:{number}: names {match.group()}")
    return problems


def main() -> int:
    """Check every file that git holds or would take."""
    return report(find_problems(list(tracked_files())), "No host and no machine path.")


if __name__ == "__main__":
    sys.exit(main())
