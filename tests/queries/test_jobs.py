"""When a worker has something to do next."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from server import clock
from server.commands import jobs as commands
from server.commands import process_instances
from server.database import db
from server.errors import Forbidden
from server.identity.actor import WORKER
from server.queries import jobs
from server.queries.jobs import JobFilter, JobState
from tests import databases
from tests.web import stuck
from tests.web.purchases import actor

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def house(app: Flask) -> Flask:
    clock.freeze(NOON)
    stuck.settle(app)
    return app


def test_without_jobs_nothing_is_due(house: Flask) -> None:
    with house.app_context():
        assert jobs.next_due() is None


def test_the_earliest_timer_is_due_next(house: Flask) -> None:
    with house.app_context():
        stuck.bill(5)
        clock.freeze(NOON + timedelta(minutes=10))
        stuck.bill(5)
        assert jobs.next_due() == NOON + timedelta(hours=2)


def test_a_job_that_a_worker_has_is_due_again_when_its_lease_ends(house: Flask) -> None:
    with house.app_context():
        stuck.bill(5)
        later = NOON + timedelta(hours=3)
        clock.freeze(later)
        commands.claim(WORKER, "test", 1, 60)
        assert jobs.next_due() == later + timedelta(seconds=commands.STEP_LEASE)


def test_jobs_of_suspended_instances_and_dead_jobs_are_never_due(house: Flask) -> None:
    with house.app_context():
        suspended, dead = stuck.bill(5), stuck.bill(5)
        process_instances.suspend(actor("alan"), suspended, "Wait")
        assert jobs.next_due() == NOON + timedelta(hours=2)
        clock.freeze(NOON + timedelta(hours=3))
        claimed = commands.claim(WORKER, "test", 10, 60).jobs
        assert [job.instance_id for job in claimed] == [dead]
        commands.fail(WORKER, claimed[0].id, 1, "Gone", None)
        assert jobs.next_due() is None
        found = jobs.counts(actor("alan"), clock.now())
        assert (found[JobState.HELD], found[JobState.DEAD], found[JobState.DUE]) == (1, 1, 0)


@databases.ONLY_SQLITE
def test_looking_for_what_is_due_walks_along_the_index_of_ready_jobs(house: Flask) -> None:
    with house.app_context():
        plan = db.session.execute(
            text("EXPLAIN QUERY PLAN SELECT due_at FROM job WHERE state = 'ready' ORDER BY due_at LIMIT 1")
        ).all()
        assert any("job_due" in row[3] for row in plan)


@databases.ONLY_SQLITE
def test_what_is_most_urgent_is_found_by_the_index_of_ranks(house: Flask) -> None:
    statement = "SELECT id FROM job WHERE state = 'ready' AND priority = 0 AND due_at <= '2026' ORDER BY due_at LIMIT 2"
    with house.app_context():
        plan = db.session.execute(text(f"EXPLAIN QUERY PLAN {statement}")).all()
        assert any("job_rank" in row[3] for row in plan)


def test_participants_may_not_list_jobs(house: Flask) -> None:
    with house.app_context(), pytest.raises(Forbidden):
        jobs.listed(actor("ada"), JobFilter(), NOON)
