"""The front page: widgets that each user places, and notices for everybody."""
