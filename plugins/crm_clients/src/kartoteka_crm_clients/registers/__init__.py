"""Company registers kept offline: loaded from open data, suggested while typing, compared with clients (M-06)."""
