"""PostgreSQL's own troubles: a row that somebody holds, and a server that goes away and comes back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from server import clock, database
from server.commands import groups, people, process_instances, user_tasks
from server.database import db
from server.errors import Unavailable
from server.identity.actor import CONSOLE, Actor, person_actor
from server.records.process_instance import ProcessInstance
from server.settings import Settings
from tests import databases
from tests.commands.conftest import APPROVAL, PASSWORD, deploy
from tests.databases.postgresql import SAFE, Cluster, Server


@databases.ONLY_POSTGRESQL
def test_an_instance_that_somebody_holds_for_long_refuses_the_write_in_one_sentence(
    app: Flask, ann: Actor, settings: Settings
) -> None:
    deploy(("approval", APPROVAL))
    started = process_instances.start(ann, "approval", {})
    assert started.user_task_id is not None
    with psycopg.connect(settings.database_url) as other:
        other.execute("SELECT id FROM process_instance FOR UPDATE")
        with pytest.raises(Unavailable, match="database is busy, so nothing was saved"):
            user_tasks.complete(ann, started.user_task_id, {"amount": 1})
    user_tasks.complete(ann, started.user_task_id, {"amount": 1})
    assert db.session.scalar(select(ProcessInstance.state)) == "completed"


@databases.ONLY_POSTGRESQL
def test_a_machine_whose_clock_is_wrong_goes_by_the_clock_of_the_database(app: Flask) -> None:
    right = datetime.now(UTC)
    try:
        with time_machine.travel(right + timedelta(minutes=10)):
            db.engine.dispose()
            db.session.execute(select(1))
            assert abs(clock.now() - right) < timedelta(minutes=1)
    finally:
        clock.follow(datetime.now(UTC))


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that may be stopped without taking the other tests' databases along."""
    with TemporaryDirectory(prefix="procession-pg-", ignore_cleanup_errors=True) as folder:
        server = Server(Path(folder), SAFE)
        server.start()
        yield server
        server.remove()


def test_a_crash_of_the_database_loses_nothing_that_was_answered(server: Server) -> None:
    ann = person_actor("ann", "Ann", frozenset({"participant"}), frozenset({"clerks"}))
    settings = Settings(database_url=Cluster(server.folder).create("crash"))
    with databases.running(settings):
        database.upgrade()
        groups.create(CONSOLE, "clerks", "Clerks")
        people.create(CONSOLE, "ann", "Ann", PASSWORD, ["participant"])
        deploy(("approval", APPROVAL))
        answered = [process_instances.start(ann, "approval", {}).instance_id for _ in range(5)]
        server.stop("immediate")
        with pytest.raises(Unavailable, match="cannot be reached, so nothing was saved"):
            process_instances.start(ann, "approval", {})
        server.start()
        answered.append(process_instances.start(ann, "approval", {}).instance_id)
        assert set(db.session.scalars(select(ProcessInstance.id))) == set(answered)
