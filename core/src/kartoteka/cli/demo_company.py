"""The demo company, as commands and tests call it."""

from kartoteka.demo_company import PASSWORD, PEOPLE, fill_demo_company

__all__ = ["PASSWORD", "PEOPLE", "fill_demo_company"]
