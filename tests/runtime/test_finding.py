"""Whoever may see an instance may look at each of its user tasks."""

import pytest
from sqlalchemy import select

from server.commands import process_instances
from server.database import db
from server.errors import NotFound
from server.identity.actor import Actor
from server.records.user_task import UserTask
from server.runtime import finding
from tests.commands.conftest import deploy, flows

TWO = (
    '<startEvent id="begin"/><parallelGateway id="split"/><userTask id="first" name="First" camunda:assignee="ann"/>'
    '<userTask id="second" name="Second" camunda:candidateUsers="bob"/><endEvent id="done"/>'
    + flows("begin>split", "split>first", "split>second", "first>done", "second>done")
)


def test_a_candidate_of_one_user_task_may_look_at_the_other(ann: Actor, bob: Actor) -> None:
    deploy(("two", TWO))
    process_instances.start(ann, "two", {})
    ids = {row.name: row.id for row in db.session.execute(select(UserTask.name, UserTask.id))}
    assert finding.visible_user_task(bob, ids["Second"]).name == "Second"
    assert finding.visible_user_task(bob, ids["First"]).name == "First"


def test_a_stranger_may_look_at_none(ann: Actor, stranger: Actor) -> None:
    deploy(("two", TWO))
    process_instances.start(ann, "two", {})
    for user_task_id in db.session.scalars(select(UserTask.id)).all():
        with pytest.raises(NotFound):
            finding.visible_user_task(stranger, user_task_id)
