"""Pages of whoever sets up how the company sells: processes, stages, who gets new inquiries."""
