"""The threads of a worker: they do what is due by themselves, survive trouble, and stop when told."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import structlog
from flask import Flask
from sqlalchemy import func, insert, select, text, update

from server import bell, clock
from server.bell import Bell
from server.database import db
from server.records.job import Job
from server.runtime.jobs import new_job
from server.settings import Settings
from server.workers.loop import Workers
from tests import databases


def _jobs() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def _add(count: int = 1, due_in: float = 0, **columns: object) -> None:
    """Jobs that deliver a signal to whoever waits for it; nobody does, so that they are done at once."""
    moment = clock.now()
    due = moment + timedelta(seconds=due_in)
    rows = [{**new_job("signal", due, moment, {"name": "news", "payload": {}}), **columns} for _ in range(count)]
    db.session.execute(insert(Job), rows)
    db.session.commit()
    bell.ring_here(Bell.JOBS)


def _until(true: Callable[[], bool], seconds: float = 10) -> bool:
    for _ in range(int(seconds / 0.02)):
        if true():
            return True
        time.sleep(0.02)
    return False


@contextmanager
def _running(app: Flask, settings: Settings, count: int = 2) -> Iterator[Workers]:
    workers = Workers(count, app.app_context, settings, "test")
    workers.start()
    try:
        yield workers
    finally:
        workers.stop(timeout=10)


def test_what_is_due_is_done_by_itself(app: Flask, settings: Settings) -> None:
    _add(20)
    with _running(app, settings):
        assert _until(lambda: _jobs() == 0)


def test_the_bell_wakes_a_sleeping_worker(app: Flask, settings: Settings) -> None:
    with _running(app, settings):
        time.sleep(0.3)
        _add()
        assert _until(lambda: _jobs() == 0, seconds=5)


def test_a_job_is_done_when_it_falls_due_and_not_before(app: Flask, settings: Settings) -> None:
    with _running(app, settings):
        _add(due_in=1.2)
        time.sleep(0.6)
        assert _jobs() == 1
        assert _until(lambda: _jobs() == 0)


def test_a_stopped_worker_takes_no_more_jobs(app: Flask, settings: Settings) -> None:
    with _running(app, settings):
        pass
    _add()
    assert not _until(lambda: _jobs() == 0, seconds=0.5)


def test_a_defect_counts_against_its_job_and_not_against_its_neighbours(app: Flask, settings: Settings) -> None:
    _add(kind="nobody knows this kind")
    _add(3)
    with structlog.testing.capture_logs() as logs, _running(app, settings):
        assert _until(lambda: _jobs() == 1)
        assert _until(lambda: _failed() is not None)
    assert "A defect of Procession (KeyError)" in str(_failed())
    assert [entry["kind"] for entry in logs if entry["event"] == "a job failed by a defect"] == [
        "nobody knows this kind"
    ]


def _failed() -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Job.error))


def test_a_job_whose_attempts_are_used_up_is_left_for_a_person(app: Flask, settings: Settings) -> None:
    _add(kind="nobody knows this kind", attempts=2)
    with structlog.testing.capture_logs(), _running(app, settings):
        assert _until(lambda: _state() == "dead")


def _state() -> str | None:
    db.session.rollback()
    return db.session.scalar(select(Job.state))


def test_a_job_whose_worker_is_gone_is_taken_over_after_its_lease(app: Flask, settings: Settings) -> None:
    _add(lease_until=clock.now() + timedelta(seconds=1), leased_by="gone", attempts=1)
    with _running(app, settings):
        assert _jobs() == 1
        assert _until(lambda: _jobs() == 0)


def test_a_database_that_is_gone_for_a_while_is_waited_for(app: Flask, settings: Settings) -> None:
    _add()
    db.session.execute(text("ALTER TABLE job RENAME TO away"))
    db.session.commit()
    with structlog.testing.capture_logs() as logs, _running(app, settings, count=1):
        assert _until(lambda: bool(logs))
        time.sleep(1)
        assert len(logs) < 10  # it waits longer each time, and does not spin
        db.session.execute(text("ALTER TABLE away RENAME TO job"))
        db.session.commit()
        assert _until(lambda: _jobs() == 0)


@databases.ONLY_SQLITE
def test_a_database_that_is_locked_for_a_while_is_waited_for(app: Flask, settings: Settings) -> None:
    _add(due_in=3600)
    other = sqlite3.connect(settings.database_url.removeprefix("sqlite:///"), isolation_level=None)
    with structlog.testing.capture_logs(), _running(app, settings, count=1):
        other.execute("BEGIN IMMEDIATE")
        time.sleep(6)  # longer than a writer waits for the lock
        other.execute("COMMIT")
        db.session.execute(update(Job).values(due_at=clock.now()))
        db.session.commit()
        bell.ring_here(Bell.JOBS)
        assert _until(lambda: _jobs() == 0, seconds=15)
    other.close()


def test_a_defect_outside_of_any_job_does_not_end_the_thread(app: Flask, settings: Settings) -> None:
    stumbles = iter([ValueError("first"), KeyError("second")])

    def scope() -> AbstractContextManager[object]:
        for stumble in stumbles:
            raise stumble
        return app.app_context()

    _add()
    workers = Workers(1, scope, settings, "test")
    with structlog.testing.capture_logs() as logs:
        workers.start()
        assert _until(lambda: _jobs() == 0)
        workers.stop(timeout=10)
    assert [entry["event"] for entry in logs] == ["a worker stumbled over a defect"] * 2
