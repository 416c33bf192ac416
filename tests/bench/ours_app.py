"""The application under measurement, as a WSGI server loads it."""

from ours import application

app = application()
