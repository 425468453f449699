"""What programs do to user tasks besides what pages do: hand in variables, throw errors, change dates and offers."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from server.database import db
from server.errors import Conflict, Forbidden, Invalid
from server.identity.groups import group_key
from server.identity.permissions import Permission
from server.records.user_task import NEVER, Candidate, Draft, UserTask
from server.runtime import deadlines
from server.runtime.act import Act
from server.runtime.finding import Own, open_user_task, own_user_task_locked
from server.runtime.instances import advance
from server.runtime.involvement import involve
from server.runtime.submissions import accept
from server.runtime.transaction import command
from server.sentences import say

_KINDS = ("user", "group")


@command(Permission.WORK)
def complete(act: Act, user_task_id: str, variables: Mapping[str, Any], by_form: bool = False) -> None:
    """Complete it with variables as they are, from whoever may give such, else (and *by_form*) by its form alone.

    Raises NotFound, Conflict, Invalid with the problems of the fields.
    """
    own = own_user_task_locked(act, user_task_id)
    row = own.user_task
    takes_all = act.actor.may(Permission.GIVE_VARIABLES) and not by_form
    given = dict(variables) if takes_all else accept(own.instance, row, variables, act.actor.id)
    _leave(act, own, lambda e: e.complete_user_task(row.activity, given, act.actor.id, act.moment))


@command(Permission.WORK)
def throw_bpmn_error(act: Act, user_task_id: str, code: str, message: str, variables: Mapping[str, Any]) -> None:
    """Say that it came to an error that the model may catch. Raises NotFound, Conflict, Forbidden, Invalid."""
    own = _leaving(act, user_task_id, code, variables)
    _leave(act, own, lambda e: e.throw_error(own.user_task.activity, code, message, variables, act.moment))


@command(Permission.WORK)
def throw_escalation(act: Act, user_task_id: str, code: str, variables: Mapping[str, Any]) -> None:
    """Escalate it; it goes on if nobody interrupts it. Raises NotFound, Conflict, Forbidden, Invalid."""
    own = _leaving(act, user_task_id, code, variables)
    _leave(act, own, lambda e: e.throw_escalation(own.user_task.activity, code, variables, act.moment))


def _leaving(act: Act, user_task_id: str, code: str, variables: Mapping[str, Any]) -> Own:
    if not code.strip():
        raise Invalid(say("Give the code: the model catches it by that."))
    if variables and not act.actor.may(Permission.GIVE_VARIABLES):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.GIVE_VARIABLES)))
    return own_user_task_locked(act, user_task_id)


def _leave(act: Act, own: Own, move: Any) -> None:
    subject, instance_id = own.user_task.id, own.user_task.instance_id
    if own.user_task.assignee is None and not own.is_involved:
        involve(instance_id, [act.actor.id])
    advance(act, instance_id, move)
    if own.has_draft:
        db.session.execute(delete(Draft).where(Draft.subject == f"user_task:{subject}"))
    act.on(subject, instance_id)


@command(Permission.MEND)
def change(act: Act, user_task_id: str, priority: int, due: datetime | None, follow_up: datetime | None) -> None:
    """Give it another priority and other dates. Raises NotFound, Conflict, Invalid."""
    if abs(priority) > 2**31 - 1:
        raise Invalid(say("The priority is a whole number of at most 32 bits."))
    row = open_user_task(act.actor, user_task_id)
    told = _differences(row, {"priority": priority, "due_at": due, "follow_up_at": follow_up})
    row.priority, row.rank, row.revision = priority, -priority, row.revision + 1
    was_due = row.due_at
    row.due_at, row.ranked_at, row.follow_up_at = due, due or NEVER, follow_up
    if due != was_due:
        deadlines.reset(row, act.moment)
        act.ring()
    act.on(row.id, row.instance_id, details=told)


def _differences(row: UserTask, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    """What an auditor must know: what changes, and what it was before."""
    found: dict[str, Any] = {}
    for name, value in wanted.items():
        was = getattr(row, name)
        if was != value:
            found |= {name: _told(value), f"{name}_before": _told(was)}
    return found or None


def _told(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@command(Permission.MEND)
def offer(act: Act, user_task_id: str, kind: str, name: str) -> None:
    """Let one more person, or a group, take it. Raises NotFound, Conflict, Invalid."""
    row, key = open_user_task(act.actor, user_task_id), _candidate(kind, name)
    if db.session.get(Candidate, (row.id, kind, key)) is None:
        db.session.add(Candidate(user_task_id=row.id, kind=kind, name=key))
        row.revision += 1
    act.on(row.id, row.instance_id, details={"offered": f"{kind}:{key}"})


@command(Permission.MEND)
def withdraw_offer(act: Act, user_task_id: str, kind: str, name: str) -> None:
    """Let a person or group take it no more. Raises NotFound, Conflict, Invalid."""
    row, key = open_user_task(act.actor, user_task_id), _candidate(kind, name)
    found = db.session.get(Candidate, (row.id, kind, key))
    if found is None:
        raise Conflict(say("It was not offered to the %(kind)s %(name)s.", kind=kind, name=name))
    db.session.delete(found)
    row.revision += 1
    act.on(row.id, row.instance_id, details={"withdrawn": f"{kind}:{key}"})


def _candidate(kind: str, name: str) -> str:
    if kind not in _KINDS or not name.strip():
        raise Invalid(say("Name a user or a group."))
    return group_key(name) if kind == "group" else name.strip()
