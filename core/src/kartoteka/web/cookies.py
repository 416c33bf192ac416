"""The signed cookie that a browser's session is kept in."""

from __future__ import annotations

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer


class Cookies(SecureCookieSessionInterface):
    """Flask's sessions with one serializer per secret instead of one or two per request."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], URLSafeTimedSerializer] = {}

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return what signs and reads cookies with the application's secret, and reads those of former secrets."""
        secrets = (app.secret_key, *(app.config["SECRET_KEY_FALLBACKS"] or ()))
        found = self._kept.get(secrets)
        if found is None:
            made = super().get_signing_serializer(app)
            if made is None:
                return None
            found = self._kept[secrets] = made
        return found
