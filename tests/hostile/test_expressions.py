"""No regular expression of the product needs long for a text that was made to keep it busy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300
TRY = """
import json, re, sys
from tests.hostile.expressions import examine
print(json.dumps(examine([re.compile(sys.argv[1])])))
"""


def run(*arguments: str) -> dict[str, object]:
    done = subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return dict(json.loads(done.stdout))


def test_no_expression_of_the_product_explodes() -> None:
    found = run("-m", "tests.hostile.expressions")
    assert found["slow"] == {}
    assert int(str(found["number"])) > 150


@pytest.mark.parametrize("bad", [r"^(a+)+$", r"(?:\w+\d*)*x$", r"(\s*,?\s*)*;", r"a.*b.*c.*d.*e$", r"<(?:[^>]|a)*>"])
def test_expressions_that_explode_are_found(bad: str) -> None:
    assert bad in run("-c", TRY, bad)["slow"]
