"""The threads of a worker: they do what is due by themselves, survive trouble, and stop when told."""

import sqlite3
import time
from contextlib import AbstractContextManager
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy import select, text, update

from server import bell, clock
from server.bell import Bell
from server.commands import deployments, process_instances
from server.database import db
from server.identity.actor import CONSOLE
from server.records.incident import Incident
from server.records.job import Job
from server.settings import Settings
from server.workers.dispatchers.embedded import Workers
from tests.commands.conftest import flows, model
from tests.loopback import Site
from tests.workers.dispatchers.conftest import EMBEDDED, ON_SQLITE, Run, add_jobs, comes_true, jobs_left


def test_what_is_due_is_done_by_itself(running: Run) -> None:
    add_jobs(20)
    with running():
        assert comes_true(lambda: jobs_left() == 0)


def test_the_bell_wakes_a_sleeping_worker(running: Run) -> None:
    with running():
        time.sleep(0.3)
        add_jobs()
        assert comes_true(lambda: jobs_left() == 0, seconds=5)


def test_a_job_is_done_when_it_falls_due_and_not_before(running: Run) -> None:
    with running():
        add_jobs(due_in=1.2)
        time.sleep(0.6)
        assert jobs_left() == 1
        assert comes_true(lambda: jobs_left() == 0)


def test_a_stopped_worker_takes_no_more_jobs(running: Run) -> None:
    with running():
        pass
    add_jobs()
    assert not comes_true(lambda: jobs_left() == 0, seconds=0.5)


def test_a_defect_counts_against_its_job_and_not_against_its_neighbours(running: Run) -> None:
    add_jobs(kind="nobody knows this kind")
    add_jobs(3)
    with structlog.testing.capture_logs() as logs, running():
        assert comes_true(lambda: jobs_left() == 1)
        assert comes_true(lambda: _failed() is not None)
    assert "A defect of Procession (KeyError)" in str(_failed())
    assert [entry["kind"] for entry in logs if entry["event"] == "a job failed by a defect"] == [
        "nobody knows this kind"
    ]


def _failed() -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Job.error))


def test_a_job_whose_attempts_are_used_up_is_left_for_a_person(running: Run) -> None:
    add_jobs(kind="nobody knows this kind", attempts=2)
    with structlog.testing.capture_logs(), running():
        assert comes_true(lambda: _state() == "dead")


def _state() -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Job.state))


def test_a_job_whose_worker_is_gone_is_taken_over_after_its_lease(running: Run) -> None:
    add_jobs(lease_until=clock.now() + timedelta(seconds=1), leased_by="gone", attempts=1)
    with running():
        assert jobs_left() == 1
        assert comes_true(lambda: jobs_left() == 0)


def test_a_database_that_is_gone_for_a_while_is_waited_for(running: Run) -> None:
    add_jobs()
    db.session.execute(text("ALTER TABLE job RENAME TO away"))
    db.session.commit()
    with structlog.testing.capture_logs() as logs, running(1):
        assert comes_true(lambda: bool(logs))
        time.sleep(1)
        assert len(logs) < 10  # it waits longer each time, and does not spin
        db.session.execute(text("ALTER TABLE away RENAME TO job"))
        db.session.commit()
        assert comes_true(lambda: jobs_left() == 0)


@ON_SQLITE
def test_a_database_that_is_locked_for_a_while_is_waited_for(running: Run, settings: Settings) -> None:
    add_jobs(due_in=3600)
    other = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"), isolation_level=None)
    with structlog.testing.capture_logs(), running(1):
        other.execute("BEGIN IMMEDIATE")
        time.sleep(6)  # longer than a writer waits for the lock
        other.execute("COMMIT")
        db.session.execute(update(Job).values(due_at=clock.now()))
        db.session.commit()
        bell.ring_here(Bell.JOBS)
        assert comes_true(lambda: jobs_left() == 0, seconds=15)
    other.close()


@EMBEDDED
def test_a_defect_outside_of_any_job_does_not_end_the_thread(app: Flask, settings: Settings) -> None:
    stumbles = iter([ValueError("first"), KeyError("second")])

    def scope() -> AbstractContextManager[object]:
        for stumble in stumbles:
            raise stumble
        return app.app_context()

    add_jobs()
    workers = Workers(1, scope, settings, "test")
    with structlog.testing.capture_logs() as logs:
        workers.start()
        assert comes_true(lambda: jobs_left() == 0)
        workers.stop(timeout=10)
    assert [entry["event"] for entry in logs] == ["a worker stumbled over a defect"] * 2


_CALL = (
    '<serviceTask id="{}" camunda:asyncAfter="true"><extensionElements><camunda:connector><camunda:inputOutput>'
    '<camunda:inputParameter name="url">{}</camunda:inputParameter></camunda:inputOutput>'
    "<camunda:connectorId>http</camunda:connectorId></camunda:connector></extensionElements></serviceTask>"
)


def test_two_exclusive_calls_of_an_instance_are_made_one_after_the_other(app: Flask, running: Run, site: Site) -> None:
    calls = "".join(_CALL.format(key, site.url("/slow")) for key in "ab")
    forked = '<startEvent id="s"/><parallelGateway id="g"/>' + calls + flows("s>g", "g>a", "g>b")
    deployments.deploy(CONSOLE, [("forked.bpmn", model("forked", forked))])
    process_instances.start(CONSOLE, "forked", {})
    asked: list[float] = []

    def both_asked() -> bool:
        if len(site.asked) > len(asked):
            asked.extend([time.monotonic()] * (len(site.asked) - len(asked)))
        return len(asked) == 2

    with running(3):
        assert comes_true(both_asked, seconds=60)
    assert asked[1] - asked[0] > 1  # each takes one and a half


def test_a_job_whose_attempts_are_used_up_is_an_incident_on_the_diagram(app: Flask, running: Run, site: Site) -> None:
    call = '<startEvent id="s"/>' + _CALL.format("a", site.url("/gone")) + flows("s>a")
    deployments.deploy(CONSOLE, [("called.bpmn", model("called", call))])
    process_instances.start(CONSOLE, "called", {})
    with running():
        assert comes_true(lambda: _incidents() == ["a"])


def _incidents() -> list[str | None]:
    db.session.rollback()
    return list(db.session.scalars(select(Incident.element_key)))
