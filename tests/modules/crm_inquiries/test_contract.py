"""The module keeps the contract of all modules."""

from __future__ import annotations

from kartoteka.testing import ModuleContract


class TestInquiriesModule(ModuleContract):
    module = "crm_inquiries"
