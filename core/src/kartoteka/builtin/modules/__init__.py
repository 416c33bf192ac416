"""Modules: which are installed, which are on, and the page that switches them."""
