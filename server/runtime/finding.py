"""Finding the row that a command is given on, and only if the actor may see it."""

from functools import lru_cache
from typing import NamedTuple

from sqlalchemy import Select, String, bindparam, exists, literal_column, select

from server import terms
from server.database import db, rows
from server.errors import Conflict, NotFound
from server.identity.actor import Actor
from server.records.process_instance import Involvement, ProcessInstance
from server.records.user_task import IS_OPEN, Draft, UserTask
from server.runtime import revisions
from server.runtime.access import REMEMBERED, visible_instances, workable_user_tasks
from server.runtime.act import Act
from server.runtime.instances import check_revision
from server.sentences import say


class Own(NamedTuple):
    """A user task that the actor works on, its instance, and what need not be written or deleted for it."""

    user_task: UserTask
    instance: ProcessInstance
    is_involved: bool  # the actor in the instance, already
    has_draft: bool  # somebody's


def visible_instance(actor: Actor, instance_id: str) -> ProcessInstance:
    """The instance. Raises NotFound, also where the actor may not see it, and Outdated."""
    row = db.session.scalar(select(ProcessInstance).where(ProcessInstance.id == instance_id, visible_instances(actor)))
    if row is None:
        raise NotFound(say("There is no such process instance, or you may not see it."))
    check_revision(row)
    return row


def visible_user_task(actor: Actor, user_task_id: str) -> UserTask:
    """The user task, whoever has it. Raises NotFound, also where the actor may not see its instance, and Outdated."""
    statement = (
        select(UserTask)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(UserTask.id == user_task_id, visible_instances(actor))
    )
    row = db.session.scalar(_held(statement))
    if row is None:
        raise NotFound(say("There is no such user task, or you may not see it."))
    _check_user_task(row)
    return row


def _held(statement: Select[UserTask]) -> Select[UserTask]:
    """Nobody else's until the end of the transaction, where it is to be done from a certain revision only."""
    return statement if terms.current().revision is None else statement.with_for_update(of=UserTask)


def _check_user_task(row: UserTask) -> None:
    revisions.check_revision(row.id, row.revision, say("The user task"))


def open_user_task(actor: Actor, user_task_id: str) -> UserTask:
    """The user task, still to be done. Raises NotFound, and Conflict that says who was faster."""
    row = visible_user_task(actor, user_task_id)
    if row.state == "completed":
        raise Conflict(say("%(name)s was completed by %(ended_by)s already.", name=row.name, ended_by=row.ended_by))
    if row.state == "cancelled":
        raise Conflict(say("%(name)s is no longer needed: the process has moved on.", name=row.name))
    return row


def own_user_task(actor: Actor, user_task_id: str) -> UserTask:
    """The open user task which the actor may work on now: theirs, or offered and nobody's.

    Raises NotFound, Outdated, and Conflict that says who has it or why the actor may not.
    """
    row = db.session.scalar(_held(_workable(actor)), {"user_task_id": user_task_id})
    if row is not None:
        _check_user_task(row)
        return row
    raise _refusal(actor, user_task_id)


def own_user_task_locked(act: Act, user_task_id: str) -> Own:
    """The same with its instance, which is this transaction's from now on: all in one statement."""
    statement = _workable_locked(act.actor)
    row = db.session.execute(statement, {"user_task_id": user_task_id}).one_or_none()
    if row is None:
        raise _refusal(act.actor, user_task_id)
    own = Own(*row)
    check_revision(own.instance)
    _check_user_task(own.user_task)
    act.locked.add(own.instance.id)
    return own


def next_user_task(actor: Actor, instance_id: str) -> str | None:
    """The oldest open user task of an instance which the actor may work on now."""
    return rows(_next_workable(actor), {"instance_id": instance_id}).scalar()


def _refusal(actor: Actor, user_task_id: str) -> Conflict:
    """Why the actor may not work on it. Raises NotFound and other Conflicts where these say it better."""
    row = open_user_task(actor, user_task_id)
    if row.assignee is not None and row.assignee not in actor.persons:
        return Conflict(say("%(name)s was claimed by %(assignee)s.", name=row.name, assignee=row.assignee))
    return Conflict(
        say(
            "%(name)s is not offered to you; whoever worked on an earlier step may be excluded from this one.",
            name=row.name,
        )
    )


@lru_cache(REMEMBERED)
def _workable(actor: Actor) -> Select[UserTask]:
    """The statement for one user task, built once for an actor: building it costs more than asking."""
    wanted = UserTask.id == bindparam("user_task_id")
    return select(UserTask).where(wanted, IS_OPEN, workable_user_tasks(actor))


@lru_cache(REMEMBERED)
def _next_workable(actor: Actor) -> Select[str]:
    wanted = UserTask.instance_id == bindparam("instance_id")
    statement = select(UserTask.id).where(wanted, IS_OPEN, workable_user_tasks(actor))
    return statement.order_by(UserTask.activity).limit(1)


@lru_cache(REMEMBERED)
def _workable_locked(actor: Actor) -> Select[UserTask, ProcessInstance, bool, bool]:
    wanted = UserTask.id == bindparam("user_task_id")
    involved = exists().where(Involvement.instance_id == ProcessInstance.id, Involvement.person_id == actor.id)
    drafted = exists().where(Draft.subject == literal_column("'user_task:'", String) + UserTask.id)
    return (
        select(UserTask, ProcessInstance, involved, drafted)
        .join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        .where(wanted, IS_OPEN, workable_user_tasks(actor))
        .with_for_update(of=ProcessInstance)
    )
