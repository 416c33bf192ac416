"""All checks of cards."""

from __future__ import annotations

from kartoteka.builtin.clients.health.duplicates import DUPLICATES
from kartoteka.builtin.clients.health.fields import FIELD_CHECKS

HEALTH_CHECKS = [DUPLICATES, *FIELD_CHECKS]
