"""Contracts with clients and the terms that hold while they are valid (CL-14)."""
