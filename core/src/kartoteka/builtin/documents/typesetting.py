"""Sets documents with Typst: in a process of its own, without files, network and secrets, for a limited time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from kartoteka.builtin.documents.ahead import StartedAhead
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _

SECONDS = 5
LONGEST = 20
MEMORY = 1 << 30
LARGEST = 32 << 20
PREVIEW_PPI = 90

_HERE = Path(__file__).parent
_ROOT = _HERE / "typst"
_NOWHERE = "/nowhere"
_NO_NETWORK = dict.fromkeys(
    ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"
)
_typesetters = StartedAhead([sys.executable, "-I", str(_HERE / "typesetter.py")], _NO_NETWORK)
_PLACE = re.compile(r"__typst_py_bytes__\.typ:(\d+):(\d+)")
_SEARCHED = re.compile(r" \(searched (?:at|for) [^)]*\)")
_DOWNLOAD = "failed to download package"


class TemplateFailed(Problem):
    """A template cannot be set; ``line`` is where in it, when that is known."""

    def __init__(self, message: Message, line: int | None = None) -> None:
        super().__init__(message, "source")
        self.line = line


@dataclass(frozen=True)
class Setting:
    """What is to be set: the template, the values it puts on paper, and the moment written into the file."""

    source: str
    values: Mapping[str, Any]
    moment: datetime


def set_pdf(setting: Setting, seconds: int | None = None) -> bytes:
    """Return the document as a PDF; raises TemplateFailed when it cannot be set or takes too long.

    ``seconds`` of the processor's time are for templates of our own that put thousands of lines on paper.
    """
    return _run(setting, "pdf", seconds or SECONDS)[0]


def set_pictures(setting: Setting) -> list[bytes]:
    """Return the pages of the document as PNG pictures; raises TemplateFailed like `set_pdf`."""
    return _run(setting, "png", SECONDS)


def _run(setting: Setting, format: Literal["pdf", "png"], seconds: int) -> list[bytes]:
    request = {
        "source": setting.source,
        "values": setting.values,
        "moment": int(setting.moment.timestamp()),
        "format": format,
        "ppi": PREVIEW_PPI,
        "root": str(_ROOT),
        "fonts": str(_fonts()),
        "nowhere": _NOWHERE,
        "seconds": seconds,
        "memory": MEMORY,
    }
    try:
        code, answer = _typesetters.run(json.dumps(request).encode(), 3 * seconds)
    except subprocess.TimeoutExpired:
        raise _too_much() from None
    if code != 0 or len(answer) > LARGEST:
        raise _too_much()
    return _read(answer)


def _too_much() -> TemplateFailed:
    return TemplateFailed(_("The document takes too long or grows too large. Does the template repeat without end?"))


def _read(answer: bytes) -> list[bytes]:
    head, _newline, body = answer.partition(b"\n")
    told = json.loads(head)
    if "error" in told:
        raise _failed(told)
    pages: list[bytes] = []
    for size in told["sizes"]:
        pages.append(body[:size])
        body = body[size:]
    return pages


def _failed(told: Mapping[str, Any]) -> TemplateFailed:
    reason = _SEARCHED.sub("", str(told["error"])).replace(str(_ROOT), "")
    if reason.startswith(_DOWNLOAD) or "package not found" in reason:
        reason = str(_("Packages cannot be used here: everything stands in the template itself."))
    place = _PLACE.search(str(told["where"]))
    if place is None:
        return TemplateFailed(_("The template cannot be used: %(reason)s", reason=reason))
    line = int(place[1])
    return TemplateFailed(_("Line %(line)s of the template: %(reason)s", line=line, reason=reason), line)


def _fonts() -> Path:
    import ttf_opensans

    return Path(ttf_opensans.__file__).parent / "ttf"
