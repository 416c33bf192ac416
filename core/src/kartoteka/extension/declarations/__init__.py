"""What a module hands over at start: frozen, keyword-only dataclasses by theme."""
