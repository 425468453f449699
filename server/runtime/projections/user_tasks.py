"""Work for people: the rows behind the inbox."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, update

from server.database import add_rows, change, new_id, rows, table
from server.engine.facts import ActivityCancelled, ActivityCompleted, Fact, UserTaskCompleted, UserTaskCreated
from server.identity.groups import group_key
from server.records.user_task import IS_OPEN, NEVER, Candidate, UserTask
from server.runtime import deadlines
from server.runtime.step import Step

TAKES = (UserTaskCreated, UserTaskCompleted, ActivityCompleted, ActivityCancelled)
_rows = table(UserTask).c
_END = (
    update(table(UserTask))
    .where(
        _rows.instance_id == bindparam("instance"),
        _rows.activity == bindparam("activity_"),
        IS_OPEN,
    )
    .values(
        state=bindparam("state"),
        ended_at=bindparam("ended_at"),
        ended_by=bindparam("ended_by"),
        assignee=func.coalesce(bindparam("holder"), _rows.assignee),
        revision=_rows.revision + 1,
    )
)
_END_ONE = _END.returning(_rows.due_at)


def take(step: Step, facts: Sequence[Fact]) -> None:
    created = {fact.activity: fact for fact in facts if isinstance(fact, UserTaskCreated)}
    cancelled = [f.activity for f in facts if isinstance(f, ActivityCancelled) and f.activity not in created]
    ended_at_once = {f.activity for f in facts if isinstance(f, ActivityCancelled | ActivityCompleted)}
    added = [_row(step, fact) for fact in created.values() if fact.activity not in ended_at_once]
    add_rows(UserTask, added)
    add_rows(Candidate, [c for row in added for c in _candidates(row["id"], created[row["activity"]])])
    deadlines.add(added, step.process.key, step.moment)
    for fact in facts:
        if isinstance(fact, UserTaskCompleted):
            _end(step, [fact.activity], "completed", fact.person)
    if cancelled and _has_user_tasks(step):
        _end(step, cancelled, "cancelled", step.actor)


def _end(step: Step, activities: Sequence[int], state: str, person: str | None) -> None:
    given = {
        "instance": step.instance.id,
        "state": state,
        "ended_at": step.moment,
        "ended_by": person,
        "holder": person if state == "completed" else None,
    }
    if len(activities) > 1:
        change(_END, [given | {"activity_": activity} for activity in activities])
        deadlines.remove([(step.instance.id, activity) for activity in activities])
        return
    # One statement less where nothing was due, which is most often.
    was_due = rows(_END_ONE, given | {"activity_": activities[0]}).scalar()
    if was_due is not None:
        deadlines.remove([(step.instance.id, activities[0])])


def _has_user_tasks(step: Step) -> bool:
    """Only user tasks need the statement: an instance without any is spared it."""
    return any(element.kind == "userTask" for element in step.process.elements())


def _row(step: Step, fact: UserTaskCreated) -> dict[str, Any]:
    return {
        "id": new_id(),
        "instance_id": step.instance.id,
        "activity": fact.activity,
        "definition_id": step.instance.definition_id,
        "element_key": fact.element,
        "name": fact.name,
        "state": "open",
        "assignee": fact.assignee,
        "owner": None,
        "claimed_at": step.moment if fact.assignee else None,
        "created_at": step.moment,
        "due_at": fact.due,
        "ranked_at": fact.due or NEVER,
        "follow_up_at": fact.follow_up,
        "priority": fact.priority,
        "rank": -fact.priority,
        "ended_at": None,
        "ended_by": None,
        "question": None,
        "revision": 1,
    }


def _candidates(user_task_id: str, fact: UserTaskCreated) -> list[dict[str, str]]:
    named = [("user", name) for name in fact.candidate_users]
    named += [("group", group_key(name)) for name in fact.candidate_groups]
    named += [("excluded", name) for name in fact.excluded_users]
    return [{"user_task_id": user_task_id, "kind": kind, "name": name} for kind, name in dict.fromkeys(named)]
