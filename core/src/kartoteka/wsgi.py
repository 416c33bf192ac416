"""The WSGI application for servers such as gunicorn: ``gunicorn kartoteka.wsgi:application``."""

from kartoteka.memory import loading, settle

with loading():
    from kartoteka.app import create_app
    from kartoteka.installation import open_installation, unready
    from kartoteka.logs import configure_logs

    _installation = open_installation()
configure_logs(_installation.config.log)
if _problem := unready(_installation):
    raise SystemExit(_problem)
application = create_app(installation=_installation)
settle()
