"""``kartoteka run --demo`` in an empty folder, as `make run` starts it: what it prints lets somebody in."""

from __future__ import annotations

import http.cookiejar
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

PATIENCE = 600
CODE = "from kartoteka.cli import main; import sys; main(sys.argv[1:])"
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)$")
PERSON = re.compile(r"Sign in as (\S+) with (\S+) ")


@pytest.fixture
def printed(tmp_path: Path) -> Iterator[list[str]]:
    """Run it in a folder of its own; the lines it printed until the first user was named."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KARTOTEKA_")}
    settings = {"KARTOTEKA_INSTANCE": str(tmp_path / "instance"), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-c", CODE, "run", "--demo", "--port", "0", "--no-worker"]
    process = subprocess.Popen(command, env={**kept, **settings}, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    watch = threading.Timer(PATIENCE, process.kill)
    watch.start()
    try:
        assert process.stdout is not None
        lines: list[str] = []
        while not (lines and PERSON.search(lines[-1])):
            line = process.stdout.readline()
            assert line, f"It ended: {lines}"
            lines.append(line.rstrip("\n"))
        yield lines
    finally:
        watch.cancel()
        process.kill()
        process.communicate()


def test_what_is_printed_lets_somebody_in(printed: list[str]) -> None:
    address = next(found[1] for line in printed if (found := ADDRESS.search(line)))
    person = PERSON.search(printed[-1])
    assert person
    visitor = build_opener(HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = read(visitor, f"{address}/login")
    assert 'name="login"' in page
    assert 'name="password"' in page
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    form = {"csrf_token": token[1], "login": person[1], "password": person[2]}
    inside = read(visitor, f"{address}/login", urlencode(form).encode())
    assert 'name="password"' not in inside
    assert "300" in read(visitor, f"{address}/clients/").partition("Total: ")[2][:10]


def read(visitor: OpenerDirector, address: str, sent: bytes | None = None) -> str:
    with visitor.open(address, sent, timeout=PATIENCE) as answer:
        return str(answer.read().decode())
