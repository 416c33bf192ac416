"""Needs and interests of clients, and their appeals: recorded, processed, analysed."""
