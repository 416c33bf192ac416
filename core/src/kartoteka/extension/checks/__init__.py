"""What is demanded of a module's declarations before the application works with them."""
