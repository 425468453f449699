"""G8 and G9: a worker whose clock is wrong, or which is frozen for longer than its lease, does no harm."""

import signal
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from server.commands import process_instances
from server.database import db
from server.identity.actor import CONSOLE
from server.queries.figures import figures
from server.records.process_instance import ProcessInstance
from server.settings import Settings
from tests import databases
from tests.loopback import Site
from tests.proofs import models, outcomes
from tests.proofs.installation import Installation, settle, until

INSTANCES = 8
LEASE = 2  # seconds; an answer of /slow takes 1.5
# The whole process lives in another time, as with a machine whose clock is wrong.
_ELSEWHEN = """
import datetime, time_machine
shift = datetime.timedelta(minutes={minutes})
time_machine.travel(datetime.datetime.now(datetime.UTC) + shift, tick=True).start()
"""


@pytest.fixture
def kind() -> str:
    return "postgresql"  # several workers


@pytest.fixture
def installation(empty: str, tmp_path: Path, site: Site) -> Iterator[Installation]:
    site.answers["/slow"] = (200, {}, b"{}")
    steps = (models.call("effect", site.url("/slow")), models.timer("pause", "PT2S"))
    with databases.running(Settings(database_url=empty)), Installation(empty, tmp_path) as installation:
        settle(("timed.bpmn", models.row("timed", *steps)))
        yield installation


def _start() -> None:
    for _ in range(INSTANCES):
        process_instances.start(CONSOLE, "timed", {})


@pytest.mark.parametrize("minutes", [10, -10])
def test_a_worker_whose_clock_is_ten_minutes_wrong_fires_every_timer_once_and_takes_nobodys_lease(
    installation: Installation, site: Site, minutes: int
) -> None:
    installation.worker(threads=3, before=_ELSEWHEN.format(minutes=minutes))
    installation.worker(threads=3)
    _start()
    until(lambda: outcomes.states() == {"completed": INSTANCES}, "every instance has ended")
    keys = Counter(headers["idempotency-key"] for _, _, headers, _ in site.asked)
    assert set(keys.values()) == {1}
    assert outcomes.most_visits() == 1
    for instance in db.session.scalars(select(ProcessInstance)):
        assert instance.ended_at is not None
        assert timedelta(seconds=3.4) < instance.ended_at - instance.started_at < timedelta(minutes=9)


def test_what_a_worker_answers_after_it_was_frozen_longer_than_its_lease_is_refused_and_told(
    installation: Installation, site: Site
) -> None:
    frozen = installation.worker(threads=2, PROCESSION_LEASE=str(LEASE))
    _start()
    until(lambda: len(site.asked) >= 2, "the worker has begun")
    frozen.send(signal.SIGSTOP)
    other = installation.worker(threads=4, PROCESSION_LEASE=str(LEASE))
    until(lambda: outcomes.states() == {"completed": INSTANCES}, "every instance has ended")
    frozen.send(signal.SIGCONT)
    until(lambda: frozen.said().count("a late result was refused") >= 2, "the late results are told")
    until(lambda: figures().late_results >= 2, "the late results are counted")
    keys = Counter(headers["idempotency-key"] for _, _, headers, _ in site.asked)
    assert len(keys) == INSTANCES
    assert max(keys.values()) == 2
    assert outcomes.most_visits() == 1
    assert outcomes.states() == {"completed": INSTANCES}
    assert other.end() == 0
