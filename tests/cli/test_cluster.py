"""Several processes on one database: two that serve the web, one that does the work, and none that does both."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import select

from server import database
from server.commands import deployments, groups, people
from server.database import db
from server.identity.actor import CONSOLE
from server.records.process_instance import ProcessInstance
from server.settings import Settings
from tests import databases
from tests.commands.conftest import PASSWORD, flows, model
from tests.databases.postgresql import cluster

TIMED = (
    '<startEvent id="begin"/><userTask id="look" name="Look" camunda:candidateGroups="clerks"/>'
    '<intermediateCatchEvent id="pause"><timerEventDefinition><timeDuration>PT1S</timeDuration>'
    '</timerEventDefinition></intermediateCatchEvent><endEvent id="done"/>'
    + flows("begin>look", "look>pause", "pause>done")
)


def _settle() -> None:
    groups.create(CONSOLE, "clerks", "Clerks")
    people.create(CONSOLE, "ann", "Ann", PASSWORD, ["participant"])
    groups.add_member(CONSOLE, "clerks", "ann")
    deployments.deploy(CONSOLE, [("timed.bpmn", model("timed", TIMED))])


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    with databases.copy("postgresql", tmp_path, _settle) as url:
        yield Settings(database_url=url, files_path=tmp_path / "files")


@contextmanager
def _started(settings: Settings, *arguments: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "PROCESSION_DATABASE_URL": settings.database_url,
        "PROCESSION_FILES_PATH": str(settings.files_path),
        "PROCESSION_SECRET_KEY": "the same for every process of this test",
        **more,
    }
    command = [sys.executable, "-c", "from server.cli import main; main()", *arguments]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 # our own program
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(40)


def _until(true: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/sign-in", timeout=5).status_code == 200
    except httpx2.TransportError:
        return False


class Visitor:
    """A person who is signed in at one web process and carries the cookie to any other."""

    def __init__(self, url: str, stack: ExitStack) -> None:
        self._browser = httpx2.Client(timeout=30, follow_redirects=True)
        stack.callback(self._browser.close)
        form = {"name": "ann", "password": PASSWORD, "csrf_token": self._token(f"{url}/sign-in")}
        assert self._browser.post(f"{url}/sign-in", data=form).status_code == 200

    def post(self, url: str, values: dict[str, object]) -> str:
        headers = {"X-CSRFToken": self._token(f"{url.partition('/start')[0].partition('/user-tasks')[0]}/account")}
        headers["Accept"] = "application/json"
        answer = self._browser.post(url, json=values, headers=headers)
        assert answer.status_code == 200, answer.text
        location: str = answer.json()["location"]
        return location

    def _token(self, url: str) -> str:
        page = self._browser.get(url).text
        for start in ('name="csrf_token" type="hidden" value="', 'csrf-token" content="', 'name="csrf_token" value="'):
            if start in page:
                return page.partition(start)[2].partition('"')[0]
        raise AssertionError(f"no token in {page[:500]}")


def _state(settings: Settings) -> str | None:
    with databases.running(settings):
        state: str | None = db.session.scalar(select(ProcessInstance.state))
        return state


def test_whoever_signed_in_at_one_web_process_works_at_the_other_and_a_worker_does_the_rest(settings: Settings) -> None:
    ports = _free_port(), _free_port()
    one, other = (f"http://127.0.0.1:{port}" for port in ports)
    with ExitStack() as stack:
        for port in ports:
            stack.enter_context(_started(settings, "run", "--workers", "0", PORT=str(port)))
        assert _until(lambda: _answers(one) and _answers(other), seconds=90)
        visitor = Visitor(one, stack)
        location = visitor.post(f"{one}/start/timed/submit", {"values": {}, "next": True})
        visitor.post(f"{other}{location}/submit", {"values": {}})
        time.sleep(2)
        assert _state(settings) == "active"  # nobody works yet
        stack.enter_context(_started(settings, "worker", "--threads", "1"))
        assert _until(lambda: _state(settings) == "completed", seconds=60)


def test_a_server_that_is_told_to_stop_finishes_what_it_was_asked(settings: Settings) -> None:
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        server = stack.enter_context(_started(settings, "run", "--processes", "2", PORT=str(port)))
        assert _until(lambda: _answers(url), seconds=90)
        visitor = Visitor(url, stack)
        visitor.post(f"{url}/start/timed/submit", {"values": {}, "next": True})
        server.send_signal(signal.SIGTERM)
        assert server.wait(40) == 0
    assert _state(settings) == "active"


def test_a_database_that_has_no_schema_is_made_by_the_first_server(tmp_path: Path) -> None:
    name = "unmade"
    url = cluster().create(name)
    with databases.running(Settings(database_url=url)):
        assert database.needs_upgrade()
        database.upgrade()
        assert not database.needs_upgrade()
        assert database.schema_drift() == []
    cluster().drop(name)


def test_the_cluster_to_try_starts_serves_twice_and_leaves_nothing_behind() -> None:
    port = _free_port()
    before = set(Path(tempfile.gettempdir()).glob("procession-cluster-*"))
    command = [sys.executable, str(Path(__file__).parents[2] / "scripts" / "try_cluster.py")]
    environment = os.environ | {"PORT": str(port)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as cluster:  # noqa: S603 # the command is ours
        try:
            assert cluster.stdout is not None
            assert any(line.startswith("Two web processes") for line in cluster.stdout)
            assert _answers(f"http://127.0.0.1:{port}")
            assert _answers(f"http://127.0.0.1:{port + 1}")
        finally:
            cluster.send_signal(signal.SIGTERM)
    assert cluster.returncode == 0
    assert not _answers(f"http://127.0.0.1:{port}")
    assert set(Path(tempfile.gettempdir()).glob("procession-cluster-*")) == before
