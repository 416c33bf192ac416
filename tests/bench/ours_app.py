"""The application under measurement, as a WSGI server loads it."""

from ours import application

from kartoteka.memory import settle

app = application()
settle()
