"""What consents and the rights to them are called: who sees a client sees them, who changes it notes them."""

from __future__ import annotations

CONSENT = "privacy.consent"
TAB = "privacy.consents"
VIEW, EDIT = "clients.view", "clients.edit"
