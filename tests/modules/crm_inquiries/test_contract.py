"""The module keeps the contract of all modules."""

from __future__ import annotations

from kartoteka.testing import ModuleContract


class TestInquiriesModule(ModuleContract):
    module = "crm_inquiries"
    open_routes = (
        "crm_inquiries.show_web_form",
        "crm_inquiries.thank_visitor",
        "crm_inquiries.show_free_times",
        "crm_inquiries.show_booked",
    )
