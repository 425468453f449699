"""Whoever settles a job and whoever ends its instance at the same moment do not wait for each other."""

import time
from collections.abc import Callable
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import Connection, text

from server.commands import jobs, process_instances
from server.commands.jobs import ClaimedJob
from server.database import db
from server.errors import Conflict
from server.identity.actor import WORKER, Actor
from tests import databases
from tests.commands.conftest import deploy, flows

CALLING = (
    '<startEvent id="begin"/><serviceTask id="work" name="Work"><extensionElements><camunda:connector>'
    "<camunda:connectorId>http-connector</camunda:connectorId><camunda:inputOutput>"
    '<camunda:inputParameter name="url">http://127.0.0.1/</camunda:inputParameter>'
    '<camunda:inputParameter name="method">GET</camunda:inputParameter></camunda:inputOutput></camunda:connector>'
    '</extensionElements></serviceTask><endEvent id="done"/>' + flows("begin>work", "work>done")
)
CONTINUED = '<startEvent id="begin"/><manualTask id="work" camunda:asyncBefore="true"/><endEvent id="done"/>' + flows(
    "begin>work", "work>done"
)
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def _settle(job: ClaimedJob) -> None:
    jobs.settle_connector(WORKER, job.id, job.attempt, {})


def _fail(job: ClaimedJob) -> None:
    jobs.fail(WORKER, job.id, job.attempt, "It cannot be reached.", None)


def _run(job: ClaimedJob) -> None:
    jobs.run(WORKER, job.id, job.attempt)


def _waits(ending: Connection) -> bool:
    for _ in range(600):
        if ending.execute(WAITING).scalar_one():
            return True
        time.sleep(0.05)
    return False


@databases.ONLY_POSTGRESQL
@pytest.mark.parametrize(
    ("body", "act"), [(CALLING, _settle), (CALLING, _fail), (CONTINUED, _run)], ids=["settle", "fail", "run"]
)
def test_an_instance_is_locked_before_its_job(
    app: Flask, ann: Actor, body: str, act: Callable[[ClaimedJob], None]
) -> None:
    deploy(("order", body))
    instance_id = process_instances.start(ann, "order", {}).instance_id
    [job] = jobs.claim(WORKER, "test", 5, 60).jobs
    refused: list[BaseException] = []

    def other() -> None:
        with app.app_context():
            try:
                act(job)
            except Conflict as error:
                refused.append(error)
            finally:
                db.session.remove()

    with db.engine.connect() as ending:
        ending.execute(text("SELECT id FROM process_instance WHERE id = :id FOR UPDATE"), {"id": instance_id})
        thread = Thread(target=other)
        thread.start()
        assert _waits(ending)
        ending.execute(text("DELETE FROM job WHERE id = :id"), {"id": job.id})  # else a deadlock, and one of them fails
        ending.commit()
    thread.join(60)
    assert [str(error) for error in refused] == ["This job was given to another worker, or is done already."]
