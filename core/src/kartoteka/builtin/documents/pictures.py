"""Pages of a document as pictures inside a page: what the reader sees is what the PDF will hold."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from kartoteka.builtin.documents.typesetting import Setting, TemplateFailed, set_pictures

MOST = 5


@dataclass(frozen=True)
class Pages:
    """The first pages as addresses of pictures, how many there are, and why there are none."""

    pictures: list[str] = field(default_factory=list)
    count: int = 0
    problem: TemplateFailed | None = None


def look_at(setting: Setting) -> Pages:
    """Return the pages of a document; a template that cannot be set gives the reason instead."""
    try:
        pages = set_pictures(setting)
    except TemplateFailed as problem:
        return Pages(problem=problem)
    pictures = [f"data:image/png;base64,{base64.b64encode(page).decode()}" for page in pages[:MOST]]
    return Pages(pictures, len(pages))
