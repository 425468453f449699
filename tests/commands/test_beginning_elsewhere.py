"""An instance that begins before some elements instead of at its start event."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from server.commands import process_instances, starts, user_tasks
from server.database import db
from server.errors import Forbidden, Invalid
from server.identity.actor import Actor, person_actor
from server.identity.permissions import Permission
from server.records.activity_instance import ActivityInstance
from server.records.logs import AuditEntry
from server.records.process_instance import ProcessInstance
from server.runtime.submissions import variables_of
from tests.commands.conftest import deploy, flows

STEPS = (
    '<startEvent id="begin"/><userTask id="first" camunda:assignee="ann"/>'
    '<userTask id="second" camunda:assignee="ann"/><endEvent id="done"/>'
    + flows("begin>first", "first>second", "second>done")
)


@pytest.fixture
def both(ann: Actor) -> Actor:
    """Ann, who is an operator as well."""
    deploy(("steps", STEPS))
    return person_actor("ann", "Ann", frozenset({"participant", "operator"}))


def instances() -> int:
    return len(db.session.scalars(select(ProcessInstance.id)).all())


def test_it_goes_on_from_there_to_its_end(both: Actor) -> None:
    begun = process_instances.start(both, "steps", {}, variables={"x": 1}, before=["second"])
    assert begun.user_task_id is not None
    user_tasks.complete(both, begun.user_task_id, {})
    visits = select(ActivityInstance.element_key).where(ActivityInstance.instance_id == begun.instance_id)
    assert set(db.session.scalars(visits)) == {"second", "done"}
    assert db.session.get_one(ProcessInstance, begun.instance_id).state == "completed"


def test_the_audit_log_says_before_which_elements(both: Actor) -> None:
    for begun in (
        process_instances.start(both, "steps", {}, before=["second", "first"]),
        starts.start(both, "steps", None, {}, before=["second", "first"]),
    ):
        entry = db.session.scalar(select(AuditEntry).where(AuditEntry.instance_id == begun.instance_id))
        assert entry is not None
        assert entry.details == '{"started":["second","first"]}'


def test_who_may_only_start_is_refused_and_so_is_who_may_only_move_tokens(ann: Actor, both: Actor, olga: Actor) -> None:
    with pytest.raises(Forbidden, match="move tokens"):
        process_instances.start(ann, "steps", {}, before=["second"])
    with pytest.raises(Forbidden, match="start processes"):
        process_instances.start(olga, "steps", {}, before=["second"])
    assert instances() == 0


def test_an_element_that_is_not_there_starts_nothing(both: Actor) -> None:
    with pytest.raises(Invalid, match="no element 'third'"):
        process_instances.start(both, "steps", {}, before=["first", "third"])
    assert instances() == 0


def test_variables_need_the_right_to_change_them(both: Actor) -> None:
    less = replace(both, permissions=both.permissions - {Permission.EDIT_VARIABLES})
    process_instances.start(less, "steps", {}, before=["second"])
    with pytest.raises(Forbidden, match="change variables"):
        process_instances.start(less, "steps", {}, variables={"x": 1}, before=["second"])
    assert instances() == 1


def test_what_listens_to_the_start_of_the_process_has_heard_it(both: Actor) -> None:
    listener = '<camunda:executionListener event="start" expression="${execution.setVariable(\'heard\', true)}"/>'
    deploy(("heard", f"<extensionElements>{listener}</extensionElements>{STEPS}"))
    begun = process_instances.start(both, "heard", {}, before=["second"])
    assert variables_of(db.session.get_one(ProcessInstance, begun.instance_id)) == {"heard": True}
