"""Claim, release, pass on and complete user tasks; ask back and answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select

from server.database import change, db, table
from server.errors import Conflict, Forbidden, Invalid, Problem
from server.identity.permissions import Permission
from server.records.attachment import Comment
from server.records.identity import Person
from server.records.process_instance import ProcessInstance
from server.records.user_task import IS_OPEN, Candidate, Draft, UserTask
from server.runtime.access import user_task_in_scope, workable_user_tasks
from server.runtime.act import Act
from server.runtime.assignments import tell_assigned, tell_assigned_soon
from server.runtime.comments import new_comment
from server.runtime.finding import next_user_task, open_user_task, own_user_task, own_user_task_locked
from server.runtime.instances import advance
from server.runtime.involvement import involve
from server.runtime.notices import tell
from server.runtime.submissions import accept
from server.runtime.transaction import command
from server.sentences import say


@dataclass(frozen=True)
class Completed:
    """What came of it; `next_user_task_id` is one that the same person can do next in the same instance."""

    instance_id: str
    called: str  # how people call what it belongs to: the business key, else the user task's name
    next_user_task_id: str | None


_DRAFTS_DONE = delete(table(Draft)).where(table(Draft).c.subject == bindparam("subject"))


@command(Permission.WORK)
def claim(act: Act, user_task_id: str) -> None:
    """Take it, so that nobody else does it too. Raises NotFound, Conflict."""
    _with_own(act, user_task_id, _claim)


@command(Permission.WORK)
def claim_many(act: Act, user_task_ids: Sequence[str]) -> tuple[str, ...]:
    """Take all of them that nobody has yet; returns which those were."""
    free = _open_ones(user_task_ids, UserTask.assignee.is_(None), workable_user_tasks(act.actor))
    return _with_each(act, free, _claim)


@command(Permission.WORK)
def release(act: Act, user_task_id: str) -> None:
    """Give it back: to whoever delegated it, else to all candidates. Raises NotFound, Conflict."""
    _with_own(act, user_task_id, _release)


@command(Permission.WORK)
def release_many(act: Act, user_task_ids: Sequence[str]) -> tuple[str, ...]:
    """Give back all of them that are the actor's and that somebody else can take; returns which those were."""
    mine = _open_ones(user_task_ids, UserTask.assignee.in_(act.actor.persons), user_task_in_scope(act.actor))
    return _with_each(act, [row for row in mine if row.owner is not None or _has_candidates(row)], _release)


def _with_own(act: Act, user_task_id: str, do: Callable[[Act, UserTask], None]) -> None:
    row = own_user_task(act.actor, user_task_id)
    holder = row.assignee
    do(act, row)
    row.revision += 1
    if row.assignee != holder:
        tell_assigned(act, row)
    act.on(row.id, row.instance_id)


def _with_each(act: Act, rows: Sequence[UserTask], do: Callable[[Act, UserTask], None]) -> tuple[str, ...]:
    for row in rows:
        do(act, row)
        row.revision += 1
        tell_assigned_soon(act, row)
    act.on(",".join(row.id for row in rows))
    return tuple(row.id for row in rows)


def _open_ones(user_task_ids: Sequence[str], *conditions: ColumnElement[bool]) -> Sequence[UserTask]:
    chosen = select(UserTask).where(UserTask.id.in_(user_task_ids), IS_OPEN, *conditions)
    return db.session.scalars(chosen).all()


def _claim(act: Act, row: UserTask) -> None:
    if row.assignee is None:
        row.assignee, row.claimed_at = act.actor.id, act.moment
        involve(row.instance_id, [act.actor.id])


def _release(act: Act, row: UserTask) -> None:
    if row.assignee is None:
        raise Conflict(say("%(name)s is nobody's already.", name=row.name))
    if row.owner is not None:
        row.assignee, row.owner, row.claimed_at = row.owner, None, act.moment
        _tell(act, row, row.assignee, "assigned", say("%(name)s came back to you", name=row.name))
        return
    if not _has_candidates(row):
        raise Conflict(
            say("%(name)s is meant for you alone, so nobody could take it. Delegate it instead.", name=row.name)
        )
    row.assignee, row.claimed_at = None, None


def _has_candidates(row: UserTask) -> bool:
    found = select(Candidate.name).where(Candidate.user_task_id == row.id, Candidate.kind != "excluded").limit(1)
    return db.session.scalar(found) is not None


@command(Permission.WORK)
def delegate(act: Act, user_task_id: str, person_id: str, reason: str) -> None:
    """Have somebody else do it; released, it comes back. Raises NotFound, Conflict, Invalid."""
    row = own_user_task(act.actor, user_task_id)
    _check_person(row, person_id)
    if person_id in act.actor.persons:
        raise _wrong("person_id", say("You have it already. Choose somebody else."))
    row.owner = row.owner or act.actor.id
    _assign(act, row, person_id, reason)
    tell_assigned(act, row)


@command(Permission.WORK)
def delegate_many(act: Act, user_task_ids: Sequence[str], person_id: str, reason: str) -> int:
    """Have somebody else do all of them; returns how many. Raises NotFound, Conflict, Invalid: then none."""
    for user_task_id in user_task_ids:
        row = own_user_task(act.actor, user_task_id)
        _check_person(row, person_id)
        row.owner = row.owner or act.actor.id
        _assign(act, row, person_id, reason)
        tell_assigned_soon(act, row)
    act.on(",".join(user_task_ids), reason=reason, details={"to": person_id})
    return len(user_task_ids)


@command(Permission.SIGN_IN)
def reassign(act: Act, user_task_id: str, person_id: str | None, reason: str) -> None:
    """Decide who does it (None: all candidates), whoever has it now: operators, and leads of a candidate group.

    Raises NotFound, Forbidden, Conflict, Invalid.
    """
    row = open_user_task(act.actor, user_task_id)
    if not (act.actor.may(Permission.MEND) or _leads(act, row)):
        raise Forbidden(say("Only an operator or somebody who leads a group it is offered to may reassign it."))
    holder = row.assignee
    if person_id is None:
        row.assignee, row.claimed_at, row.revision = None, None, row.revision + 1
        act.on(row.id, row.instance_id, reason)
    else:
        _check_person(row, person_id)
        _assign(act, row, person_id, reason)
    row.owner = None
    if row.assignee != holder:
        tell_assigned(act, row)


def _leads(act: Act, row: UserTask) -> bool:
    groups = select(Candidate.name).where(
        Candidate.user_task_id == row.id, Candidate.kind == "group", Candidate.name.in_(act.actor.leads)
    )
    return db.session.scalar(groups.limit(1)) is not None


def _check_person(row: UserTask, person_id: str) -> None:
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        raise _wrong(
            "person_id",
            say("There is nobody called %(person_id)s. Choose a person from the list.", person_id=person_id),
        )
    excluded = db.session.get(Candidate, (row.id, "excluded", person_id))
    if excluded is not None:
        text = say(
            "%(name)s may not do this: another pair of eyes is asked for. Choose somebody else.", name=person.name
        )
        raise _wrong("person_id", text)


def _assign(act: Act, row: UserTask, person_id: str, reason: str) -> None:
    row.assignee, row.claimed_at, row.revision = person_id, act.moment, row.revision + 1
    involve(row.instance_id, [person_id])
    if person_id != act.actor.id:
        text = say("%(name)s asks you to do: %(user_task)s", name=act.actor.name, user_task=row.name)
        _tell(act, row, person_id, "assigned", text)
    act.on(row.id, row.instance_id, reason, {"to": person_id})


@command(Permission.WORK)
def complete(act: Act, user_task_id: str, values: Mapping[str, Any], reason: str | None = None) -> Completed:
    """Submit the form and let the process go on.

    A candidate task that nobody has is claimed on the way. Raises NotFound, Conflict, Invalid with the problems of
    the fields. If the model fails behind it, that is an incident: the submission stays.
    """
    own = own_user_task_locked(act, user_task_id)
    row, instance = own.user_task, own.instance
    variables = accept(instance, row, values, act.actor.id)
    if row.assignee is None and not own.is_involved:
        involve(row.instance_id, [act.actor.id])
    advance(
        act,
        row.instance_id,
        lambda execution: execution.complete_user_task(row.activity, variables, act.actor.id, act.moment),
    )
    if own.has_draft:
        change(_DRAFTS_DONE, {"subject": f"user_task:{row.id}"})
    act.on(row.id, row.instance_id, reason)
    following = next_user_task(act.actor, row.instance_id) if instance.ended_at is None else None
    return Completed(row.instance_id, instance.business_key or row.name, following)


@command(Permission.WORK)
def ask_back(act: Act, user_task_id: str, text: str) -> None:
    """Ask the requester something before going on. Raises NotFound, Conflict, Invalid."""
    row = own_user_task(act.actor, user_task_id)
    if not text.strip():
        raise _wrong("text", say("Write what you want to know."))
    holder = row.assignee
    _claim(act, row)
    if row.assignee != holder:
        tell_assigned(act, row)
    row.question, row.revision = text.strip(), row.revision + 1
    instance = db.session.get_one(ProcessInstance, row.instance_id)
    db.session.add(new_comment(act, row.instance_id, f"Question: {text.strip()}", row.id))
    asked = say("%(name)s asks about %(called)s", name=act.actor.name, called=instance.business_key or row.name)
    _tell(act, row, instance.started_by, "asked", asked, text.strip())
    act.on(row.id, row.instance_id, text)


@command(Permission.COMMENT)
def answer(act: Act, user_task_id: str, text: str) -> None:
    """Answer a question that was asked back. Raises NotFound, Conflict, Invalid."""
    row = open_user_task(act.actor, user_task_id)
    if row.question is None:
        raise Conflict(say("There is no open question here."))
    if not text.strip():
        raise _wrong("text", say("Write your answer."))
    row.question, row.revision = None, row.revision + 1
    comment: Comment = new_comment(act, row.instance_id, f"Answer: {text.strip()}", row.id)
    db.session.add(comment)
    if row.assignee is not None:
        told = say("%(name)s answered about %(user_task)s", name=act.actor.name, user_task=row.name)
        _tell(act, row, row.assignee, "answered", told, text.strip())
    act.on(row.id, row.instance_id, text)


def _tell(act: Act, row: UserTask, person_id: str, kind: str, line: str, words: str = "") -> None:
    link = f"/user-tasks/{row.id}"
    tell([person_id], kind, line, link, act.moment, definition_id=row.definition_id, words=words)


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field)])
