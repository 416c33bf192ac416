"""Webhooks: other programs are told which records were added, changed or deleted, signed and until it has worked."""
