"""The core's own features, each shaped exactly like a module."""

BUILTINS = (
    "modules",
    "settings",
    "users",
    "access",
    "audit",
    "jobs",
    "operations",
    "actions",
    "notifications",
    "search",
    "timeline",
    "clients",
    "reports",
    "handover",
    "dashboard",
    "importing",
    "setup",
)
"""In the order in which they may know each other: a later one knows the earlier ones."""
