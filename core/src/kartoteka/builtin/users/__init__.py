"""Users, departments and signing in."""
