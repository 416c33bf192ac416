"""Inquiries, orders and tenders."""
