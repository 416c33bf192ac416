"""``kartoteka run``: serve the pages."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from kartoteka.cli.common import opened

if TYPE_CHECKING:
    from kartoteka.cli.worker_child import WorkerChild
    from kartoteka.installation import Installation


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 64))
@click.option("--demo", is_flag=True, help="Create the demo company first, unless there is a company already.")
@click.option("--worker/--no-worker", default=True, show_default=True, help="Do jobs in the background, too.")
def run(host: str, port: int, threads: int, demo: bool, worker: bool) -> None:
    """Serve Kartoteka on this machine."""
    from kartoteka.cli.worker_child import WorkerChild
    from kartoteka.memory import loading, settle

    with loading():
        from kartoteka.app import create_app
        from kartoteka.installation import unready
        from kartoteka.logs import configure_logs

        installation = opened()
    if demo:
        _make_demo(installation)
    if problem := unready(installation):
        raise click.ClickException(problem)
    configure_logs(opened().config.log)
    server = _listen(create_app(installation=installation), host, port, threads)
    address = f"http://{_shown(host)}:{server.effective_port}"
    click.echo(f"{installation.refreshed().company}: {address}")
    settle()
    _serve(server, WorkerChild() if worker else None, lambda: _say_how_to_sign_in(installation, address))


def _serve(server: Any, child: WorkerChild | None, greet: Callable[[], None]) -> None:
    """Answer pages; what takes a processor of its own for a while, a password's check and the worker, comes beside."""

    def follow() -> None:
        try:
            greet()
        finally:
            if child:
                child.start()

    threading.Thread(target=follow, daemon=True).start()
    try:
        server.run()
    finally:
        if child:
            child.stop()


def _make_demo(installation: Installation) -> None:
    from kartoteka.cli.data import is_empty, make_demo
    from kartoteka.cli.db import upgrade_quietly
    from kartoteka.db.settled import is_settled
    from kartoteka.extension.lineages import lineages

    if not is_settled(installation.database, lineages(installation.registry)):
        upgrade_quietly(installation)
    if is_empty(installation):
        make_demo(installation, clients=300)
    else:
        click.echo("There is a company already; the demo company is left out.")


def _listen(app: object, host: str, port: int, threads: int) -> Any:
    from waitress.server import create_server

    try:
        return create_server(app, host=host, port=port, threads=threads, ident=None, clear_untrusted_proxy_headers=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(
            f"Port {port} on {host} can't be used: {reason}. Try another one: --port 8001"
        ) from error


def _shown(host: str) -> str:
    return "127.0.0.1" if host in ("", "0.0.0.0", "::") else host  # noqa: S104 - compared, not listened on


def _say_how_to_sign_in(installation: Installation, address: str) -> None:
    from kartoteka.cli.data import demo_people, is_empty
    from kartoteka.cli.setup import tell_setup

    if is_empty(installation):
        tell_setup(installation, address)
    for line in demo_people(installation):
        click.echo(line)
