"""Who chooses what is done next in an ad-hoc sub-process: whom the model names, else those who have to do with it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import or_, select

from server.bpmn.definition import Assignment, Element
from server.database import db
from server.errors import Failure, Invalid
from server.expressions import Expression, parse
from server.identity.actor import Actor
from server.identity.groups import group_key
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime.access import workable_user_tasks
from server.runtime.submissions import variables_seen


def may_choose(actor: Actor, instance: ProcessInstance, ad_hoc: Element, activity: int) -> bool:
    """Whether the actor may work and choose in the ad-hoc sub-process that runs as *activity*.

    Operators may. Where the model names an assignee or candidates (a lane names a group), only these may besides.
    Where it names nobody: who began the instance, who has or had work in it, who could do what there is to choose,
    and the group that answers for the process.
    """
    if not actor.may(Permission.WORK):
        return False
    if actor.may(Permission.MEND):
        return True
    seen = variables_seen(instance, activity)
    if _names_any(ad_hoc.assignment):
        return _is_named(actor, ad_hoc.assignment, seen)
    inside = ad_hoc.inner.elements.values() if ad_hoc.inner is not None else ()
    return (
        instance.started_by in actor.persons
        or any(_is_named(actor, element.assignment, seen) for element in inside)
        or _worked(actor, instance)
        or _answers(actor, instance)
    )


def _names_any(assignment: Assignment) -> bool:
    return bool(assignment.assignee or assignment.candidate_users or assignment.candidate_groups)


def _is_named(actor: Actor, assignment: Assignment, seen: Mapping[str, Any]) -> bool:
    users = (*filter(None, (assignment.assignee,)), *assignment.candidate_users)
    if actor.id in _names(assignment.excluded_users, seen):
        return False
    groups = {group_key(name) for name in _names(assignment.candidate_groups, seen)}
    return bool(_names(users, seen) & actor.persons or groups & actor.groups)


def _names(expressions: Iterable[Expression], seen: Mapping[str, Any]) -> frozenset[str]:
    """Whom they name as things are; one that cannot be evaluated names nobody."""
    found: set[str] = set()
    for expression in expressions:
        try:
            value = parse(expression).evaluate(seen)
        except (Failure, Invalid):
            continue
        parts = value if isinstance(value, list | tuple) else str(value or "").split(",")
        found.update(text for part in parts if (text := str(part).strip()))
    return frozenset(found)


def _worked(actor: Actor, instance: ProcessInstance) -> bool:
    """They have, have done, or are offered a user task of the instance."""
    theirs = or_(
        UserTask.assignee.in_(sorted(actor.persons)), UserTask.ended_by == actor.id, workable_user_tasks(actor)
    )
    found = select(UserTask.id).where(UserTask.instance_id == instance.id, theirs)
    return db.session.scalar(found.limit(1)) is not None


def _answers(actor: Actor, instance: ProcessInstance) -> bool:
    definition = db.session.get_one(ProcessDefinition, instance.definition_id)
    return definition.owner_group in actor.groups
