"""G3 and G4: whatever is killed, nothing that was answered is lost, and every effect outside has its one key.

`make soak` runs the same for as long as SOAK says (seconds).
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from server.settings import Settings
from tests import databases
from tests.loopback import Site
from tests.proofs import models, outcomes
from tests.proofs.installation import Installation, Machine, Program, settle, until

SECONDS = float(os.environ.get("SOAK", "10"))
AT_ONCE = 2  # clients
WAYS = [("sqlite", "embedded"), ("postgresql", "embedded"), ("postgresql", "procrastinate")]


@pytest.fixture
def house(empty: str, dispatcher: str, tmp_path: Path, site: Site) -> Iterator[tuple[Installation, Program]]:
    site.answers["/effect"] = (200, {}, b"{}")
    steps = (models.user_task("look"), models.call("effect", site.url("/effect")), models.timer("pause"))
    settings = {"PROCESSION_LEASE": "2", "PROCESSION_DISPATCHER": dispatcher}
    with databases.running(Settings(database_url=empty)), Installation(empty, tmp_path, settings) as installation:
        yield installation, Program("", settle(("hurt.bpmn", models.row("hurt", *steps))))


class Clients:
    """People who start processes and complete their user tasks, and ask again under the same key until it is done."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._enough = threading.Event()
        self._threads = ThreadPoolExecutor(AT_ONCE)
        self._lives = [self._threads.submit(self._live, f"client{number}") for number in range(AT_ONCE)]

    def _live(self, name: str) -> int:
        done = 0
        while not self._enough.is_set():
            done += 1
            user_task_id = self._program.start("hurt", f"{name}-start-{done}")["user_task_id"]
            path = f"/user-tasks/{user_task_id}/completion"
            answer = self._program.insist("POST", path, {"values": {}}, f"{name}-complete-{done}")
            assert answer.status == 200, answer.json
            time.sleep(0.05)
        return done

    def stop(self) -> int:
        """How many instances they have started."""
        self._enough.set()
        lives: list[Future[int]] = self._lives
        return sum(life.result() for life in lives)


def _torture(installation: Installation, program: Program, kind: str) -> int:
    """Kill and replace one process after the other; returns how many instances were started meanwhile."""
    chance = random.Random(SECONDS)  # noqa: S311 # the same course each time
    web = installation.web(workers=2 if kind == "sqlite" else 0)
    machines: list[Machine] = [web] if kind == "sqlite" else [web, installation.worker()]
    port = int(web.url.rpartition(":")[2])
    program.url = web.url
    clients = Clients(program)
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        time.sleep(chance.uniform(0.5, 2.0))
        victim = machines.pop(0)
        victim.kill()
        workers = 2 if kind == "sqlite" else 0
        machines.append(installation.web(workers=workers, port=port) if victim.url else installation.worker())
    return clients.stop()


@pytest.mark.parametrize(("kind", "dispatcher"), WAYS)
def test_processes_that_are_killed_again_and_again_lose_nothing_and_repeat_an_effect_only_under_its_key(
    house: tuple[Installation, Program], kind: str, site: Site
) -> None:
    installation, program = house
    started = _torture(installation, program, kind)
    until(lambda: outcomes.states() == {"completed": started}, "every instance has ended")
    keys = Counter(headers["idempotency-key"] for _, _, headers, _ in site.asked)
    assert len(keys) == started
    assert outcomes.most_visits() == 1
    assert not outcomes.incidents()
