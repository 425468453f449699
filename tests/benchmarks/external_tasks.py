"""What workers get: fetched, locked and completed by eight at once, and how soon a waiting one is told of new work."""

import base64
import http.client
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server.app import create_app
from server.commands import deployments, people
from server.database import upgrade
from server.identity.actor import CONSOLE
from server.settings import Settings
from tests.benchmarks.measuring import Figure, p50_p95
from tests.benchmarks.over_http import Client, serving
from tests.commands.conftest import flows, model
from tests.databases.postgresql import cluster

PASSWORD = "measured with care"
WORKERS, SECONDS = 8, 8
ROUNDS = 60
IDLE = 200
_TOPIC = {"topicName": "print", "lockDuration": 60_000}


def figures(folder: Path) -> Iterator[Figure]:
    urls = {"SQLite": f"sqlite:///{folder}/workers.sqlite", "PostgreSQL": cluster().create("workers")}
    for kind, url in urls.items():
        _prepare(url, folder)
        with serving(url, folder) as (port, _):
            yield Figure(f"fetch and lock to complete, {WORKERS} workers, {kind}", f"{_round_trips(port):.0f} a second")
            yield Figure(f"from start to the answer of a waiting poll, {kind}", p50_p95(_latencies(port)), "p95 50 ms")
    with serving(urls["SQLite"], folder) as (port, _):
        yield from _beside_idle_workers(port)


def _prepare(url: str, folder: Path) -> None:
    work = '<serviceTask id="print" camunda:type="external" camunda:topic="print"/>'
    body = f'<startEvent id="s"/>{work}{flows("s>print")}'
    with create_app(Settings(database_url=url, files_path=folder / "files")).app_context():
        upgrade()
        people.create(CONSOLE, "p0", "Person 0", PASSWORD, ["participant", "worker"])
        deployments.deploy(CONSOLE, [("printing.bpmn", model("printing", body))])


class Worker:
    """One connection that stays open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        basic = base64.b64encode(f"p0:{PASSWORD}".encode()).decode()
        self._headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/json"}

    def post(self, path: str, body: Any) -> Any:
        self._connection.request("POST", f"/engine-rest{path}", json.dumps(body), self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        assert answer.status < 400, text
        return json.loads(text) if text else None

    def start(self) -> None:
        self.post("/process-definition/key/printing/start", {})

    def fetch(self, wait: int) -> Any:
        body = {"workerId": "w", "maxTasks": 1, "usePriority": True, "asyncResponseTimeout": wait, "topics": [_TOPIC]}
        return self.post("/external-task/fetchAndLock", body)

    def complete(self, found: Any) -> None:
        self.post(f"/external-task/{found['id']}/complete", {"workerId": "w", "variables": {"pages": {"value": 3}}})


def _round_trips(port: int) -> float:
    """Pieces of work done in a second, all of them started before."""
    first = Worker(port)
    for _ in range(1200):
        first.start()
    done = [0] * WORKERS
    until = time.perf_counter() + SECONDS

    def work(number: int) -> None:
        worker = Worker(port)
        while time.perf_counter() < until and (found := worker.fetch(0)):
            worker.complete(found[0])
            done[number] += 1

    began = time.perf_counter()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = sum(done) / (time.perf_counter() - began)
    while found := first.fetch(0):
        first.complete(found[0])
    return rate


def _latencies(port: int) -> list[float]:
    """Milliseconds from the moment at which a start was answered until a waiting worker has its work, at least none."""
    starter, waiter = Worker(port), Worker(port)
    taken = []
    for _ in range(ROUNDS):
        answered: list[float] = []
        found: list[Any] = []

        def wait(answered: list[float] = answered, found: list[Any] = found) -> None:
            found.extend(waiter.fetch(20_000))
            answered.append(time.perf_counter())

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.03)
        starter.start()
        committed = time.perf_counter()
        thread.join()
        taken.append(max(0.0, (answered[0] - committed) * 1000))
        waiter.complete(found[0])
    return taken


def _beside_idle_workers(port: int) -> Iterator[Figure]:
    client = Client(port, "p0")
    alone = [_inbox(client) for _ in range(100)]
    threads = [threading.Thread(target=_idle, args=(port,), daemon=True) for _ in range(IDLE)]
    for thread in threads:
        thread.start()
    time.sleep(5)
    beside = [_inbox(client) for _ in range(100)]
    yield Figure("the inbox page without workers: p50 / p95", p50_p95(alone))
    yield Figure(f"the inbox page beside {IDLE} that wait: p50 / p95", p50_p95(beside), "1.5 x")


def _inbox(client: Client) -> float:
    began = time.perf_counter()
    client._ask("GET", "/inbox?tab=groups")
    return (time.perf_counter() - began) * 1000


def _idle(port: int) -> None:
    body = {"workerId": "idle", "maxTasks": 1, "asyncResponseTimeout": 20_000, "topics": [_TOPIC]}
    Worker(port).post("/external-task/fetchAndLock", body)
