"""Consents: who agreed to what, when and how, and who took it back (X-07)."""
