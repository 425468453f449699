"""Clean-up: what has run out is forgotten; finished instances only where the installation and their process say so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from server import clock
from server.commands import clean_up, deployments, drafts, messages, process_instances, sessions, user_tasks
from server.database import Record, db
from server.errors import Conflict
from server.identity.actor import CONSOLE, WORKER, Actor
from server.queries import audit_chain
from server.records.identity import Session
from server.records.job import Job
from server.records.logs import AuditEntry, HistoryEntry
from server.records.process_instance import ProcessInstance
from server.records.received_message import ReceivedMessage
from server.records.user_task import Draft, UserTask
from server.records.waiting_message import WaitingMessage
from server.settings import Settings
from server.workers.loop import work_once
from tests.commands.conftest import APPROVAL, PASSWORD, flows, model

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(days=31)


def deploy(key: str, body: str, days: str = "30") -> None:
    plain = f'id="{key}" name="{key.capitalize()}" isExecutable="true"'
    said = f'{plain} camunda:historyTimeToLive="{days}"' if days else plain
    deployments.deploy(CONSOLE, [(f"{key}.bpmn", model(key, body).decode().replace(plain, said).encode())])


def finished(ann: Actor) -> str:
    started = process_instances.start(ann, "approval", {})
    assert started.user_task_id is not None
    user_tasks.complete(ann, started.user_task_id, {"amount": 5})
    return started.instance_id


def clean(settings: Settings, **given: object) -> None:
    clean_up.schedule(WORKER)
    given_settings = replace(settings, **given)  # type: ignore[arg-type]  # fields of the settings
    while work_once(given_settings, "test", {}):
        pass
    db.session.rollback()


def instances() -> set[str]:
    db.session.rollback()
    return set(db.session.scalars(select(ProcessInstance.id)))


def count(record: type[Record]) -> int:
    return db.session.scalar(select(func.count()).select_from(record)) or 0


def test_what_has_run_out_is_forgotten_and_nothing_else(settings: Settings, ann: Actor, olga: Actor) -> None:
    clock.freeze(NOON)
    deploy("approval", APPROVAL)
    started = process_instances.start(ann, "approval", {})
    assert started.user_task_id is not None

    def leave() -> None:
        sessions.open_session(ann, "ann", PASSWORD, "127.0.0.1", "test")
        drafts.save(ann, f"user_task:{started.user_task_id}", {"amount": 1})
        messages.send(olga, "mail", {}, once=str(clock.now()))

    leave()
    clock.freeze(NOON + timedelta(days=91))
    messages.send(olga, "mail", {}, once="new")
    sessions.open_session(olga, "olga", PASSWORD, "127.0.0.1", "test")
    clean(settings)
    assert db.session.scalars(select(Session.person_id)).all() == ["olga"]
    assert (count(Draft), count(WaitingMessage)) == (0, 1)
    assert db.session.scalars(select(ReceivedMessage.key)).all() == ["new"]


def test_finished_instances_stay_unless_the_installation_says_otherwise(settings: Settings, ann: Actor) -> None:
    clock.freeze(NOON)
    deploy("approval", APPROVAL)
    instance_id = finished(ann)
    clock.freeze(LATER)
    clean(settings)
    assert instances() == {instance_id}


def test_a_finished_instance_is_removed_when_its_days_are_over(settings: Settings, ann: Actor) -> None:
    clock.freeze(NOON)
    deploy("approval", APPROVAL)
    old, running = finished(ann), process_instances.start(ann, "approval", {}).instance_id
    clock.freeze(NOON + timedelta(days=20))
    young = finished(ann)
    clock.freeze(LATER)
    clean(settings, forget_instances=True)
    assert instances() == {running, young}
    left = db.session.scalars(select(HistoryEntry.instance_id).distinct())
    assert set(left) == {running, young}
    assert old not in set(db.session.scalars(select(UserTask.instance_id)))


def test_a_process_that_says_nothing_goes_by_the_days_of_the_installation(settings: Settings, ann: Actor) -> None:
    clock.freeze(NOON)
    deploy("approval", APPROVAL, days="")
    finished(ann)
    clock.freeze(LATER)
    clean(settings, forget_instances=True)
    assert len(instances()) == 1
    clock.freeze(LATER + timedelta(hours=2))
    assert work_once(replace(settings, forget_instances=True, history_days=30), "test", {})
    assert instances() == set()


def test_the_audit_log_tells_of_the_removal_and_stays_a_chain(settings: Settings, ann: Actor) -> None:
    clock.freeze(NOON)
    deploy("approval", APPROVAL)
    instance_id = finished(ann)
    clock.freeze(LATER)
    clean(settings, forget_instances=True)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.instance_id == instance_id)).all()
    assert entries[-1].command == "clean_up.forget_instance"
    assert entries[-1].actor == WORKER.id
    assert len(entries) > 1
    assert audit_chain.verify(CONSOLE).wrong == ""


def test_what_an_instance_called_goes_with_it(settings: Settings, ann: Actor) -> None:
    clock.freeze(NOON)
    deploy("inner", APPROVAL, days="1")
    deploy("outer", '<startEvent id="s"/><callActivity id="c" calledElement="inner"/>' + flows("s>c"))
    process_instances.start(ann, "outer", {})
    db.session.rollback()
    task = db.session.scalars(select(UserTask.id)).one()
    user_tasks.complete(ann, task, {"amount": 5})
    while work_once(settings, "test", {}):
        pass
    assert len(instances()) == 2
    clock.freeze(NOON + timedelta(days=2))
    clean(settings, forget_instances=True)
    assert len(instances()) == 2  # the inner one is kept as long as the one that called it
    clock.freeze(LATER)
    assert work_once(replace(settings, forget_instances=True), "test", {})
    assert instances() == set()


def test_an_instance_that_runs_is_never_removed(ann: Actor) -> None:
    deploy("approval", APPROVAL)
    instance_id = process_instances.start(ann, "approval", {}).instance_id
    with pytest.raises(Conflict, match="has not ended yet"):
        clean_up.forget_instance(WORKER, instance_id)


def test_there_is_one_job_for_it_and_it_comes_again_every_hour(settings: Settings, ann: Actor) -> None:
    clock.freeze(NOON)
    for _ in range(3):
        clean_up.schedule(WORKER)
    clean(settings)
    row = db.session.scalars(select(Job)).one()
    assert (row.kind, row.due_at, row.attempts) == ("clean_up", NOON + timedelta(hours=1), 0)
