"""Activities and tasks."""
