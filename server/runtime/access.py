"""Who may see and do what with which row: one place decides, in SQL, and denies by default.

A person sees a process instance when involved in it (started it, worked on it, was asked, follows it), when they are a
candidate of an open user task in it (even if somebody else has claimed it), when they belong to the group that answers
for the definition, or by role. A worker sees it while it has an external task of it.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, literal, literal_column, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from server.errors import Forbidden
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.external_task import ExternalTask
from server.records.process_instance import Involvement, ProcessInstance
from server.records.user_task import IS_EXCLUDED, IS_GROUP, IS_OPEN, IS_PERSON, Candidate, UserTask
from server.sentences import say

REMEMBERED = 256
"""Of how many actors conditions and statements are kept: they are immutable, building one costs more than asking the
database, and those of one actor take 150 KB."""

_held = aliased(ExternalTask)  # of its own, so that a question about external tasks may use the condition as well


def _among(column: ColumnElement[Any] | InstrumentedAttribute[Any], names: frozenset[str]) -> ColumnElement[bool]:
    """The column is one of these. Each name is a parameter of its own: SQLAlchemy's plain `in_` writes the text of the
    whole statement anew each time it is run, which costs more than running it."""
    return column.in_([literal(name) for name in sorted(names)]) if names else false()


@lru_cache(REMEMBERED)
def visible_instances(actor: Actor) -> ColumnElement[bool]:
    """The condition on `ProcessInstance` under which *actor* may see it."""
    if actor.may(Permission.SEE_ALL_INSTANCES):
        return in_scope(actor)
    # Correlated, so that asking about one instance costs the same however many there are; and with nothing else, so
    # that it says the same where the statement around it is about user tasks.
    is_theirs = _among(Involvement.person_id, actor.persons)
    involved = exists().where(Involvement.instance_id == ProcessInstance.id, is_theirs).correlate(ProcessInstance)
    asked = (
        exists()
        .where(
            UserTask.instance_id == ProcessInstance.id,
            IS_OPEN,
            Candidate.user_task_id == UserTask.id,
            _named(actor),
        )
        .correlate(ProcessInstance)
    )
    answered_for = select(ProcessDefinition.id).where(_among(ProcessDefinition.owner_group, actor.groups))
    ways = [involved, asked, ProcessInstance.definition_id.in_(answered_for)]
    if actor.may(Permission.DO_EXTERNAL_TASKS):
        has_work = and_(_held.instance_id == ProcessInstance.id, _held.account == actor.id)
        ways.append(exists().where(has_work, _held.state == literal_column("'held'")))
    return and_(or_(*ways), in_scope(actor))


@lru_cache(REMEMBERED)
def in_scope(actor: Actor) -> ColumnElement[bool]:
    """The condition on `ProcessInstance`: it is of a process that the actor's token is for, whatever else they may."""
    return _is_of(actor, ProcessInstance.definition_id)


@lru_cache(REMEMBERED)
def user_task_in_scope(actor: Actor) -> ColumnElement[bool]:
    """The same on `UserTask`."""
    return _is_of(actor, UserTask.definition_id)


@lru_cache(REMEMBERED)
def definition_in_scope(actor: Actor) -> ColumnElement[bool]:
    """The same on `ProcessDefinition`."""
    return _is_of(actor, ProcessDefinition.id)


def _is_of(actor: Actor, definition_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    if not actor.process_keys:
        return true()
    named = select(ProcessDefinition.id).where(_among(ProcessDefinition.key, actor.process_keys))
    return definition_id.in_(named)


@lru_cache(REMEMBERED)
def offered_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on `UserTask`: nobody has it yet, and the actor is a candidate and not excluded."""
    candidate = exists().where(Candidate.user_task_id == UserTask.id, _named(actor))
    return and_(UserTask.assignee.is_(None), candidate, not_excluded(actor), user_task_in_scope(actor))


@lru_cache(REMEMBERED)
def _named(actor: Actor) -> ColumnElement[bool]:
    """The condition on `Candidate`: it is the actor, somebody they stand for, or one of their groups."""
    return or_(
        and_(IS_PERSON, _among(Candidate.name, actor.persons)),
        and_(IS_GROUP, _among(Candidate.name, actor.groups)),
    )


@lru_cache(REMEMBERED)
def not_excluded(actor: Actor) -> ColumnElement[bool]:
    """Four eyes: the actor is not among those who may not work on the user task."""
    excluded = exists().where(Candidate.user_task_id == UserTask.id, IS_EXCLUDED, Candidate.name == actor.id)
    return ~excluded


@lru_cache(REMEMBERED)
def assigned_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on `UserTask`: the actor (or somebody they stand for) has it."""
    return and_(_among(UserTask.assignee, actor.persons), not_excluded(actor), user_task_in_scope(actor))


@lru_cache(REMEMBERED)
def workable_user_tasks(actor: Actor) -> ColumnElement[bool]:
    """The condition on `UserTask`: the actor may complete it now, claiming it on the way if nobody has it."""
    return or_(assigned_to(actor), offered_to(actor))


@lru_cache(REMEMBERED)
def visible_user_tasks(actor: Actor) -> ColumnElement[bool]:
    """The condition on `UserTask`: the actor may look at it, because they may see its instance."""
    visible = select(ProcessInstance.id).where(visible_instances(actor))
    return UserTask.instance_id.in_(visible)


def startable(actor: Actor, process_key: str, starters: frozenset[str]) -> bool:
    """Whether the actor may start a process that names *starters* ("user:ada", "group:it"; none: everybody)."""
    if actor.process_keys and process_key not in actor.process_keys:
        return False
    names = {f"user:{actor.id}"} | {f"group:{group}" for group in actor.groups}
    return actor.may(Permission.START) and (not starters or bool(starters & names))


def check_start_elsewhere(actor: Actor, variables: Mapping[str, Any]) -> None:
    """Who has an instance begin elsewhere than at its start event puts tokens, and *variables* that no form asks for,
    as whoever mends one does. Raises Forbidden."""
    for permission in (Permission.MOVE_TOKENS, *([Permission.EDIT_VARIABLES] if variables else [])):
        if not actor.may(permission):
            raise Forbidden(say("You may not do this: %(what)s.", what=say(permission)))
