"""Foreign content on a page: mails, PDFs, pictures, in a frame that can't run, send, or read anything of ours.

A page that has checked its visitor's rights makes a link with `preview_url`; the link is signed, names exactly one
content and ends after a quarter of an hour. The answer needs no cookies and gives none; its own policy and ``sandbox``
put it into an origin of its own.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Final

from flask import Flask, Response, g, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import escape

from kartoteka.confined import ReadingFailed, page_count, page_picture
from kartoteka.db.actor import Actor
from kartoteka.db.session import Session
from kartoteka.vocabulary.errors import Problem
from kartoteka.vocabulary.message import Message
from kartoteka.vocabulary.message import text as _
from kartoteka.web.blueprint import public
from kartoteka.web.current import current, modules_on

LASTS: Final = 900
"""Seconds that a link works."""
MOST_PAGES: Final = 50
PDF: Final = "application/pdf"
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
SHOWN: Final = frozenset({PDF, "text/html", "text/plain", *PICTURES})
"""What can be shown; everything else can only be downloaded."""
_LONGEST = 4 * 1024 * 1024
_VIEWER = Actor.system("preview")
_NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; "
_SEALED = "sandbox allow-popups allow-popups-to-escape-sandbox"
_STYLE = (
    "<style>body{font-family:sans-serif;margin:1rem;overflow-wrap:anywhere}img{max-width:100%;height:auto}"
    "pre{white-space:pre-wrap}.page{display:block;margin:0 auto 1rem;border:1px solid #ccc}</style>"
)


@dataclass(frozen=True)
class Preview:
    """What a frame shows: bytes or an open stream, and one of the types in `SHOWN`.

    HTML is cleaned before it is shown; its pictures have to be ``data:`` addresses unless ``remote_images`` lets the
    browser ask strangers for them.
    """

    content: bytes | IO[bytes]
    mimetype: str
    remote_images: bool = False


Renderer = Callable[[Session, str], Preview]
_renderers: dict[str, Renderer] = {}


def register_preview(name: str, render: Renderer) -> None:
    """Let links show what ``render(session, argument)`` returns; ``name`` is ``module.noun``.

    The session reads as the system, for the right was checked when the link was made; raise NotFound for what is gone.
    """
    _renderers[name] = render


def preview_url(name: str, argument: object, *, remote_images: bool = False) -> str:
    """Return the address to put into a frame: only for visitors who may see this very content."""
    return url_for("show_preview", token=_signer().dumps([name, str(argument), remote_images]))


def install_preview(app: Flask) -> None:
    """Add the addresses of previews."""
    app.add_url_rule("/preview/<token>", "show_preview", show_preview)
    app.add_url_rule("/preview/<token>/<int:page>", "show_preview_page", show_preview_page)


@public
def show_preview(token: str) -> Response:
    """Show the content that a signed link names."""
    return _explained(lambda: _answer(token, *_read(token)))


@public
def show_preview_page(token: str, page: int) -> Response:
    """Show one page of a PDF as a picture."""
    return _explained(lambda: _picture(_read(token)[0], page))


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current().database.secret, salt="kartoteka preview")


def _read(token: str) -> tuple[Preview, bool]:
    name, argument, remote_images = _signer().loads(token, max_age=LASTS)
    render = _renderers.get(name)
    if render is None or name.partition(".")[0] not in modules_on():
        raise BadSignature("There is nobody any more who shows this.")
    with current().database.reading(_VIEWER) as session:
        return render(session, argument), bool(remote_images)


def _explained(show: Callable[[], Response]) -> Response:
    try:
        return show()
    except BadSignature:
        return _words(_("This preview has ended. Load the page again."), 410)
    except ReadingFailed:
        return _words(_("This file can't be shown. Download it to open it."), 422)
    except Problem as problem:
        return _words(problem.message, 404)


def _answer(token: str, preview: Preview, remote_images: bool) -> Response:
    if preview.mimetype == PDF:
        return _pages(token, preview)
    if preview.mimetype in PICTURES:
        return _sealed(Response(_pieces(preview.content), mimetype=preview.mimetype), "img-src 'self'; " + _SEALED)
    text = _text(preview)
    if preview.mimetype == "text/html":
        # A picture that is asked for openly is asked for through TLS instead: nobody on the way learns who reads what.
        sources = "data: https:; upgrade-insecure-requests" if remote_images or preview.remote_images else "data:"
        return _document(clean_html(text), f"img-src {sources}; {_SEALED}")
    return _document(f"<pre>{escape(text)}</pre>", _SEALED)


def _pages(token: str, preview: Preview) -> Response:
    """Show a PDF as pictures of its pages, drawn in a process of their own: no browser's own viewer is sandboxed."""
    with _stream(preview.content) as stream:
        count = page_count(stream)
    links = (url_for("show_preview_page", token=token, page=page) for page in range(1, min(count, MOST_PAGES) + 1))
    titles = [str(_("Page %(number)s of %(count)s", number=one, count=count)) for one in range(1, count + 1)]
    pictures = "".join(
        f'<img class="page" loading="lazy" width="1000" src="{link}" alt="{escape(title)}">'
        for link, title in zip(links, titles, strict=False)
    )
    # The pictures are our own drawings: this page is the only one that may load something from our address.
    return _document(pictures, "img-src 'self'; sandbox allow-same-origin")


def _picture(preview: Preview, page: int) -> Response:
    if preview.mimetype != PDF or not 1 <= page <= MOST_PAGES:
        raise ReadingFailed("There is no such page.")
    with _stream(preview.content) as stream:
        picture = page_picture(stream, page - 1)
    answer = _sealed(Response(picture, mimetype="image/png"), _SEALED)
    answer.headers["Cache-Control"] = f"private, max-age={LASTS}"
    return answer


def _words(message: Message, status: int) -> Response:
    answer = _document(f"<p>{escape(str(message))}</p>", _SEALED)
    answer.status_code = status
    return answer


def _document(body: str, policy: str) -> Response:
    head = f'<meta charset="utf-8"><title>{escape(str(_("Preview")))}</title>{_STYLE}'
    page = f'<!doctype html><html lang="{g.get("language", "en")}"><head>{head}</head><body><main>{body}</main></body>'
    return _sealed(Response(page, mimetype="text/html"), f"style-src 'unsafe-inline'; {policy}")


def _sealed(answer: Response, policy: str) -> Response:
    answer.headers["Content-Security-Policy"] = _NOTHING + policy
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _text(preview: Preview) -> str:
    with _stream(preview.content) as stream:
        return stream.read(_LONGEST).decode("utf-8", "replace")


def _stream(content: bytes | IO[bytes]) -> IO[bytes]:
    return io.BytesIO(content) if isinstance(content, bytes) else content


def _pieces(content: bytes | IO[bytes]) -> Iterator[bytes]:
    with _stream(content) as stream:
        while piece := stream.read(65536):
            yield piece


_TAGS = frozenset({"center", "font", "style", "u", "s", "strike", "tt", "big"})
_ATTRIBUTES = frozenset(
    {"align", "valign", "width", "height", "bgcolor", "color", "border", "cellpadding", "cellspacing", "face", "size"}
    | {"style", "class", "dir", "lang", "title", "colspan", "rowspan", "nowrap"}
)


def clean_html(text: str) -> str:
    """Return foreign HTML without anything that acts; links open elsewhere and say nothing of where they stand.

    What looks like a page but moves, asks or loads (scripts, forms, frames, refreshing) goes; looks stay.
    """
    import nh3

    attributes: dict[str, set[str]] = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
    attributes.setdefault("*", set()).update(_ATTRIBUTES)
    return nh3.clean(
        text,
        tags=set(nh3.ALLOWED_TAGS) | _TAGS,
        clean_content_tags={"script", "title"},
        attributes=attributes,
        url_schemes={"http", "https", "mailto", "tel", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def asked_remote_images() -> bool:
    """Return whether the visitor has asked to load the pictures that lie with strangers (``?images=1``)."""
    return request.args.get("images") == "1"
