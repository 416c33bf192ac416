"""Two worker processes on one database, as a company with more than one server has them, and a visitor of both."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from io import BytesIO
from threading import Timer
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import stream_encode_multipart

from kartoteka.testing.company import PASSWORD, Company

PATIENCE = 60  # seconds that a process may take to start on a busy machine
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
_TOKEN = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')


@dataclass
class Visitor:
    """A browser with cookies that are good for every worker."""

    cookies: CookieJar = field(default_factory=CookieJar)

    def get(self, url: str) -> tuple[int, str]:
        """Return status and text of a page, redirections followed."""
        return self._send(Request(url))

    def post(self, url: str, form: str | None = None, **values: str) -> tuple[int, str]:
        """Send a form with the token of the page ``form``, or of ``url`` itself."""
        token = _TOKEN.search(self.get(form or url)[1])
        data = {"csrf_token": token[1] if token else "", **values}
        return self._send(Request(url, urlencode(data).encode()))

    def send_file(self, url: str, name: str, content: bytes, **values: str) -> tuple[int, str]:
        """Send a form with a file in its field ``file``."""
        token = _TOKEN.search(self.get(url)[1])
        fields = MultiDict(
            {"csrf_token": token[1] if token else "", **values, "file": FileStorage(BytesIO(content), name)}
        )
        body, _length, boundary = stream_encode_multipart(fields)
        request = Request(url, body.read(), {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        return self._send(request)

    def sign_in(self, address: str, login: str) -> None:
        """Sign in at one of the workers."""
        status, text = self.post(f"{address}/login", login=login, password=PASSWORD)
        assert status == 200, text

    def _send(self, request: Request) -> tuple[int, str]:
        opener = build_opener(HTTPCookieProcessor(self.cookies))
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()


@contextmanager
def workers(company: Company, number: int = 2) -> Iterator[list[str]]:
    """Run ``kartoteka run`` as processes of their own on the company's database; yields their addresses."""
    code = "from kartoteka.cli import main; main(['run', '--port', '0', '--threads', '2', '--no-worker'])"
    with ExitStack() as stack:
        started = [stack.enter_context(process_of(company, [sys.executable, "-c", code])) for _each in range(number)]
        yield [address_of(one) for one in started]


@contextmanager
def process_of(company: Company, command: list[str], **settings: str) -> Iterator[subprocess.Popen[str]]:
    """Run a command on the company's database, with further settings by their names; killed when the block ends."""
    config = company.installation.config
    url = company.database.url.render_as_string(hide_password=False)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KARTOTEKA_")}
    given = {f"KARTOTEKA_{name.upper()}": value for name, value in settings.items()}
    environment = {**kept, "KARTOTEKA_DATABASE": url, "KARTOTEKA_SECRET": config.secret, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        command, env={**environment, **given}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        if process.stdout is not None and not process.stdout.closed:
            process.communicate()


def address_of(process: subprocess.Popen[str]) -> str:
    """Return where a server answers, as soon as it says so."""
    assert process.stdout
    said = []
    watch = Timer(PATIENCE, process.kill)
    watch.start()
    try:
        for line in process.stdout:
            said.append(line)
            if found := _ADDRESS.search(line):
                return found[0]
    finally:
        watch.cancel()
    raise AssertionError(f"The worker did not start:\n{''.join(said)}")
