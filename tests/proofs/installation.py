"""An installation to be hurt: one database, with web processes and workers that tests may kill, freeze and mislead."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from server import clock
from server.commands import deployments, groups, people, tokens
from server.commands.tokens import NewToken
from server.identity.actor import CONSOLE, person_actor
from tests.commands.conftest import PASSWORD
from tests.loopback import free_port

PATIENCE = 120  # seconds: nobody is measured, and the machine may be slow
PROJECT = Path(__file__).parents[2]


def until(true: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait for a condition; fails, naming *what*, when it does not come true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"within {seconds:.0f} seconds not true: {what}"
        time.sleep(0.05)


def settle(*files: tuple[str, bytes]) -> str:
    """People, a program and processes; needs an application context. Returns the secret of the program's token."""
    groups.create(CONSOLE, "clerks", "Clerks")
    people.create(CONSOLE, "ann", "Ann", PASSWORD, ["participant", "operator"])
    groups.add_member(CONSOLE, "clerks", "ann")
    if files:
        deployments.deploy(CONSOLE, files)
    ann = person_actor("ann", "Ann", frozenset({"participant", "operator"}), frozenset({"clerks"}))
    return tokens.create(ann, NewToken("proofs", clock.now().replace(year=clock.now().year + 1))).secret


NO_ANSWER = (OSError, http.client.HTTPException)


@dataclass(frozen=True)
class Answer:
    """What a web process answered; `json` is None where it was no JSON."""

    status: int
    headers: Mapping[str, str]
    json: Any


def ask(url: str, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    """One request on a connection of its own. Raises one of NO_ANSWER when none comes."""
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=PATIENCE)
    try:
        sent = None if body is None else json.dumps(body)
        given = {"Content-Type": "application/json", "Connection": "close", **(headers or {})}
        connection.request(method, path, sent, given)
        answer = connection.getresponse()
        content = answer.read()
        said = {name.lower(): value for name, value in answer.getheaders()}
        is_json = "json" in said.get("content-type", "")
        return Answer(answer.status, said, json.loads(content) if is_json else None)
    finally:
        connection.close()


@dataclass
class Machine:
    """One process of the installation: its log, and for those that serve the web their address."""

    process: subprocess.Popen[bytes]
    log: Path
    url: str = ""

    def kill(self) -> None:
        """As a power cut does it: the process and all that it has started."""
        self.send(signal.SIGKILL)
        self.process.wait()

    def send(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def end(self) -> int:
        """As an operator does it; returns the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def answers(self) -> bool:
        try:
            return ask(self.url, "GET", "/health/ready").status == 200
        except NO_ANSWER:
            return False


@dataclass
class Installation:
    """The processes on one database; leaving it kills what is left of them."""

    database_url: str
    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    machines: list[Machine] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for machine in self.machines:
            if machine.process.poll() is None:
                machine.send(signal.SIGCONT)
                machine.kill()

    def worker(self, *, threads: int = 2, before: str = "", **more: str) -> Machine:
        """A process of workers, when it has begun; *before* is Python that it runs first."""
        machine = self.start(before, more, "worker", "--threads", str(threads))
        until(lambda: "waiting for jobs" in machine.said(), f"the worker works: {machine.said()}")
        return machine

    def web(self, *, workers: int = 0, port: int = 0, processes: int = 1, before: str = "", **more: str) -> Machine:
        """A web process, when it is ready; it also does jobs if it has *workers*."""
        port = port or free_port()
        wide = ("--processes", str(processes)) if processes > 1 else ()
        machine = self.start(before, more | {"PORT": str(port)}, "run", "--workers", str(workers), *wide)
        machine.url = f"http://127.0.0.1:{port}"
        until(machine.answers, f"the web process answers: {machine.said()}")
        return machine

    def start(self, before: str, more: dict[str, str], *arguments: str) -> Machine:
        """`procession` with *arguments*; *before* and *more* as above. Does not wait for anything."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PROCESSION_")}
        environment |= {
            "PROCESSION_DATABASE_URL": self.database_url,
            "PROCESSION_FILES_PATH": str(self.folder / "files"),
            "PROCESSION_SECRET_KEY": "the same for every process of this test",
            "PROCESSION_HTTP_ALLOWED": "127.0.0.1",
            "PYTHONPATH": str(PROJECT),
            "PYTHONUNBUFFERED": "1",
            **self.settings,
            **more,
        }
        log = self.folder / f"machine{len(self.machines)}.log"
        program = f"{before}\nfrom server.cli import main\nmain()"
        with log.open("w") as said:
            process = subprocess.Popen(  # noqa: S603 # our own program
                [sys.executable, "-c", program, *arguments],
                env=environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.machines.append(Machine(process, log))
        return self.machines[-1]


class Program:
    """Asks the REST API by a token; `url` may change, and every request has a connection of its own."""

    def __init__(self, url: str, secret: str) -> None:
        self.url, self.secret = url, secret

    def ask(self, method: str, path: str, body: Any = None, key: str | None = None) -> Answer:
        """Once; raises one of NO_ANSWER when no answer comes."""
        once = {} if key is None else {"Idempotency-Key": key}
        return ask(self.url, method, f"/api/v1{path}", body, {"Authorization": f"Bearer {self.secret}", **once})

    def insist(self, method: str, path: str, body: Any, key: str) -> Answer:
        """Under one key, as often as it takes until somebody answers who can do it."""
        answers: list[Answer] = []

        def answered() -> bool:
            try:
                answers.append(self.ask(method, path, body, key))
            except NO_ANSWER:
                return False
            return answers[-1].status != 503

        until(answered, f"{method} {path} is answered")
        return answers[-1]

    def start(self, process_key: str, key: str, **values: Any) -> Mapping[str, Any]:
        """Start a process for certain; returns its `instance_id` and its first `user_task_id`."""
        answer = self.insist("POST", "/process-instances", {"process_key": process_key, "values": values}, key)
        assert answer.status < 300, answer.json
        started: Mapping[str, Any] = answer.json
        return started

    def complete(self, user_task_id: str, key: str | None = None) -> Answer:
        """Complete a user task once; raises one of NO_ANSWER."""
        return self.ask("POST", f"/user-tasks/{user_task_id}/completion", {"values": {}}, key)
