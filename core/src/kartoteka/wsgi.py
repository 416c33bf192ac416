"""The WSGI application for servers such as gunicorn: ``gunicorn kartoteka.wsgi:application``."""

from kartoteka.app import create_app, open_installation, unready

_installation = open_installation()
if _problem := unready(_installation):
    raise SystemExit(_problem)
application = create_app(installation=_installation)
