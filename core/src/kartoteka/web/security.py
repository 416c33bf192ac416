"""What every answer carries so that browsers refuse foreign code, frames and guesses; and safe cookies."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request, session
from flask_wtf import CSRFProtect
from flask_wtf.csrf import generate_csrf

from kartoteka.web.blueprint import largest_upload
from kartoteka.web.current import current

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; media-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
A_YEAR = 31_536_000
LARGEST_FORM = 2 * 1024 * 1024
LARGEST_REQUEST = 64 * 1024 * 1024
MOST_TOKENS = 1_000


def install_security(app: Flask, *, https: bool) -> CSRFProtect:
    """Set the headers, the cookies' flags, the limits and the CSRF check of every unsafe method."""
    app.config.update(
        SESSION_COOKIE_NAME="kartoteka",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=https,
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=https,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=https,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        MAX_FORM_PARTS=2_000,
    )
    app.before_request(_limit_form)
    app.after_request(_add_headers if not https else _add_headers_https)
    protection = CSRFProtect(app)
    app.context_processor(lambda: {"csrf_token": csrf_token})
    app.jinja_env.globals["csrf_token"] = csrf_token
    return protection


def csrf_token() -> str:
    """Return the token of this page's forms: signed once for each browser, as every page has half a dozen of it."""
    if "csrf_token" not in g:
        g.csrf_token = _kept_token()
    return str(g.csrf_token)


def _kept_token() -> str:
    kept: dict[tuple[Any, Any], str] = current().caches.setdefault("csrf_tokens", {})
    key = current_app.secret_key, session.get("csrf_token")
    token = kept.get(key)
    if token is None:
        if len(kept) >= MOST_TOKENS:
            kept.clear()
        token = generate_csrf()
        kept[current_app.secret_key, session["csrf_token"]] = token
    return token


def _limit_form() -> None:
    # Only uploads may be large: other forms are read into memory as a whole.
    if request.mimetype != "multipart/form-data":
        request.max_content_length = LARGEST_FORM
    elif most := largest_upload(current_app.view_functions.get(request.endpoint or "")):
        request.max_content_length = most


def _add_headers(answer: Response) -> Response:
    headers = answer.headers
    for name, value in HEADERS.items():
        if name not in headers:
            headers[name] = value
    if request.endpoint == "static":
        if "v" in request.args:
            headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable"
    elif "Cache-Control" not in headers:
        # Pages hold clients' data: no shared cache may keep them, and "back" must ask again after signing out.
        headers["Cache-Control"] = "private, no-store" if answer.mimetype != "text/html" else "private, no-cache"
    return answer


def _add_headers_https(answer: Response) -> Response:
    answer.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}"
    return _add_headers(answer)


def safe_next(target: str | None, fallback: str) -> str:
    """Return an address of our own to go to after a form, the fallback for anything that leads elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return fallback
    if any(ord(sign) < 32 or sign == "\\" for sign in target):
        return fallback
    parts = urlsplit(target)
    return fallback if parts.netloc or parts.scheme else target
