"""The desk of the tests of activities."""

from __future__ import annotations

from tests.modules.crm_inquiries.activities.conftest import desk

__all__ = ["desk"]
