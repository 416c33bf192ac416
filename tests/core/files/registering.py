"""How tests put documents into the register."""

from __future__ import annotations

import io
from typing import Any


def upload(browser: Any, url: str, *files: tuple[bytes, str], **values: str) -> Any:
    data = {"registered_on": "2026-03-02", "kind": "contract", **values}
    content = [(io.BytesIO(body), name) for body, name in files]
    return browser.post(url, data={**data, "file": content}, content_type="multipart/form-data")


def register(browser: Any, content: bytes = b"text", name: str = "Contract.txt", **values: str) -> int:
    answer = upload(browser, "/files/new", (content, name), **values)
    assert answer.status_code == 302, answer.text
    return int(answer.location.rpartition("/")[2])
