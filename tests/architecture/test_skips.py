"""The run itself counts skipped tests, and fails in CI when one was skipped for a reason nobody has allowed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.skips import ALLOWED

ROOT = Path(__file__).resolve().parents[2]
SHARED = "needs ../shared/data/x"
OTHER = "no time today"


@pytest.mark.parametrize(
    ("ci", "reasons", "workers", "code"),
    [("true", [SHARED, SHARED, *ALLOWED], "0", 0), ("true", [SHARED, OTHER], "1", 1), ("", [OTHER], "0", 0)],
)
def test_other_skips_end_a_run_of_ci_as_failed(
    tmp_path: Path, ci: str, reasons: list[str], workers: str, code: int
) -> None:
    body = "".join(f"def test_{n}():\n    pytest.skip({reason!r})\n" for n, reason in enumerate(reasons))
    (tmp_path / "test_made.py").write_text(f"import pytest\n\ndef test_runs():\n    pass\n{body}")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    options = [
        "-q",
        "-p",
        "xdist.plugin",
        "-p",
        "tests.skips",
        "-p",
        "no:cacheprovider",
        "-n",
        workers,
        "-c",
        str(tmp_path / "pytest.ini"),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout + done.stderr
    assert f"{reasons.count(SHARED)} skipped because ../shared is absent" in done.stdout
    assert (f"not allowed in CI: {OTHER}" in done.stdout) == (OTHER in reasons)
