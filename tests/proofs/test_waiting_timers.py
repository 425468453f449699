"""G16: however many timers wait, what is due is found by one index and few blocks; `make bench` has the times."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import insert, text

from server import clock
from server.database import db, table
from server.queries import jobs as waiting
from server.records.job import Job
from server.runtime import due_jobs
from server.runtime.jobs import new_job
from server.settings import Settings
from tests import databases

TIMERS, DUE = 20_000, 5
INDEXES = ("job_rank", "job_due")  # both hold what is ready, in the order in which it is due


@pytest.fixture
def app(empty: str) -> Iterator[Flask]:
    with databases.running(Settings(database_url=empty)) as app:
        moment = clock.now()
        late = moment + timedelta(days=30)
        rows = [new_job("signal", due, moment, {"name": "news", "payload": {}}) for due in (late, *[moment] * DUE)]
        db.session.execute(insert(Job), rows)
        _multiply(rows[0]["id"])
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        yield app


def _multiply(job_id: str) -> None:
    """The database itself makes many of one: faster than to send them."""
    columns = ", ".join(column.name for column in table(Job).columns if column.name != "id")
    number = "CAST(100000 + n AS VARCHAR(13))"
    many = "WITH RECURSIVE one(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM one WHERE n < :most) SELECT n FROM one"
    copied = f"INSERT INTO job (id, {columns}) SELECT {number}, {columns} FROM job, ({many}) AS many WHERE id = :id"  # noqa: S608 # names of columns
    db.session.execute(text(copied), {"id": job_id, "most": TIMERS})


@pytest.fixture
def read(app: Flask) -> list[str]:
    """How the database looks for what is due: the plan of each statement, as it tells it."""
    plans: list[str] = []
    claim = due_jobs._DUE.compile(db.engine, compile_kwargs={"render_postcompile": True})
    given = claim.construct_params({"moment": clock.now(), "priority": 0, "most": 2})
    head = "EXPLAIN (ANALYZE, FORMAT TEXT)" if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    found = db.session.connection().exec_driver_sql(
        f"{head} {claim}", given if claim.positiontup is None else tuple(given[name] for name in claim.positiontup)
    )
    plans += [" ".join(map(str, row)) for row in found]
    db.session.rollback()
    return plans


def test_what_is_due_is_found_by_the_index_of_due_jobs_alone(read: list[str]) -> None:
    assert any(index in line for line in read for index in INDEXES), read
    assert not any("Seq Scan on job " in line or is_scan_without_index(line) for line in read), read


def is_scan_without_index(line: str) -> bool:
    return "SCAN job" in line and not any(index in line for index in INDEXES)


@databases.ONLY_POSTGRESQL
def test_taking_what_is_due_touches_few_blocks_beside_many_timers(app: Flask) -> None:
    db.session.execute(text("SELECT pg_stat_force_next_flush()"))
    claim = due_jobs._DUE.compile(db.engine)
    given = claim.construct_params({"moment": clock.now(), "priority": 0, "most": 2})
    plan = (
        db.session.connection().exec_driver_sql(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {claim}", given).scalar_one()
    )
    touched = plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]
    db.session.rollback()
    assert touched < 100, plan


def test_the_next_moment_that_something_is_due_is_found_whatever_waits(app: Flask) -> None:
    due = waiting.next_due()
    assert due is not None
    assert due <= clock.now()
