"""Handing over all work of somebody who leaves, or who is away for a time (CORE-26)."""
