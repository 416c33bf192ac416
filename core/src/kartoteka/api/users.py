"""Who works here: names for showing and for choosing, and what each user prefers."""

from kartoteka.builtin.users.queries import active_users, known_users, name_of, user_names
from kartoteka.builtin.users.service import set_preference

__all__ = ["active_users", "known_users", "name_of", "set_preference", "user_names"]
