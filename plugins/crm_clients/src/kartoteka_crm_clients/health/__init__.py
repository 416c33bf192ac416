"""What is wrong with contacts and addresses, and the addresses by which clients are recognised (CL-42, M-20)."""
