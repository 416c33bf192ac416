"""Who works here: names for showing and for choosing."""

from kartoteka.builtin.users.queries import active_users, user_names

__all__ = ["active_users", "user_names"]
