"""G15: who is told to end finishes what it has begun; servers that are replaced one after the other refuse nobody."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from server.settings import Settings
from tests import databases
from tests.loopback import Site
from tests.proofs import models, outcomes
from tests.proofs.conftest import BY_EACH_DISPATCHER
from tests.proofs.installation import Answer, Installation, Machine, Program, settle, until

CLIENTS = 3


@pytest.fixture
def kind() -> str:
    return "postgresql"  # several web processes


@pytest.fixture
def house(empty: str, dispatcher: str, tmp_path: Path, site: Site) -> Iterator[tuple[Installation, Program]]:
    site.answers["/slow"] = (200, {}, b"{}")
    called = models.row("called", models.call("effect", site.url("/slow")))
    given = {"PROCESSION_DISPATCHER": dispatcher}
    with databases.running(Settings(database_url=empty)), Installation(empty, tmp_path, given) as installation:
        yield installation, Program("", settle(("a.bpmn", models.approval()), ("c.bpmn", called)))


class Balancer:
    """What stands before several servers: it knows which of them take requests, and asks the next when one refuses.

    A refused connection has carried nothing, so another server may be asked; what was sent is never sent again.
    """

    def __init__(self, *machines: Machine) -> None:
        self.machines = list(machines)

    def ask(self, program: Program, number: int, path: str, body: Any, key: str) -> Answer:
        """Ask the server whose turn *number* is; raises one of NO_ANSWER when none of them answers."""
        for machine in [*self.machines[number % 2 :], *self.machines[: number % 2]]:
            with suppress(ConnectionRefusedError):
                return Program(machine.url, program.secret).ask("POST", path, body, key)
        raise ConnectionRefusedError("by every server")

    def live(self, program: Program, name: str, enough: threading.Event) -> list[int]:
        """A client's life: the statuses of all its answers, by turns from each of the servers."""
        statuses: list[int] = []
        while not enough.is_set():
            turn, key = len(statuses) // 2, f"{name}-{len(statuses)}"
            started = self.ask(program, turn, "/process-instances", {"process_key": "approval"}, f"{key}-start")
            statuses.append(started.status)
            task = f"/user-tasks/{started.json['user_task_id']}/completion"
            statuses.append(self.ask(program, turn, task, {"values": {}}, f"{key}-completion").status)
            time.sleep(0.1)
        return statuses


def test_servers_that_are_replaced_one_after_the_other_under_load_fail_no_request(
    house: tuple[Installation, Program],
) -> None:
    installation, program = house
    old = [installation.web(), installation.web()]
    balancer, enough = Balancer(*old), threading.Event()
    with ThreadPoolExecutor(CLIENTS) as threads:
        lives = [threads.submit(balancer.live, program, f"client{number}", enough) for number in range(CLIENTS)]
        for machine in old:
            time.sleep(1)
            balancer.machines = [other for other in balancer.machines if other is not machine] * 2
            machine.process.terminate()  # in the midst of what it was asked
            assert machine.process.wait(60) == 0
            balancer.machines = [balancer.machines[0], installation.web()]
        time.sleep(1)
        enough.set()
    statuses = [status for life in lives for status in life.result()]
    assert len(statuses) > 20
    assert (set(statuses[::2]), set(statuses[1::2])) == ({201}, {200})
    assert outcomes.states() == {"completed": len(statuses) // 2}


@BY_EACH_DISPATCHER
def test_a_worker_that_is_told_to_end_finishes_its_calls_and_leaves_nothing_that_others_must_wait_for(
    house: tuple[Installation, Program], site: Site
) -> None:
    installation, program = house
    program.url = installation.web().url
    ending = installation.worker(threads=3, PROCESSION_LEASE="300")
    for number in range(6):
        program.start("called", f"start-{number}")
    until(lambda: len(site.asked) >= 3, "three calls have begun")
    assert ending.end() == 0
    assert outcomes.states()["completed"] == len(site.asked)  # what was begun has ended
    installation.worker(threads=3)
    until(lambda: outcomes.states() == {"completed": 6}, "another worker does the rest", 100)
    assert len(site.asked) == 6


_SIGNAL_TO_ANOTHER_THREAD = """
import signal, threading, time

def tell_itself():
    while signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        time.sleep(0.1)
    time.sleep(3)
    signal.pthread_kill(threading.get_ident(), signal.SIGTERM)

threading.Thread(target=tell_itself, daemon=True).start()
"""


def test_a_worker_ends_whichever_of_its_threads_is_told_to(house: tuple[Installation, Program]) -> None:
    installation, _ = house
    worker = installation.worker(before=_SIGNAL_TO_ANOTHER_THREAD)
    assert worker.process.wait(60) == 0
