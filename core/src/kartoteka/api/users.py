"""Who works here: names for showing and for choosing, what each user prefers, and where he lives by the clock."""

from kartoteka.builtin.access.readers import readers_of
from kartoteka.builtin.notifications.channels.planning import user_zones
from kartoteka.builtin.users.queries import (
    active_users,
    known_users,
    name_of,
    preferences_of,
    staff_by_department,
    user_addresses,
    user_names,
    user_with_login,
    users_with_addresses,
    works_here,
)
from kartoteka.builtin.users.service import set_preference

__all__ = [
    "active_users",
    "known_users",
    "name_of",
    "preferences_of",
    "readers_of",
    "set_preference",
    "staff_by_department",
    "user_addresses",
    "user_names",
    "user_with_login",
    "user_zones",
    "users_with_addresses",
    "works_here",
]
