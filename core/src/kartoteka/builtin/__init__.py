"""The core's own features, each shaped exactly like a module."""

BUILTINS = (
    "modules",
    "settings",
    "users",
    "access",
    "audit",
    "jobs",
    "mail",
    "operations",
    "actions",
    "notifications",
    "directories",
    "files",
    "inbox",
    "search",
    "timeline",
    "documents",
    "clients",
    "reports",
    "handover",
    "dashboard",
    "importing",
    "rest",
    "privacy",
    "setup",
)
"""In the order in which they may know each other: a later one knows the earlier ones."""
