"""Kartoteka: a client card that modules fill. Modules import from `kartoteka.api` only."""
