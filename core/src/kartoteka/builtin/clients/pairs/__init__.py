"""Pairs of clients that may be the same: found by equal codes, addresses and names, and by similar names (CL-42)."""
