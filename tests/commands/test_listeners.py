"""What a process hears when people take, pass on and give back its user tasks."""

from flask import Flask

from server.commands import process_instances, user_tasks
from server.database import db
from server.identity.actor import Actor
from server.records.incident import Incident
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime.submissions import variables_of
from server.settings import Settings
from server.workers.loop import work_once
from tests.commands.conftest import deploy, flows

SAID = "${execution.setVariable('log', log.concat(task.assignee == null ? 'nobody' : task.assignee).concat(' '))}"


def asks(said: str = SAID, event: str = "assignment") -> str:
    listener = f'<camunda:taskListener event="{event}" expression="{said}"/>'
    return (
        '<startEvent id="begin"/><scriptTask id="note" scriptFormat="python"><script>log = ""</script></scriptTask>'
        '<userTask id="ask" name="Ask" camunda:candidateGroups="clerks">'
        f'<extensionElements>{listener}</extensionElements></userTask><endEvent id="done"/>'
        + flows("begin>note", "note>ask", "ask>done")
    )


def _start(actor: Actor, body: str | None = None) -> tuple[str, str]:
    """The ids of an instance and of its user task."""
    deploy(("asks", asks() if body is None else body))
    instance_id = process_instances.start(actor, "asks", {}).instance_id
    db.session.rollback()
    return instance_id, db.session.query(UserTask).filter_by(instance_id=instance_id).one().id


def _log(instance_id: str) -> object:
    db.session.rollback()
    return variables_of(db.session.get_one(ProcessInstance, instance_id))["log"]


def test_a_claim_a_release_and_a_delegation_are_heard(ann: Actor) -> None:
    instance_id, asked = _start(ann)
    user_tasks.claim(ann, asked)
    assert _log(instance_id) == "ann "
    user_tasks.release(ann, asked)
    user_tasks.delegate(ann, asked, "bob", "yours")
    assert _log(instance_id) == "ann nobody bob "


def test_a_change_of_hands_by_an_operator_is_heard(ann: Actor, olga: Actor) -> None:
    instance_id, asked = _start(ann, asks(event="update"))
    user_tasks.reassign(olga, asked, "bob", "he knows")
    user_tasks.reassign(olga, asked, None, "he is ill")
    user_tasks.reassign(olga, asked, None, "really")
    assert _log(instance_id) == "bob nobody "


def test_who_claims_what_they_have_already_changes_nothing(ann: Actor) -> None:
    instance_id, asked = _start(ann)
    user_tasks.claim(ann, asked)
    user_tasks.claim(ann, asked)
    user_tasks.ask_back(ann, asked, "Why?")
    assert _log(instance_id) == "ann "


def test_who_asks_back_takes_it_on_the_way_and_that_is_heard(ann: Actor) -> None:
    instance_id, asked = _start(ann)
    user_tasks.ask_back(ann, asked, "Why?")
    assert _log(instance_id) == "ann "


def test_of_several_that_are_taken_at_once_each_is_heard_by_a_job(settings: Settings, ann: Actor) -> None:
    instance_id, asked = _start(ann)
    user_tasks.claim_many(ann, [asked])
    assert _log(instance_id) == ""
    db.session.rollback()
    assert [job.kind for job in db.session.query(Job)] == ["assignment"]
    while work_once(settings, "test", {}):
        pass
    assert _log(instance_id) == "ann "


def test_a_listener_that_fails_leaves_the_claim_and_an_incident(app: Flask, ann: Actor) -> None:
    instance_id, asked = _start(ann, asks("${missing.size()}"))
    user_tasks.claim(ann, asked)
    db.session.rollback()
    assert db.session.get_one(UserTask, asked).assignee == "ann"
    assert db.session.query(Incident).filter_by(instance_id=instance_id).one().element_key == "ask"


def test_without_listeners_a_claim_does_not_touch_the_instance(ann: Actor) -> None:
    instance_id, asked = _start(ann, asks(event="complete"))
    db.session.rollback()
    before = db.session.get_one(ProcessInstance, instance_id).revision
    user_tasks.claim(ann, asked)
    db.session.rollback()
    assert db.session.get_one(ProcessInstance, instance_id).revision == before
