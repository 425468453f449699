"""Jobs: timers, messages, signals, calls, and what happens when they go wrong."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.commands import deployments, incidents, jobs, process_instances, user_tasks
from server.commands.jobs import Wish
from server.database import db
from server.errors import Conflict
from server.identity.actor import CONSOLE, WORKER, Actor
from server.records.activity_instance import ActivityInstance
from server.records.incident import Incident
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.records.subscription import Subscription
from server.records.user_task import UserTask
from server.runtime.jobs import new_job
from server.runtime.submissions import variables_of
from server.settings import Settings
from server.workers.loop import work_once
from tests.commands.conftest import deploy, flows, model

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _work(settings: Settings) -> None:
    while work_once(settings, "test", {}):
        pass


def _states(instance_id: str) -> dict[str, str]:
    db.session.rollback()
    rows = db.session.execute(
        select(ActivityInstance.element_key, ActivityInstance.state).where(ActivityInstance.instance_id == instance_id)
    )
    return {row.element_key: row.state for row in rows}


TIMED = (
    '<startEvent id="begin"/><userTask id="approve" name="Approve" camunda:candidateGroups="clerks"/>'
    '<boundaryEvent id="late" attachedToRef="approve"><timerEventDefinition><timeDuration>PT2H</timeDuration>'
    '</timerEventDefinition></boundaryEvent><endEvent id="done"/><endEvent id="expired"/>'
    + flows("begin>approve", "approve>done", "late>expired")
)


def test_a_timer_fires_when_it_is_due_and_not_before(settings: Settings, ann: Actor) -> None:
    clock.freeze(NOON)
    deploy(("timed", TIMED))
    instance_id = process_instances.start(ann, "timed", {}).instance_id
    clock.freeze(NOON + timedelta(hours=1, minutes=59))
    _work(settings)
    assert _states(instance_id)["approve"] == "active"
    clock.freeze(NOON + timedelta(hours=2))
    _work(settings)
    assert _states(instance_id) == {
        "begin": "completed",
        "approve": "cancelled",
        "late": "completed",
        "expired": "completed",
    }
    assert db.session.scalars(select(UserTask.state)).one() == "cancelled"
    assert db.session.scalars(select(Job)).all() == []


def test_a_timer_goes_with_the_activity_it_was_set_for(settings: Settings, ann: Actor) -> None:
    deploy(("timed", TIMED))
    started = process_instances.start(ann, "timed", {})
    assert started.user_task_id is not None
    user_tasks.complete(ann, started.user_task_id, {})
    assert db.session.scalars(select(Job)).all() == []


def test_a_timer_start_event_starts_again_and_again(settings: Settings, app: Flask) -> None:
    clock.freeze(NOON)
    body = (
        '<startEvent id="weekly"><timerEventDefinition><timeCycle>R/P7D</timeCycle></timerEventDefinition></startEvent>'
        '<endEvent id="done"/>' + flows("weekly>done")
    )
    deploy(("review", body))
    for days in (8, 15):
        clock.freeze(NOON + timedelta(days=days))
        _work(settings)
    assert len(db.session.scalars(select(ProcessInstance.id)).all()) == 2
    assert db.session.scalars(select(Job.kind)).all() == ["start_timer"]


def test_a_message_thrown_by_one_instance_wakes_the_one_that_waits_for_its_key(settings: Settings, ann: Actor) -> None:
    key = (
        '<extensionElements><camunda:properties><camunda:property name="correlationKey" value="${order}"/>'
        "</camunda:properties></extensionElements>"
    )
    message = '<messageEventDefinition messageRef="paid"/>'
    waiting = (
        '<startEvent id="begin"><extensionElements><camunda:formData><camunda:formField id="order" label="Order" '
        'type="string"/></camunda:formData></extensionElements></startEvent>'
        f'<intermediateCatchEvent id="await">{key}{message}</intermediateCatchEvent><endEvent id="done"/>'
        + flows("begin>await", "await>done")
    )
    throwing = (
        '<startEvent id="begin"><extensionElements><camunda:formData><camunda:formField id="order" label="Order" '
        'type="string"/></camunda:formData></extensionElements></startEvent>'
        f'<intermediateThrowEvent id="pay">{key}{message}</intermediateThrowEvent><endEvent id="done"/>'
        + flows("begin>pay", "pay>done")
    )
    _deploy_with_message(("waiting", waiting), ("throwing", throwing))
    first = process_instances.start(ann, "waiting", {"order": "A"}).instance_id
    second = process_instances.start(ann, "waiting", {"order": "B"}).instance_id
    process_instances.start(ann, "throwing", {"order": "B"})
    _work(settings)
    assert "done" not in _states(first)
    assert _states(second)["done"] == "completed"
    assert len(db.session.scalars(select(Subscription)).all()) == 1


def _deploy_with_message(*bodies: tuple[str, str]) -> None:
    deployments.deploy(CONSOLE, [(f"{key}.bpmn", _with_message(key, body)) for key, body in bodies])


def _with_message(key: str, body: str) -> bytes:
    return model(key, body).replace(b"<process ", b'<message id="paid" name="Paid"/><process ', 1)


def test_a_call_comes_back_with_what_the_called_process_made(settings: Settings, ann: Actor) -> None:
    called = (
        '<startEvent id="begin"/><scriptTask id="add" scriptFormat="python"><script>total = price * 2</script>'
        '</scriptTask><endEvent id="done"/>' + flows("begin>add", "add>done")
    )
    _deploy_caller(called)
    instance_id = process_instances.start(ann, "caller", {}).instance_id
    assert _states(instance_id)["done"] == "completed"


def test_a_variable_that_the_called_process_never_set_comes_back_as_null(ann: Actor) -> None:
    called = '<startEvent id="begin"/><endEvent id="done"/>' + flows("begin>done")
    caller = (
        '<startEvent id="begin"/><scriptTask id="set" scriptFormat="python"><script>price = 4</script></scriptTask>'
        '<callActivity id="call" calledElement="called"><extensionElements><camunda:in source="unset" target="x"/>'
        '<camunda:out source="price" target="result"/></extensionElements></callActivity>'
        '<userTask id="look" name="Look"/><endEvent id="done"/>'
        + flows("begin>set", "set>call", "call>look", "look>done")
    )
    deploy(("called", called), ("caller", caller))
    instance_id = process_instances.start(ann, "caller", {}).instance_id
    instance = db.session.get_one(ProcessInstance, instance_id)
    assert instance.incidents == 0
    assert variables_of(instance) == {"price": 4, "result": None}


def test_a_call_that_waits_comes_back_by_a_job(settings: Settings, ann: Actor) -> None:
    called = (
        '<startEvent id="begin"/><userTask id="ask" name="Ask" camunda:candidateGroups="clerks"/><endEvent id="done"/>'
        + flows("begin>ask", "ask>done")
    )
    _deploy_caller(called)
    instance_id = process_instances.start(ann, "caller", {}).instance_id
    user_task_id = db.session.scalars(select(UserTask.id)).one()
    user_tasks.complete(ann, user_task_id, {})
    assert _states(instance_id)["call"] == "active"
    _work(settings)
    assert _states(instance_id)["done"] == "completed"


def test_a_called_instance_ends_when_its_caller_is_cancelled(settings: Settings, ann: Actor, olga: Actor) -> None:
    called = (
        '<startEvent id="begin"/><userTask id="ask" name="Ask" camunda:candidateGroups="clerks"/><endEvent id="done"/>'
        + flows("begin>ask", "ask>done")
    )
    _deploy_caller(called)
    instance_id = process_instances.start(ann, "caller", {}).instance_id
    process_instances.cancel(olga, instance_id, "no longer wanted")
    _work(settings)
    states = db.session.scalars(select(ProcessInstance.state)).all()
    assert states == ["terminated", "terminated"]
    assert db.session.scalars(select(UserTask.state)).one() == "cancelled"


def _deploy_caller(called: str) -> None:
    caller = (
        '<startEvent id="begin"/><scriptTask id="set" scriptFormat="python"><script>price = 4</script></scriptTask>'
        '<callActivity id="call" calledElement="called"><extensionElements><camunda:in source="price" target="price"/>'
        '<camunda:out variables="all"/></extensionElements></callActivity><endEvent id="done"/>'
        + flows("begin>set", "set>call", "call>done")
    )
    deploy(("called", called), ("caller", caller))


def test_a_failed_script_is_an_incident_that_can_be_retried_after_mending(
    settings: Settings, ann: Actor, olga: Actor
) -> None:
    body = (
        '<startEvent id="begin"/><scriptTask id="divide" scriptFormat="python"><script>share = 1 / amount</script>'
        '</scriptTask><endEvent id="done"/>' + flows("begin>divide", "divide>done")
    )
    deploy(("sharing", body))
    instance_id = process_instances.start(ann, "sharing", {}).instance_id
    incident = db.session.scalars(select(Incident)).one()
    assert (incident.element_key, incident.kind, incident.names) == ("divide", "script", '["amount"]')
    assert "amount" in incident.message
    process_instances.set_variable(olga, instance_id, "amount", 4, "it was missing")
    incidents.retry(olga, db.session.scalars(select(Incident.id)).one(), "mended")
    assert _states(instance_id)["done"] == "completed"
    assert db.session.scalars(select(Incident.resolved_by)).one() == "olga"


def test_a_worker_that_slept_past_its_lease_is_refused(settings: Settings, ann: Actor) -> None:
    clock.freeze(NOON)
    deploy(("timed", TIMED))
    process_instances.start(ann, "timed", {})
    clock.freeze(NOON + timedelta(hours=3))
    (slow,) = jobs.claim(WORKER, "slow", 1, 10).jobs
    clock.freeze(NOON + timedelta(hours=3, seconds=11))
    (fast,) = jobs.claim(WORKER, "fast", 1, 10).jobs
    assert fast.attempt == 2
    with pytest.raises(Conflict, match="given to another worker"):
        jobs.run(WORKER, slow.id, slow.attempt)
    jobs.run(WORKER, fast.id, fast.attempt)


def test_jobs_of_a_suspended_instance_wait_until_it_is_resumed(settings: Settings, ann: Actor, olga: Actor) -> None:
    clock.freeze(NOON)
    deploy(("timed", TIMED))
    instance_id = process_instances.start(ann, "timed", {}).instance_id
    process_instances.suspend(olga, instance_id, "to look at it")
    clock.freeze(NOON + timedelta(hours=3))
    _work(settings)
    assert _states(instance_id)["approve"] == "active"
    process_instances.resume(olga, instance_id, "it is fine")
    _work(settings)
    assert _states(instance_id)["expired"] == "completed"


def test_moving_a_token_starts_the_new_element_and_cancels_the_old_one(ann: Actor, olga: Actor) -> None:
    body = (
        '<startEvent id="begin"/><userTask id="first" name="First" camunda:candidateGroups="clerks"/>'
        '<userTask id="second" name="Second" camunda:candidateGroups="clerks"/><endEvent id="done"/>'
        + flows("begin>first", "first>second", "second>done")
    )
    deploy(("two", body))
    instance_id = process_instances.start(ann, "two", {}).instance_id
    process_instances.move(olga, instance_id, [2], ["second"], "the first is not needed")
    assert _states(instance_id) == {"begin": "completed", "first": "cancelled", "second": "active"}


@pytest.mark.parametrize("node", ["timer", "before", "after"])
def test_a_step_whose_attempts_are_used_up_is_an_incident_and_retrying_that_does_it_anew(
    settings: Settings, ann: Actor, node: str
) -> None:
    nodes = {
        "timer": '<intermediateCatchEvent id="pause"><timerEventDefinition><timeDuration>PT0S</timeDuration>'
        "</timerEventDefinition></intermediateCatchEvent>",
        "before": '<task id="pause" camunda:asyncBefore="true"/>',
        "after": '<task id="pause" camunda:asyncAfter="true"/>',
    }
    ends = '<startEvent id="begin"/><endEvent id="done"/>'
    deploy(("stepping", ends + nodes[node] + flows("begin>pause", "pause>done")))
    instance_id = process_instances.start(ann, "stepping", {}).instance_id
    (job,) = jobs.claim(WORKER, "test", 1, 10).jobs
    jobs.fail(WORKER, job.id, job.attempt, "it went wrong", None)
    incident = db.session.scalars(select(Incident)).one()
    assert (incident.kind, incident.element_key, incident.message) == ("job", "pause", "it went wrong")
    incidents.retry(CONSOLE, incident.id, "it was mended")
    _work(settings)
    assert db.session.get_one(ProcessInstance, instance_id).state == "completed"
    assert db.session.scalars(select(Job)).all() == []


def test_a_step_takes_up_the_next_job_in_its_own_transaction(app: Flask) -> None:
    moment = clock.now()
    for _ in range(3):
        db.session.add(Job(**new_job("signal", moment, moment, {"name": "news", "payload": {}})))
    db.session.commit()
    (first,) = jobs.claim(WORKER, "test", 1, 10).jobs
    following = jobs.run(WORKER, first.id, first.attempt, Wish("test", 1, 10))
    (second,) = following.jobs
    assert following.left_some
    assert second.attempt == 1
    assert second.id != first.id
    assert not jobs.run(WORKER, second.id, second.attempt).jobs
