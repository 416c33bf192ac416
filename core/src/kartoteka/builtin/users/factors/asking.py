"""What the pages of second factors know of the request: the site, the browser's cookies."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, request

from kartoteka.builtin.users.factors.passkeys import Site
from kartoteka.builtin.users.factors.service import BROWSER_KNOWN_FOR
from kartoteka.web.current import current

STEP = "sign_in_step"
CHALLENGE = "passkey_step"
ANSWER = "passkey"
KNOWN_BROWSER = "kartoteka_browser"


def this_site() -> Site:
    """Return the site as the browser shows it."""
    origin = request.host_url.rstrip("/")
    return Site(domain=request.host.rsplit(":", 1)[0], origin=origin, name=current().config.company)


def visit() -> dict[str, Any]:
    """Return where a sign-in comes from."""
    return {"address": request.remote_addr or "", "agent": request.user_agent.string}


def remember_in_cookie(response: Response, token: str) -> None:
    """Let the browser show that it need not be asked for the second factor; no script reads it."""
    response.set_cookie(
        KNOWN_BROWSER,
        token,
        max_age=BROWSER_KNOWN_FOR,
        httponly=True,
        samesite="Lax",
        path="/login",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
