"""Sales processes and their stages."""
