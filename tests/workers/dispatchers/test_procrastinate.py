"""Hints: written with the jobs they are about, never relied upon, and never in anybody's way."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import structlog
from flask import Flask
from sqlalchemy import text

from server.commands import jobs
from server.commands.jobs import Hint
from server.database import db
from server.identity.actor import WORKER
from server.workers.dispatchers import procrastinate
from tests.workers.dispatchers.conftest import PROCRASTINATE, Run, add_jobs, comes_true, jobs_left

pytestmark = PROCRASTINATE
LOST = "DELETE FROM procrastinate_jobs"
TAKEN = "UPDATE procrastinate_jobs SET status = 'doing'"
HINTS = text(
    "SELECT queueing_lock FROM procession_hints.procrastinate_jobs"
    " WHERE status = :status AND task_name = 'do' ORDER BY priority DESC, id"
)


@pytest.fixture(autouse=True)
def _open(app: Flask) -> None:
    """Every test looks into the database."""


def _hint(most: int = 50) -> int | None:
    return jobs.hint(WORKER, most, procrastinate.is_hinted, procrastinate.write)


def _hints(status: str = "todo") -> list[str]:
    db.session.rollback()
    found = db.session.execute(HINTS, {"status": status})
    hints = [row.queueing_lock for row in found]
    db.session.rollback()
    return hints


def _change(statement: str) -> None:
    db.session.execute(text("SET LOCAL search_path = procession_hints"))
    db.session.execute(text(statement))
    db.session.commit()


def test_a_job_that_is_due_is_hinted_at_once_only() -> None:
    (job_id,) = add_jobs()
    _hint()
    _hint()
    assert _hints() == [job_id]


def test_a_job_that_is_not_due_yet_is_not_hinted_and_stands_in_nobodys_way() -> None:
    add_jobs(3, due_in=3600)
    (ready,) = add_jobs()
    _hint()
    assert _hints() == [ready]


def test_a_job_that_somebody_has_is_not_hinted_until_the_lease_ends(running: Run) -> None:
    add_jobs()
    jobs.claim(WORKER, "somebody", 1, 1)
    _hint()
    assert _hints() == []
    with running():
        assert comes_true(lambda: jobs_left() == 0)


def test_the_most_urgent_jobs_are_hinted_and_taken_first() -> None:
    plain = add_jobs(2)
    (urgent,) = add_jobs(priority=9)
    _hint(most=2)
    assert _hints() == [urgent, plain[0]]


def test_hints_are_gone_when_the_transaction_that_wrote_them_fails() -> None:
    add_jobs()

    def fail(hints: Sequence[Hint]) -> None:
        procrastinate.write(hints)
        raise ArithmeticError

    with structlog.testing.capture_logs(), pytest.raises(ArithmeticError):
        jobs.hint(WORKER, 50, procrastinate.is_hinted, fail)
    assert _hints() == []


def test_a_worker_waits_for_the_row_of_the_job_that_it_was_given() -> None:
    (job_id,) = add_jobs()
    with db.engine.connect() as other:
        other.begin()
        other.execute(text("SELECT 1 FROM job FOR UPDATE"))
        release = threading.Timer(0.5, other.rollback)
        release.start()
        claim = jobs.claim_one(WORKER, "test", job_id, 10)
        release.join()
    assert [job.id for job in claim.jobs] == [job_id]


def test_a_job_is_claimed_by_its_id_once_only() -> None:
    (job_id,) = add_jobs()
    assert len(jobs.claim_one(WORKER, "test", job_id, 10).jobs) == 1
    assert jobs.claim_one(WORKER, "test", job_id, 10).jobs == ()


@contextmanager
def _another_writes() -> Iterator[None]:
    with db.engine.connect() as other, other.begin():
        other.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('hints at jobs', 0))"))
        yield


def test_one_worker_at_a_time_writes_hints() -> None:
    add_jobs()
    with _another_writes():
        assert _hint() is None
    assert _hints() == []
    assert _hint() == 1
    assert len(_hints()) == 1


def test_a_hint_that_is_lost_is_written_again(running: Run) -> None:
    add_jobs(3)
    _hint()
    _change(LOST)
    with running():
        assert comes_true(lambda: jobs_left() == 0)


def test_a_job_whose_hint_a_dead_worker_holds_is_done_by_another(running: Run) -> None:
    add_jobs(3)
    _hint()
    _change(TAKEN)
    with running():
        assert comes_true(lambda: jobs_left() == 0)


def test_hints_that_dead_workers_hold_are_taken_away(running: Run) -> None:
    add_jobs(3)
    _hint()
    _change(TAKEN)
    with running():
        assert comes_true(lambda: _hints("doing") == [])


def test_hints_at_jobs_that_are_done_or_put_off_do_nothing(running: Run) -> None:
    (later,) = add_jobs(due_in=3600)
    with db.session.begin():
        procrastinate.write([Hint("gone", 0), Hint(later, 0)])
    with structlog.testing.capture_logs() as logs, running():
        assert comes_true(lambda: _hints() == [] == _hints("doing"))
    assert logs == []
    assert jobs_left() == 1


def test_so_few_hints_wait_that_an_urgent_job_does_not_stand_behind_many(running: Run) -> None:
    add_jobs(120)
    seen = []
    with running(1):
        while jobs_left():
            seen.append(len(_hints()))
    assert 0 < max(seen) <= procrastinate.MOST


def test_nothing_is_left_in_the_queue_when_all_is_done(running: Run) -> None:
    add_jobs(30)
    with running():
        assert comes_true(lambda: jobs_left() == 0)
        assert comes_true(lambda: _hints() == [] == _hints("doing"))


def test_its_tables_are_made_once() -> None:
    assert not procrastinate.prepare()


def test_its_tables_are_made_anew_when_the_package_changes_and_no_job_is_lost(running: Run) -> None:
    add_jobs(3)
    _hint()
    _change("COMMENT ON SCHEMA procession_hints IS '3.0.0'")
    assert [good for good, _ in procrastinate.examine()] == [False]
    db.session.rollback()
    assert procrastinate.prepare()
    assert _hints() == []
    with running():
        assert comes_true(lambda: jobs_left() == 0)


def test_the_doctor_says_whether_any_worker_is_alive(running: Run) -> None:
    ((good, said),) = procrastinate.examine()
    db.session.rollback()
    assert (good, said) == (False, "0 workers of procrastinate are alive: start `procession worker`")
    with running():
        assert comes_true(lambda: next(procrastinate.examine())[0])
    db.session.rollback()
