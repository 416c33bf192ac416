"""Reads files that come from outside in a process of their own, with little time, little memory and no secrets.

A file that hangs, swells or crashes its reader costs one answer and nothing else: no web process, no worker.
"""

from kartoteka.confined.running import Confined, ReadingFailed, page_count, page_picture, read_text

__all__ = ["Confined", "ReadingFailed", "page_count", "page_picture", "read_text"]
