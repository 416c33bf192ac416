"""The company that works with the program: what it says about itself in its settings."""

from kartoteka.builtin.settings.queries import company_place, stored_settings

__all__ = ["company_place", "stored_settings"]
