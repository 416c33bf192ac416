"""Files as large as they may be and larger, sent to the program as it is served: little of them is ever in memory."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from kartoteka.builtin.importing.files import LARGEST
from kartoteka.testing.company import Company, open_company
from tests.core.importing.conftest import IMPORTER, Importer
from tests.core.killing import ROOT, environment_of

MOST_TAKEN = 24 * 1024
"""How many KiB of memory the program may take more for a file of 200 MB."""
LINE = "{:07};UAB Šiaurės langai ir durys {:07};+37061234567;info@langai.lt\n"
BOUNDARY = "kartoteka-boundary"
LINUX = Path("/proc/self/status").exists()

pytestmark = pytest.mark.skipif(not LINUX, reason="memory of a process is read as Linux tells it")


@dataclass
class Served:
    """The program as a process of its own, and somebody who imports."""

    importer: Importer
    process: subprocess.Popen[str]
    port: int
    cookie: str

    def upload(self, size: int) -> tuple[int, str]:
        """Send a list of so many bytes as a browser does; return the status and the page, or the address behind it."""
        head, tail = self._around()
        length = len(head) + size + len(tail)
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(length)}
        connection = HTTPConnection("127.0.0.1", self.port, timeout=180)
        connection.request("POST", "/importing/new", self._pieces(head, size, tail), {**kind, "Cookie": self.cookie})
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers["Location"] or text

    @property
    def peak(self) -> int:
        """The most memory that the process has had since `forget_peak`, in KiB."""
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found is not None
        return int(found[1])

    def forget_peak(self) -> None:
        """Count the most memory from now on."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def _around(self) -> tuple[bytes, bytes]:
        """Return what stands before and behind the file in a form as the page has it."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/importing/new", headers={"Cookie": self.cookie})
        answer = connection.getresponse()
        token = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
        connection.close()
        assert token is not None
        self.cookie = (answer.headers["Set-Cookie"] or self.cookie).partition(";")[0]
        part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{{}}"'
        fields = {"csrf_token": token[1], "target": "clients.clients"}
        head = "".join(f"{part.format(name)}\r\n\r\n{value}\r\n" for name, value in fields.items())
        head += f'{part.format("file")}; filename="large.csv"\r\nContent-Type: text/csv\r\n\r\n'
        return head.encode(), f"\r\n--{BOUNDARY}--\r\n".encode()

    @staticmethod
    def _pieces(head: bytes, size: int, tail: bytes) -> Iterator[bytes]:
        """Return what is sent piece by piece; the same lines come again and again until there are so many bytes."""
        heading = "ID;Pavadinimas;Telefonas;El. paštas\n".encode()
        piece = "".join(LINE.format(number, number) for number in range(10_000)).encode()
        yield head + heading
        left = size - len(heading)
        while left > 0:
            yield piece[-left:] if left < len(piece) else piece
            left -= len(piece)
        yield tail


@contextmanager
def served(company: Company) -> Iterator[Served]:
    """Serve the company by the command that everybody uses."""
    importer = Importer(company, company.add_user(permissions=IMPORTER, reach="all"))
    command = [str(Path(sys.executable).with_name("kartoteka")), "run", "--port", "0", "--no-worker"]
    process = subprocess.Popen(command, env=environment_of(company), cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        said = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert said is not None
        kept = importer.browser.get_cookie("kartoteka")
        assert kept is not None
        yield Served(importer, process, int(said[1]), f"kartoteka={kept.value}")
    finally:
        process.terminate()
        process.communicate()


@pytest.mark.catalogue("X-02", part="bad files")
def test_a_file_of_200_mb_takes_no_memory(tmp_path):
    with open_company("sqlite", instance=tmp_path) as company, served(company) as program:
        kept = tmp_path / "imports"
        assert program.upload(10_000)[0] == 302
        program.forget_peak()
        before = program.peak

        status, address = program.upload(LARGEST)
        assert status == 302
        row = program.importer.row(int(address.split("/")[-2]))
        assert row.size == (kept / row.folder / "uploaded").stat().st_size == LARGEST
        assert (row.form["encoding"], row.form["separator"], row.form["heading"]) == ("utf-8", ";", 1)

        status, page = program.upload(LARGEST + 1)
        assert status == 422
        assert f"The file is larger than {LARGEST >> 20} MB. Divide it." in page
        status, page = program.upload(LARGEST + 5 * 1024 * 1024)
        assert status == 413
        assert "This is too large" in page
        assert len(list(kept.iterdir())) == 2, "what was refused is not kept"
        assert program.peak - before < MOST_TAKEN
