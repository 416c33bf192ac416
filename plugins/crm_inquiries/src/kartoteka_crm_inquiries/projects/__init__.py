"""Sales projects."""
