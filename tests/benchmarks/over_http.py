"""What people get: start, list and complete over HTTP against real server processes, by one client and by eight."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from server.commands import deployments, groups, people
from server.database import upgrade
from server.identity.actor import CONSOLE
from server.settings import Settings
from tests import databases
from tests.benchmarks import models
from tests.benchmarks.measuring import Figure, p50_p95
from tests.databases.postgresql import SAFE, Cluster, Server

PASSWORD = "measured with care"
ONE_CLIENT_ROUNDS = 150
EIGHT_CLIENTS_SECONDS = 10
WEB_PROCESSES = 4


def on_sqlite(folder: Path) -> Iterator[Figure]:
    """One web process, as SQLite has it."""
    database_url = f"sqlite:///{folder}/http.sqlite"
    _prepare(database_url, folder)
    with serving(database_url, folder) as (port, (process_id,)):
        yield from _one_client(port)
        yield from _eight_clients(port, [process_id], "100/s")
        yield Figure("memory of the server process after all that", f"{_memory(process_id)} MB", "120 MB")


def on_postgresql(folder: Path) -> Iterator[Figure]:
    """Four web processes on a PostgreSQL of our own that loses nothing in a crash (fsync, full page writes)."""
    home = Path(tempfile.mkdtemp(prefix="procession-bench-"))  # may be handed to who runs the database
    database = Server(home, SAFE)
    database.start()
    try:
        database_url = Cluster(home).create("http")
        _prepare(database_url, folder)
        with serving(database_url, folder, WEB_PROCESSES) as (port, process_ids):
            yield from _one_client(port)
            yield from _eight_clients(port, process_ids, "150/s")
            largest = max(_memory(process_id) for process_id in process_ids)
            yield Figure("memory of the largest web process after all that", f"{largest} MB", "120 MB")
    finally:
        database.remove()


def _prepare(database_url: str, folder: Path) -> None:
    with databases.running(Settings(database_url=database_url, files_path=folder / "files")):
        upgrade()
        groups.create(CONSOLE, "employees", "Employees")
        for number in range(9):
            people.create(CONSOLE, f"p{number}", f"Person {number}", PASSWORD, ["participant"])
            groups.add_member(CONSOLE, "employees", f"p{number}")
        deployments.deploy(CONSOLE, [("approval.bpmn", models.approval())])


@contextmanager
def serving(database_url: str, folder: Path, processes: int = 1) -> Iterator[tuple[int, list[int]]]:
    """A server of its own: its port and the numbers of its web processes."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "PROCESSION_DATABASE_URL": database_url,
        "PROCESSION_FILES_PATH": str(folder / "files"),
        "PORT": str(port),
        "PROCESSION_SIGN_IN_LIMIT": "1000 per minute",
    }
    command = [str(Path(sys.executable).parent / "procession"), "run", "--processes", str(processes)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)  # noqa: S603 # our own program
    try:
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port, _web_processes(server.pid, processes)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _web_processes(parent: int, count: int) -> list[int]:
    """The processes that answer; they are made after the port has been opened."""
    for _ in range(100):
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if len(children) == count:
            return [int(child) for child in children]
        time.sleep(0.1)
    raise AssertionError("the server has not made its web processes")


def _memory(process_id: int) -> int:
    text = Path(f"/proc/{process_id}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+)", text)
    return int(found[1]) // 1024 if found else 0


def _cpu(process_ids: Sequence[int]) -> float:
    """Seconds of all of them together."""
    return sum(_cpu_of(process_id) for process_id in process_ids)


def _cpu_of(process_id: int) -> float:
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Client:
    """One signed-in person with one connection that stays open."""

    def __init__(self, port: int, person: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie = ""
        page = self._ask("GET", "/sign-in")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page) or re.search(
            r'csrf-token" content="([^"]+)', page
        )
        assert token is not None
        form = urllib.parse.urlencode({"name": person, "password": PASSWORD, "csrf_token": token[1]})
        self._ask("POST", "/sign-in", form, "application/x-www-form-urlencoded")
        token = re.search(r'csrf-token" content="([^"]+)', self._ask("GET", "/start"))
        assert token is not None, "signed in"
        self._token = token[1]

    def _ask(self, method: str, path: str, body: str = "", kind: str = "") -> str:
        headers = {"Accept": "application/json, text/html"}
        if self._cookie:
            headers["Cookie"] = self._cookie
        if kind:
            headers |= {"Content-Type": kind, "X-CSRFToken": getattr(self, "_token", "")}
        self._connection.request(method, path, body or None, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        assert answer.status < 400, f"{method} {path}: {answer.status} {text[:300]}"
        for name, value in answer.getheaders():
            if name == "Set-Cookie":
                self._cookie = value.partition(";")[0]
        return text

    def _post(self, path: str, values: dict[str, object]) -> str:
        location: str = json.loads(self._ask("POST", path, json.dumps(values), "application/json"))["location"]
        return location

    def approval(self) -> tuple[float, float, float]:
        """Start one, list the inbox, complete it: milliseconds of each."""
        times = [time.perf_counter()]
        location = self._post("/start/approval/submit", {"values": {}, "next": True})
        times.append(time.perf_counter())
        self._ask("GET", "/inbox?tab=groups")
        times.append(time.perf_counter())
        self._post(f"{location}/submit", {"values": {"amount": 7}})
        times.append(time.perf_counter())
        start, listing, completion = (1000 * (later - earlier) for earlier, later in pairwise(times))
        return start, listing, completion


def _one_client(port: int) -> Iterator[Figure]:
    client = Client(port, "p0")
    for _ in range(10):
        client.approval()
    taken = [client.approval() for _ in range(ONE_CLIENT_ROUNDS)]
    for number, (what, promised) in enumerate((("start", ""), ("list the inbox", "15 ms"), ("complete", "7 / 15 ms"))):
        yield Figure(f"{what} over HTTP, one client, p50 / p95", p50_p95([each[number] for each in taken]), promised)


def _eight_clients(port: int, process_ids: Sequence[int], promised: str) -> Iterator[Figure]:
    clients = [Client(port, f"p{number}") for number in range(1, 9)]
    done: list[float] = []
    end = time.perf_counter() + EIGHT_CLIENTS_SECONDS

    def work(client: Client) -> None:
        while time.perf_counter() < end:
            done.append(sum(client.approval()))

    threads = [threading.Thread(target=work, args=(client,)) for client in clients]
    cpu = _cpu(process_ids)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield Figure("approvals a second, 8 clients", f"{len(done) / EIGHT_CLIENTS_SECONDS:.0f}/s", promised)
    each = (_cpu(process_ids) - cpu) * 1000 / max(1, len(done))
    yield Figure("CPU of the server an approval (start, list, complete)", f"{each:.1f} ms", "10 ms")
