"""Every dispatcher on every database that it can have, for tests that look at nothing else."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from server import bell, clock
from server.bell import Bell
from server.database import db
from server.records.job import Job
from server.runtime.jobs import new_job
from server.settings import Settings
from server.workers.dispatch import Workers
from server.workers.dispatchers import dispatcher_of, procrastinate
from tests import databases

WAYS = (("sqlite", "embedded"), ("postgresql", "embedded"), ("postgresql", "procrastinate"))
ON_SQLITE = pytest.mark.parametrize("way", WAYS[:1], indirect=True, ids="-".join)
EMBEDDED = pytest.mark.parametrize("way", WAYS[:2], indirect=True, ids="-".join)
ON_POSTGRESQL = pytest.mark.parametrize("way", WAYS[1:], indirect=True, ids="-".join)
PROCRASTINATE = pytest.mark.parametrize("way", WAYS[2:], indirect=True, ids="-".join)
Run = Callable[..., AbstractContextManager[Workers]]


@pytest.fixture(params=WAYS, ids="-".join)
def way(request: pytest.FixtureRequest) -> tuple[str, str]:
    """The kind of database and the dispatcher."""
    kind, dispatcher = request.param
    return kind, dispatcher


@pytest.fixture
def settings(tmp_path: Path, way: tuple[str, str]) -> Iterator[Settings]:
    kind, dispatcher = way
    settle = _prepared if dispatcher == "procrastinate" else _empty
    with databases.copy(kind, tmp_path, settle) as url:
        files = tmp_path / "files"
        yield Settings(database_url=url, files_path=files, dispatcher=dispatcher, lease=2, http_allowed=("127.0.0.1",))


def _empty() -> None:
    """Workers need nobody."""


def _prepared() -> None:
    procrastinate.prepare()


def add_jobs(count: int = 1, due_in: float = 0, **columns: object) -> list[str]:
    """Jobs that deliver a signal to whoever waits for it; nobody does, so that they are done at once. Their ids."""
    moment = clock.now()
    due = moment + timedelta(seconds=due_in)
    rows = [{**new_job("signal", due, moment, {"name": "news", "payload": {}}), **columns} for _ in range(count)]
    db.session.execute(insert(Job), rows)
    db.session.commit()
    bell.ring_here(Bell.JOBS)
    return [row["id"] for row in rows]


def jobs_left() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Job)) or 0


def comes_true(true: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether it does so within so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def running(app: Flask, settings: Settings) -> Run:
    """Begins so many threads, and stops them."""

    @contextmanager
    def run(count: int = 2) -> Iterator[Workers]:
        workers = dispatcher_of(settings).workers(count, app.app_context, settings, "test")
        workers.start()
        try:
            yield workers
        finally:
            workers.stop(timeout=10)

    return run
