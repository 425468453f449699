"""G10: a job that ends, fills, freezes or fails its worker becomes an incident, and its neighbours are spared."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from server.commands import incidents, process_instances
from server.database import db
from server.identity.actor import CONSOLE
from server.records.incident import Incident
from server.settings import Settings
from tests import databases
from tests.loopback import Site
from tests.proofs import models, outcomes
from tests.proofs.conftest import BY_EACH_DISPATCHER
from tests.proofs.installation import Installation, Machine, settle, until

NEIGHBOURS = 6
POISONS = ("exits", "swells", "hangs", "raises")
# What a connector does is the only thing that a model cannot poison: so the worker does it itself.
_POISONED = """
import os, resource, sys, time
from server.runtime.job_steps import STEPS
from server.workers.kinds import KINDS
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
call, fire = KINDS["connector"], STEPS["timer"]

def work(given):
    poison = given.job.element_key
    print("begun", poison, flush=True)
    if poison == "exits":
        os._exit(3)
    if poison == "swells":
        bytearray(64 << 30)
    if poison == "hangs":
        time.sleep(100_000)
    if poison == "raises":
        raise ZeroDivisionError
    return call(given)

def timer(act, row):
    print("begun", row.element_key, flush=True)
    if row.element_key == "pause":
        os._exit(3)
    return fire(act, row)

KINDS["connector"], STEPS["timer"] = work, timer
"""


@pytest.fixture
def kind() -> str:
    return "postgresql"  # a worker that ends leaves the database to others


@pytest.fixture
def installation(empty: str, dispatcher: str, tmp_path: Path, site: Site) -> Iterator[Installation]:
    site.answers["/good"] = (200, {}, b"{}")
    calls = [models.row(f"of_{key}", models.call(key, site.url("/good"), "R2/PT1S")) for key in (*POISONS, "good")]
    files = [(f"{number}.bpmn", content) for number, content in enumerate(calls)]
    timed = ("timed.bpmn", models.row("timed", models.timer("pause")))
    settings = {"PROCESSION_LEASE": "1", "PROCESSION_LONGEST_JOB": "2", "PROCESSION_DISPATCHER": dispatcher}
    with databases.running(Settings(database_url=empty)), Installation(empty, tmp_path, settings) as installation:
        settle(*files, timed)
        yield installation


def _kept_alive(installation: Installation, worker: Machine) -> Machine:
    """The worker, or the next one when it has ended: what systemd and containers do."""
    return worker if worker.process.poll() is None else installation.worker(before=_POISONED)


@BY_EACH_DISPATCHER
def test_poisoned_calls_are_tried_as_often_as_allowed_and_become_incidents_while_neighbours_are_served(
    installation: Installation,
) -> None:
    worker = installation.worker(before=_POISONED)
    for key in (*POISONS, *["good"] * NEIGHBOURS):
        process_instances.start(CONSOLE, f"of_{key}", {})

    def over() -> bool:
        nonlocal worker
        worker = _kept_alive(installation, worker)
        told = outcomes.incidents() == {("connector", key): 1 for key in POISONS}
        return told and outcomes.states() == {"active": len(POISONS), "completed": NEIGHBOURS}

    until(over, f"{POISONS} are incidents, the others have ended", 240)
    said = Counter(line for machine in installation.machines for line in machine.said().splitlines())
    assert {key: said[f"begun {key}"] for key in POISONS} == dict.fromkeys(POISONS, 2)


def test_a_step_that_ends_its_worker_becomes_an_incident_and_goes_on_when_it_is_retried_by_a_healthy_one(
    installation: Installation,
) -> None:
    worker = installation.worker(before=_POISONED)
    process_instances.start(CONSOLE, "timed", {})

    def told() -> bool:
        nonlocal worker
        worker = _kept_alive(installation, worker)
        return outcomes.incidents() == {("job", "pause"): 1}

    until(told, "the timer is an incident", 240)
    worker.end()
    said = Counter(line for machine in installation.machines for line in machine.said().splitlines())
    assert said["begun pause"] == 3
    installation.worker()
    (incident_id,) = db.session.scalars(select(Incident.id))
    db.session.rollback()
    incidents.retry(CONSOLE, incident_id, "the worker was mended")
    until(lambda: outcomes.states() == {"completed": 1}, "the process has gone on")
    assert not outcomes.incidents()
