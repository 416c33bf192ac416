"""What kinds, rights, directories and number series of the module are called."""

from __future__ import annotations

INQUIRY = "crm_inquiries.inquiry"
ACTIVITY = "crm_inquiries.activity"
PROJECT = "crm_inquiries.project"
PROCESS = "crm_inquiries.process"
STAGE = "crm_inquiries.stage"
STAGE_STEP = "crm_inquiries.stage_step"
ASSIGNMENT = "crm_inquiries.assignment"
RESOURCE = "crm_inquiries.resource"
EXTRA_SERVICE = "crm_inquiries.extra_service"

VIEW = "crm_inquiries.view"
EDIT = "crm_inquiries.edit"
VIEW_ACTIVITIES = "crm_inquiries.view_activities"
EDIT_ACTIVITIES = "crm_inquiries.edit_activities"
ASSIGN = "crm_inquiries.assign"
SEE_CALENDARS = "crm_inquiries.see_calendars"
SUPERVISE = "crm_inquiries.supervise"
SHARED_MAIL = "crm_inquiries.shared_mail"
MANAGE_PROCESSES = "crm_inquiries.manage_processes"
MANAGE_INTAKE = "crm_inquiries.manage_intake"

ACTIVITY_KINDS = "crm_inquiries.activity_kinds"
CATEGORIES = "crm_inquiries.categories"
OUTCOMES = "crm_inquiries.outcomes"
SOURCES = "crm_inquiries.sources"
REASONS = "crm_inquiries.reasons"
PROJECT_STATUSES = "crm_inquiries.project_statuses"
"""Directories: kinds of activities (phone call, e-mail, meeting ...), coloured categories of tasks, results of
activities, where clients heard of us, why inquiries are won or lost, statuses of sales projects."""

INQUIRY_SERIES, INQUIRY_MASK = "crm_inquiries.inquiries", "U{year}-{number:05}"
ORDER_SERIES, ORDER_MASK = "crm_inquiries.orders", "O{year}-{number:05}"
TENDER_SERIES, TENDER_MASK = "crm_inquiries.tenders", "T{year}-{number:04}"
ACTIVITY_SERIES, ACTIVITY_MASK = "crm_inquiries.activities", "V{year}-{number:06}"
PROJECT_SERIES, PROJECT_MASK = "crm_inquiries.projects", "P{year}-{number:04}"
