"""Promises that we and clients have made, and whether they are kept."""
