"""The bell wakes who sleeps, in this process and in others, and no ring between looking and sleeping is lost."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from server import bell
from server.bell import Bell, Ear
from server.database import db
from server.settings import Settings
from tests import databases


@pytest.fixture(params=databases.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def url(tmp_path: Path, kind: str) -> Iterator[str]:
    with databases.copy(kind, tmp_path, _empty) as url:
        yield url


def _empty() -> None:
    """Bells need no rows."""


@pytest.fixture
def app(url: str) -> Iterator[Flask]:
    with databases.running(Settings(database_url=url)) as app:
        yield app


def _sleeper(name: Bell, woken: list[float]) -> threading.Thread:
    since = bell.rung(name)
    thread = threading.Thread(target=lambda: woken.append(time.monotonic()) if bell.wait(name, since, 5) else None)
    thread.start()
    time.sleep(0.05)
    return thread


def test_a_ring_after_one_has_looked_is_not_slept_through() -> None:
    since = bell.rung(Bell.JOBS)
    bell.ring_here(Bell.JOBS)
    before = time.monotonic()
    assert bell.wait(Bell.JOBS, since, 5)
    assert time.monotonic() - before < 1


def test_one_sleeps_no_longer_than_one_said() -> None:
    assert not bell.wait(Bell.JOBS, bell.rung(Bell.JOBS), 0.05)


def test_a_job_wakes_one_worker_and_not_all() -> None:
    woken: list[float] = []
    sleepers = [_sleeper(Bell.JOBS, woken) for _ in range(3)]
    bell.ring_here(Bell.JOBS)
    time.sleep(0.2)
    assert len(woken) == 1
    bell.ring_here(Bell.JOBS, wakes_all=True)
    for sleeper in sleepers:
        sleeper.join()
    assert len(woken) == 3


def test_an_external_task_wakes_all_who_wait_since_each_wants_another_topic() -> None:
    woken: list[float] = []
    sleepers = [_sleeper(Bell.EXTERNAL_TASKS, woken) for _ in range(3)]
    bell.ring_here(Bell.EXTERNAL_TASKS)
    for sleeper in sleepers:
        sleeper.join()
    assert len(woken) == 3


_OTHER_PROCESS = """
import sys
from server import bell
from server.app import create_app
from server.database import db
from server.settings import Settings

with create_app(Settings(database_url=sys.argv[1])).app_context():
    bell.ring(bell.Bell.JOBS, db.engine)
"""


def _ring_elsewhere(url: str) -> None:
    subprocess.run([sys.executable, "-c", _OTHER_PROCESS, url], check=True)  # noqa: S603 # our own program


@databases.ONLY_POSTGRESQL
def test_a_ring_is_heard_in_other_processes(app: Flask, url: str) -> None:
    ear = Ear(db.engine)
    since = bell.rung(Bell.JOBS)
    _ring_elsewhere(url)
    assert bell.wait(Bell.JOBS, since, 5)
    ear.close()


@databases.ONLY_POSTGRESQL
def test_an_ear_whose_connection_was_cut_listens_again(app: Flask, url: str) -> None:
    ear = Ear(db.engine)
    _ring_elsewhere(url)
    db.session.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN procession'"))
    db.session.rollback()
    time.sleep(2)
    since = bell.rung(Bell.JOBS)
    _ring_elsewhere(url)
    assert bell.wait(Bell.JOBS, since, 5)
    ear.close()


@databases.ONLY_SQLITE
def test_sqlite_has_one_process_and_needs_no_ear(app: Flask) -> None:
    before = threading.active_count()
    ear = Ear(db.engine)
    assert threading.active_count() == before
    ear.close()


def test_a_ring_that_no_database_carries_is_no_trouble(app: Flask, url: str) -> None:
    """What was committed stays so: whoever sleeps elsewhere looks by himself."""
    since = bell.rung(Bell.JOBS)
    engine = create_engine(url.replace("procession@", "nobody@").replace("postgresql:", "postgresql+psycopg:"))
    bell.ring(Bell.JOBS, engine)
    assert bell.rung(Bell.JOBS) == since + 1
