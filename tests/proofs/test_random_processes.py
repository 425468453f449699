"""Random processes under faults: whoever is killed, they end as they would have, and each effect has its one key.

`make soak` tries as many as fit in SOAK seconds.
"""

import os
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from server.commands import deployments
from server.database import db
from server.identity.actor import CONSOLE
from server.records.activity_instance import ActivityInstance
from server.records.process_instance import ProcessInstance
from server.records.subscription import Subscription
from server.records.user_task import UserTask
from server.settings import Settings
from tests import databases
from tests.loopback import Site
from tests.proofs import outcomes
from tests.proofs.installation import Installation, Program, settle, until
from tests.proofs.random_models import Drawn, draw

PROCESSES = 6
SECONDS = float(os.environ.get("SOAK", "0"))


@pytest.fixture
def kind() -> str:
    return "postgresql"  # several processes


@pytest.fixture
def house(empty: str, tmp_path: Path, site: Site) -> Iterator[tuple[Installation, Program]]:
    settings = {"PROCESSION_LEASE": "2"}
    with databases.running(Settings(database_url=empty)), Installation(empty, tmp_path, settings) as installation:
        yield installation, Program("", settle())


class Trouble:
    """Kills a web process or a worker every second or two, and puts another in its place, until it is over."""

    def __init__(self, installation: Installation) -> None:
        self._installation, self._over = installation, threading.Event()
        self.url = installation.web().url
        installation.worker()
        self._thread = threading.Thread(target=self._go_on)
        self._thread.start()

    def _go_on(self) -> None:
        chance = random.Random(5)  # noqa: S311 # the same course each time
        while not self._over.wait(chance.uniform(1, 3)):
            alive = [machine for machine in self._installation.machines if machine.process.poll() is None]
            victim = chance.choice(alive)
            victim.kill()
            if victim.url:
                self._installation.web(port=int(victim.url.rpartition(":")[2]))
            else:
                self._installation.worker()

    def end(self) -> None:
        self._over.set()
        self._thread.join()


def _bring_on(program: Program) -> None:
    """Complete what is open and send what is waited for, each under a key of its own, so that asking again is safe."""
    db.session.rollback()
    open_ones = outcomes.open_user_tasks()
    awaited = select(Subscription.name, Subscription.instance_id).where(Subscription.kind == "message")
    messages = list(db.session.execute(awaited))
    db.session.rollback()
    for user_task_id in open_ones:
        path = f"/user-tasks/{user_task_id}/completion"
        assert program.insist("POST", path, {"values": {}}, f"do-{user_task_id}").status in (200, 409)
    for name, instance_id in messages:
        key = f"tell-{instance_id}-{name}"
        assert program.insist("POST", "/messages", {"name": name}, key).status == 200


def _visits(process_key: str) -> Counter[str]:
    """How often the instance came to each element."""
    db.session.rollback()
    found = select(ActivityInstance.element_key, func.count()).group_by(ActivityInstance.element_key)
    one = select(ProcessInstance.id).where(ProcessInstance.business_key == process_key)
    visits = Counter[str]()
    for element_key, count in db.session.execute(found.where(ActivityInstance.instance_id.in_(one))):
        visits[element_key] = count
    return visits


def test_random_processes_end_as_without_faults_and_have_each_effect_under_one_key(
    house: tuple[Installation, Program], site: Site
) -> None:
    installation, program = house
    trouble, end = Trouble(installation), time.monotonic() + SECONDS
    program.url = trouble.url
    drawn: list[Drawn] = []
    try:
        while len(drawn) < PROCESSES or time.monotonic() < end:
            batch = [draw(f"r{len(drawn) + number}", site.url("")) for number in range(PROCESSES)]
            for one in batch:
                site.answers |= {path: (200, {}, b"{}") for path in one.effects}
                deployments.deploy(CONSOLE, [(f"{one.key}.bpmn", one.source)])
                asked = {"process_key": one.key, "values": {}, "business_key": one.key}
                assert program.insist("POST", "/process-instances", asked, f"start-{one.key}").status < 300
            drawn += batch

            def over() -> bool:
                _bring_on(program)
                return set(outcomes.states()) == {"completed"}

            until(over, "all have ended", 300)
    finally:
        trouble.end()
    assert db.session.scalar(select(func.count()).select_from(UserTask).where(UserTask.state == "open")) == 0
    keys: dict[str, set[str]] = defaultdict(set)
    for _, path, headers, _ in site.asked:
        keys[path].add(headers["idempotency-key"])
    for one in drawn:
        assert _visits(one.key) == one.visits, one.key
        assert {path: len(keys[path]) for path in one.effects} == dict.fromkeys(one.effects, 1)
    assert not outcomes.incidents()
