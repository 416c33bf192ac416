"""The company that works with the program: what it says about itself in its settings."""

from kartoteka.builtin.settings.queries import stored_settings

__all__ = ["stored_settings"]
