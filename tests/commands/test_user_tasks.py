"""Claiming, releasing, passing on and completing user tasks."""

import threading

import pytest
from flask import Flask
from sqlalchemy import select

from server.commands import process_instances, user_tasks
from server.database import db
from server.errors import Conflict, Forbidden, Invalid, NotFound
from server.identity.actor import Actor
from server.records.logs import AuditEntry
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from tests.commands.conftest import APPROVAL, deploy, flows


def _open(ann: Actor) -> str:
    deploy(("approval", APPROVAL))
    started = process_instances.start(ann, "approval", {})
    assert started.user_task_id is not None
    return started.user_task_id


def _row(user_task_id: str) -> UserTask:
    db.session.rollback()
    return db.session.get_one(UserTask, user_task_id)


def test_a_completed_user_task_cannot_be_completed_again(ann: Actor) -> None:
    user_task_id = _open(ann)
    user_tasks.complete(ann, user_task_id, {"amount": 5})
    with pytest.raises(Conflict, match="Approve was completed by ann already"):
        user_tasks.complete(ann, user_task_id, {"amount": 6})


def test_completing_an_offered_user_task_claims_it_on_the_way(ann: Actor, bob: Actor) -> None:
    user_task_id = _open(ann)
    user_tasks.complete(bob, user_task_id, {"amount": 5})
    row = _row(user_task_id)
    assert (row.state, row.assignee, row.ended_by) == ("completed", "bob", "bob")


def test_of_six_people_completing_at_once_one_succeeds_and_the_rest_are_told(app: Flask, ann: Actor) -> None:
    user_task_id = _open(ann)
    came: list[str] = []
    gate = threading.Barrier(6)

    def attempt() -> None:
        with app.app_context():
            gate.wait()
            try:
                user_tasks.complete(ann, user_task_id, {"amount": 1})
                came.append("done")
            except Conflict:
                came.append("conflict")

    threads = [threading.Thread(target=attempt) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(came) == ["conflict"] * 5 + ["done"]


def test_somebody_elses_user_task_cannot_be_completed(ann: Actor, bob: Actor) -> None:
    user_task_id = _open(ann)
    user_tasks.claim(bob, user_task_id)
    with pytest.raises(Conflict, match="claimed by bob"):
        user_tasks.complete(ann, user_task_id, {"amount": 5})


def test_a_stranger_does_not_even_learn_that_a_user_task_exists(ann: Actor, stranger: Actor) -> None:
    user_task_id = _open(ann)
    with pytest.raises(NotFound):
        user_tasks.complete(stranger, user_task_id, {"amount": 5})
    with pytest.raises(NotFound):
        user_tasks.claim(stranger, "0000000000000")


def test_a_released_user_task_is_offered_to_everybody_again(ann: Actor, bob: Actor) -> None:
    user_task_id = _open(ann)
    user_tasks.claim(ann, user_task_id)
    user_tasks.release(ann, user_task_id)
    user_tasks.claim(bob, user_task_id)
    assert _row(user_task_id).assignee == "bob"


def test_a_delegated_user_task_comes_back_when_it_is_released(ann: Actor, bob: Actor) -> None:
    user_task_id = _open(ann)
    user_tasks.claim(ann, user_task_id)
    user_tasks.delegate(ann, user_task_id, "bob", "I am away")
    assert (_row(user_task_id).assignee, _row(user_task_id).owner) == ("bob", "ann")
    user_tasks.release(bob, user_task_id)
    assert (_row(user_task_id).assignee, _row(user_task_id).owner) == ("ann", None)


def test_a_user_task_cannot_be_delegated_to_nobody(ann: Actor) -> None:
    user_task_id = _open(ann)
    with pytest.raises(Invalid, match="There is nobody called nemo"):
        user_tasks.delegate(ann, user_task_id, "nemo", "why not")


def test_a_lead_may_reassign_what_others_have_and_others_may_not(ann: Actor, bob: Actor) -> None:
    user_task_id = _open(ann)
    user_tasks.claim(ann, user_task_id)
    with pytest.raises(Forbidden):
        user_tasks.reassign(bob, user_task_id, "bob", "mine")
    user_tasks.reassign(ann, user_task_id, "bob", "Bob knows better")
    assert _row(user_task_id).assignee == "bob"


def test_excluded_people_are_not_offered_a_user_task(ann: Actor, bob: Actor) -> None:
    body = (
        '<startEvent id="begin" camunda:initiator="requester"/><userTask id="check" name="Check" '
        'camunda:candidateGroups="clerks"><extensionElements><camunda:properties><camunda:property '
        'name="excludedUsers" value="${requester}"/></camunda:properties></extensionElements></userTask>'
        '<endEvent id="done"/>' + flows("begin>check", "check>done")
    )
    deploy(("four_eyes", body))
    started = process_instances.start(ann, "four_eyes", {})
    assert started.user_task_id is None
    user_task_id = db.session.scalars(select(UserTask.id)).one()
    with pytest.raises(Conflict, match="excluded"):
        user_tasks.complete(ann, user_task_id, {})
    user_tasks.complete(bob, user_task_id, {})
    assert _row(user_task_id).ended_by == "bob"


def test_a_submission_is_not_lost_when_the_script_behind_it_fails(ann: Actor) -> None:
    body = (
        '<startEvent id="begin"/><userTask id="enter" name="Enter" camunda:candidateGroups="clerks"><extensionElements>'
        '<camunda:formData><camunda:formField id="amount" label="Amount" type="long"/></camunda:formData>'
        '</extensionElements></userTask><scriptTask id="divide" scriptFormat="python">'
        '<script>share = 1 / amount</script></scriptTask><endEvent id="done"/>'
        + flows("begin>enter", "enter>divide", "divide>done")
    )
    deploy(("sharing", body))
    started = process_instances.start(ann, "sharing", {})
    assert started.user_task_id is not None
    user_tasks.complete(ann, started.user_task_id, {"amount": 0})
    instance = db.session.get_one(ProcessInstance, started.instance_id)
    assert (instance.state, instance.incidents) == ("active", 1)
    assert _row(started.user_task_id).state == "completed"


def test_asking_back_tells_the_requester_and_the_answer_clears_the_question(ann: Actor, bob: Actor) -> None:
    user_task_id = _open(ann)
    user_tasks.ask_back(bob, user_task_id, "Which cost centre?")
    assert _row(user_task_id).question == "Which cost centre?"
    user_tasks.answer(ann, user_task_id, "4410")
    assert _row(user_task_id).question is None


def test_every_command_leaves_an_audit_entry_with_its_reason(ann: Actor, bob: Actor) -> None:
    user_task_id = _open(ann)
    user_tasks.claim(ann, user_task_id)
    user_tasks.delegate(ann, user_task_id, "bob", "I am away")
    entries = db.session.execute(
        select(AuditEntry.command, AuditEntry.actor, AuditEntry.reason).where(AuditEntry.subject == user_task_id)
    ).all()
    assert [tuple(entry) for entry in entries] == [
        ("user_tasks.claim", "ann", None),
        ("user_tasks.delegate", "ann", "I am away"),
    ]


def test_a_refused_command_changes_nothing_and_is_not_audited(ann: Actor, bob: Actor) -> None:
    user_task_id = _open(ann)
    user_tasks.claim(bob, user_task_id)
    before = db.session.scalars(select(AuditEntry.id)).all()
    with pytest.raises(Conflict):
        user_tasks.complete(ann, user_task_id, {"amount": 3})
    assert db.session.scalars(select(AuditEntry.id)).all() == before
