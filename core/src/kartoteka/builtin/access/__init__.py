"""Access: roles, and who may do what and why."""
