"""A company on several machines: PostgreSQL, Redis, object storage, two web and two worker processes, some killed."""

from __future__ import annotations

import json
import re
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import func, select

from kartoteka.api.clients import Client
from kartoteka.backup import make_backup
from kartoteka.builtin.jobs.models import Job
from kartoteka.db.blobs import put_bytes, read_blob
from kartoteka.db.blobs.s3 import S3Store
from kartoteka.testing.company import Company
from kartoteka.testing.databases import chosen_kinds
from tests.core.actions.conftest import add_clients
from tests.core.actions.test_many_records import hidden
from tests.core.killing import find_job, wait_for_end
from tests.core.redis import redis_server
from tests.hostile.furnishing import furnish
from tests.installed import installed
from tests.stories.workers import Visitor, address_of, process_of

TOKEN = "a token for monitoring"
BUCKET = "kartoteka-files"
GUNICORN = ["-m", "gunicorn", "--worker-class", "gthread", "--threads", "2", "--bind", "127.0.0.1:0"]
PATIENCE = 60
MANY = 500 * 4
SAID = "Kregždutės pastogėje"
DAY = "2026-11-02"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Object storage with one bucket; yields its address."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    boto3.client("s3", endpoint_url=address, region_name="us-east-1").create_bucket(Bucket=BUCKET)
    yield address
    server.stop()


def fetch(url: str, **headers: str) -> tuple[int, str]:
    try:
        with urlopen(Request(url, headers=headers), timeout=PATIENCE) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        return error.code, ""


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.mark.catalogue("X-33", part="several machines")
@pytest.mark.skipif("postgresql" not in chosen_kinds(), reason="needs PostgreSQL")
def test_web_and_worker_processes_are_one_company_and_any_may_die(
    company_on: Callable[..., Company], bucket: str, tmp_path: Path
) -> None:
    company = company_on("postgresql", modules=installed("crm_clients"))
    house = furnish(company, admin="rasa", user="tomas")
    with ExitStack() as stack:
        settings = {
            "broker": stack.enter_context(redis_server(tmp_path)),
            "files": f"s3://{BUCKET}?endpoint={bucket}",
            "instance": str(tmp_path),
            "metrics_token": TOKEN,
            "log": "json",
        }

        def start(*arguments: str):  # type: ignore[no-untyped-def]
            return stack.enter_context(process_of(company, [sys.executable, *arguments], **settings))

        webs = [start(*GUNICORN, "kartoteka.wsgi:application") for _each in range(2)]
        script = str(Path(sys.executable).with_name("kartoteka"))
        here, there = map(address_of, webs)

        assert fetch(f"{here}/health") == (200, '{"status": "ok"}')
        assert fetch(f"{here}/metrics")[0] == 401
        assert fetch(f"{here}/metrics", Authorization=f"Bearer {TOKEN}x")[0] == 401

        opened = {"Authorization": f"Bearer {TOKEN}"}

        rasa = Visitor()
        rasa.sign_in(here, "rasa")
        assert rasa.get(f"{there}/clients/")[0] == 200

        # A worker is killed while it does what was asked for at one web process; another one does the rest, once.
        add_clients(company, MANY, importance="b")
        change_all(rasa, here, "importance=b")
        job_id = waiting_job(company)
        dead = start("-m", "tests.core.mortal_worker", str(job_id), "later", "worker", "--lease", "2")
        assert dead.wait(PATIENCE) == -signal.SIGKILL
        left = find_job(company, job_id)
        assert left.finished_at is None
        assert 0 < (left.done or 0) < MANY, "it was killed in the middle"
        start(script, "worker", "--lease", "2")
        assert wait_for_end(company, job_id).state == "done"
        assert versions_of_changed(company) == {2: MANY}
        assert "Client 0" in rasa.get(f"{there}/clients/?importance=a&sort=name")[1]

        a_document_goes_across(rasa, here, there, bucket)
        status, measured = fetch(f"{there}/metrics", **opened)
        assert status == 200
        assert 'endpoint="clients.list_clients"' in measured
        assert "Client 0" not in measured

        # A web process dies; the other one goes on with the same sign-in.
        webs[0].kill()
        assert rasa.get(f"{there}/clients/{house.ids['client']}")[0] == 200
        webs[1].terminate()
        lines = [line for line in webs[1].communicate()[0].splitlines() if line.startswith("{")]
        requests = [json.loads(line) for line in lines if '"kartoteka.requests"' in line]
        assert {"method", "endpoint", "status", "ms"} <= requests[0].keys()
        assert not re.search("Client 0|Sutartis|rasa|tomas", "\n".join(lines))


def change_all(visitor: Visitor, address: str, where: str) -> None:
    """Set the importance of all clients that a list finds, in the background."""
    chosen = {"kind": "clients.client", "list": "clients", "everything": "1", "where": where, "next": "/clients/"}
    form, action = f"{address}/clients/", f"{address}/actions/clients/change"
    page = visitor.post(action, form, **chosen)[1]
    visitor.post(action, form, **{**hidden(page), "importance": "a"})


def a_document_goes_across(visitor: Visitor, here: str, there: str, bucket: str) -> None:
    """Send a document to one process; it comes out of the other one, and is found there by the words in it."""
    page = visitor.send_file(f"{here}/files/new", "Sutartis.txt", SAID.encode(), kind="other", registered_on=DAY)[1]
    download = re.search(r"/files/\d+/download", page)
    assert download, page
    assert sha256(SAID.encode()).hexdigest() in objects_in(bucket)
    assert visitor.get(there + download[0]) == (200, SAID)
    wait_until(lambda: "Sutartis" in visitor.get(f"{there}/search/?q=pastogeje")[1])


def waiting_job(company: Company) -> int:
    """Return the action on many records that nobody has taken up."""
    waiting = select(Job.id).where(Job.name == "actions.run", Job.state == "waiting")
    with company.database.reading(company.system) as session:
        return session.scalars(waiting).one()


def versions_of_changed(company: Company) -> dict[int, int]:
    """Return how many of the changed clients were written how often."""
    changed = select(Client.version, func.count()).where(Client.importance == "a").group_by(Client.version)
    with company.database.reading(company.system) as session:
        return dict(session.execute(changed).all())


def objects_in(bucket: str) -> set[str]:
    """Return the names of what object storage holds."""
    client = boto3.client("s3", endpoint_url=bucket, region_name="us-east-1")
    return {one["Key"].rpartition("/")[2] for one in client.list_objects_v2(Bucket=BUCKET).get("Contents", ())}


def test_a_backup_takes_files_from_object_storage(company: Callable[..., Company], bucket: str, tmp_path: Path) -> None:
    made = company()
    made.database.blobs = S3Store(BUCKET, endpoint=bucket)
    blob = put_bytes(made.database.blobs, b"A letter")
    assert make_backup(made.installation, tmp_path / "company.zip").files[blob.digest] == 8
    assert read_blob(made.database.blobs, blob.digest) == b"A letter"
