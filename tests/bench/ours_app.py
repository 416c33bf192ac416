"""The application under measurement, loaded as `kartoteka.wsgi` loads it for a WSGI server."""

from kartoteka.memory import loading, settle

with loading():
    from ours import application

    app = application()
settle()
