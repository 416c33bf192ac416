"""The rooms of the inquiries module in the furnished company: which record a route is about."""

from __future__ import annotations

RECORDS = (
    (r"^/crm_inquiries/clients/<", "client"),
    (r"^/crm_inquiries/(inquiries|board)/<", "inquiry"),
    (r"^/crm_inquiries/board/columns/<", "inquiry_stage"),
    (r"^/crm_inquiries/stages/<", "inquiry_stage"),
    (r"^/crm_inquiries/processes/<", "process"),
    (r"^/crm_inquiries/steps/<", "stage_step"),
    (r"^/crm_inquiries/assignment/<", "assignment"),
    (r"^/crm_inquiries/forms/<", "web_form"),
    (r"^/crm_inquiries/booking/<", "booking_link"),
    (r"^/crm_inquiries/projects/<", "project"),
    (r"^/crm_inquiries/promises/<", "promise"),
    (r"^/crm_inquiries/needs/<", "need"),
    (r"^/crm_inquiries/appeals/<", "appeal"),
    (r"^/crm_inquiries/resources/<", "resource"),
    (r"^/crm_inquiries/services/<", "extra_service"),
    (r"^/crm_inquiries/series/<", "series"),
    (r"^/crm_inquiries/letters/<", "letter"),
    (r"^/crm_inquiries/attendees/<", "attendee"),
    (r"^/crm_inquiries/(activities|work|calendar/activities)/<", "activity"),
)
TOKEN = "a" * 43
WORDS = (
    ("/crm_inquiries/letters/", [{"position": "0"}]),
    ("/crm_inquiries/inquiries/<int:record_id>/facts/", [{"name": "subject"}, {"name": "value"}]),
    ("/crm_inquiries/form/", [{"token": TOKEN}]),
    ("/crm_inquiries/book/", [{"token": TOKEN}]),
    ("/crm_inquiries/booked/", [{"code": "forged"}]),
)
