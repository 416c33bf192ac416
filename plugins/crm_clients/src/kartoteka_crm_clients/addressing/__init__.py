"""Which of a client's people and addresses is right for which kind of document and mail (CL-13, CL-54)."""
