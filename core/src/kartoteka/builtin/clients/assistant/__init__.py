"""The assistant for new clients: name and codes, what modules ask for, the manager (CL-43)."""
