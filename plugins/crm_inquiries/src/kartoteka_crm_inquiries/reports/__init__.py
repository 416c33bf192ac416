"""Reports about inquiries and the work on them."""
