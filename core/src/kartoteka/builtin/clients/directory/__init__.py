"""Directories of companies that are no clients yet: imported from files, searched, and made clients of (CL-40)."""
