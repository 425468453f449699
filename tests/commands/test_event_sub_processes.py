"""Event sub-processes and compensation as rows: jobs and subscriptions of listeners, visits, and what is left over."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from server import clock
from server.commands import deployments, messages, process_instances, user_tasks
from server.database import db
from server.identity.actor import CONSOLE, Actor
from server.records.activity_instance import ActivityInstance
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.records.subscription import Subscription
from server.records.user_task import UserTask
from server.settings import Settings
from server.workers.loop import work_once
from tests.commands.conftest import deploy, flows, model

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LISTENING = (
    '<startEvent id="begin"/><userTask id="write" camunda:candidateGroups="clerks"/><endEvent id="done"/>'
    '<subProcess id="nagging" triggeredByEvent="true"><startEvent id="hourly" isInterrupting="false">'
    "<timerEventDefinition><timeCycle>R/PT1H</timeCycle></timerEventDefinition></startEvent>"
    '<userTask id="nag" camunda:candidateGroups="clerks"/>' + flows("hourly>nag") + "</subProcess>"
    '<subProcess id="stopping" triggeredByEvent="true"><startEvent id="stop">'
    '<messageEventDefinition messageRef="paid"/></startEvent><userTask id="clear" camunda:candidateGroups="clerks"/>'
    + flows("stop>clear")
    + "</subProcess>"
    + flows("begin>write", "write>done")
)
UNDONE = (
    '<startEvent id="begin"/><userTask id="book" camunda:candidateGroups="clerks"/>'
    '<boundaryEvent id="undo" attachedToRef="book"><compensateEventDefinition/></boundaryEvent>'
    '<userTask id="unbook" isForCompensation="true" camunda:candidateGroups="clerks"/>'
    '<association id="a" sourceRef="undo" targetRef="unbook"/>'
    '<endEvent id="back"><compensateEventDefinition/></endEvent>' + flows("begin>book", "book>back")
)


def _work(settings: Settings) -> None:
    while work_once(settings, "test", {}):
        pass


def _rows(instance_id: str) -> list[tuple[str, str]]:
    db.session.rollback()
    visits = select(ActivityInstance.element_key, ActivityInstance.state).order_by(ActivityInstance.activity)
    return [
        (row.element_key, row.state)
        for row in db.session.execute(visits.where(ActivityInstance.instance_id == instance_id))
    ]


def _open() -> list[str]:
    return list(
        db.session.scalars(select(UserTask.element_key).where(UserTask.state == "open").order_by(UserTask.activity))
    )


def _start_listening(ann: Actor) -> str:
    clock.freeze(NOON)
    content = model("letter", LISTENING).replace(b"<process ", b'<message id="paid" name="Paid"/><process ', 1)
    deployments.deploy(CONSOLE, [("letter.bpmn", content)])
    return process_instances.start(ann, "letter", {}).instance_id


def test_a_listener_has_a_job_and_a_subscription_as_long_as_its_level_lives(app: Flask, ann: Actor) -> None:
    _start_listening(ann)
    assert db.session.scalars(select(Job.kind)).all() == ["timer"]
    assert db.session.scalars(select(Subscription.element_key)).all() == ["stop"]
    task = db.session.scalars(select(UserTask.id)).one()
    user_tasks.complete(ann, task, {})
    assert db.session.scalars(select(Job)).all() == []
    assert db.session.scalars(select(Subscription)).all() == []
    assert db.session.scalars(select(ProcessInstance.state)).one() == "completed"


def test_a_timer_begins_it_again_and_again_and_a_message_ends_it_all(settings: Settings, ann: Actor) -> None:
    instance_id = _start_listening(ann)
    for hours in (1, 2):
        clock.freeze(NOON + timedelta(hours=hours))
        _work(settings)
    assert _open() == ["write", "nag", "nag"]
    messages.send(CONSOLE, "Paid", {})
    _work(settings)
    assert _open() == ["clear"]
    assert db.session.scalars(select(Job)).all() == []
    states = _rows(instance_id)
    assert states.count(("nagging", "cancelled")) == 2
    assert states[-3:] == [("stopping", "active"), ("stop", "completed"), ("clear", "active")]


def test_what_undoes_a_booking_is_somebodys_user_task(app: Flask, ann: Actor) -> None:
    deploy(("trip", UNDONE))
    instance_id = process_instances.start(ann, "trip", {}).instance_id
    user_tasks.complete(ann, db.session.scalars(select(UserTask.id)).one(), {})
    assert _open() == ["unbook"]
    user_tasks.complete(ann, db.session.scalars(select(UserTask.id).where(UserTask.state == "open")).one(), {})
    assert _rows(instance_id) == [
        ("begin", "completed"),
        ("book", "completed"),
        ("back", "completed"),
        ("undo", "completed"),
        ("unbook", "completed"),
    ]
