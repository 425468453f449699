"""Deadlines of user tasks: one job each, which tells that it is due soon, is overdue, and goes to somebody else.

The job is made with the user task's due date, follows its changes, and goes with it.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select

from server.database import add_rows, change, db, table
from server.records.definition import ProcessDefinition
from server.records.identity import Membership, Person
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.records.user_task import IS_OPEN, Candidate, UserTask
from server.runtime.act import Act
from server.runtime.jobs import new_job
from server.runtime.notice_kinds import NoticeKind
from server.runtime.notice_policies import Rule, rule_of
from server.runtime.notices import tell
from server.sentences import say

KIND = "deadline"
ANEW = "deadlines"
"""The job that sets the deadlines of a process anew, some at a time, because its rule has changed."""
AT_ONCE = 500
MOST_TOLD = 100  # people: of a large group nobody reads what all are told
_JOB = table(Job).c
_GONE = delete(table(Job)).where(
    _JOB.instance_id == bindparam("instance"), _JOB.activity == bindparam("activity_"), _JOB.kind == KIND
)
Place = tuple[str, int]
"""An instance and the activity in it: where a user task stands."""


def add(user_tasks: Iterable[Mapping[str, Any]], process_key: str, moment: datetime) -> None:
    """The jobs of new user tasks (their rows); nothing is asked or written where none is due."""
    due = [row for row in user_tasks if row["due_at"] is not None]
    if due:
        rule = rule_of(process_key)
        add_rows(Job, [job for row in due for job in _jobs(row, rule, moment)])


def remove(places: Sequence[Place]) -> None:
    """They are done, or no longer needed."""
    change(_GONE, [{"instance": instance_id, "activity_": activity} for instance_id, activity in places])


def reset(row: UserTask, moment: datetime) -> None:
    """It is due at another time, or never."""
    remove([(row.instance_id, row.activity)])
    if row.due_at is not None:
        columns = {column.key: getattr(row, column.key) for column in table(UserTask).c}
        add([columns], _process_key(row), moment)


def _jobs(row: Mapping[str, Any], rule: Rule, moment: datetime) -> list[dict[str, Any]]:
    stage = next(iter(_stages(row["due_at"], rule, moment)), None)
    if stage is None:
        return []
    kind, at = stage
    job = new_job(KIND, max(at, moment), moment, {"user_task": row["id"], "stage": kind.value})
    job.update(instance_id=row["instance_id"], activity=row["activity"], element_key=row["element_key"])
    return [job]


def _stages(due: datetime, rule: Rule, moment: datetime) -> list[tuple[NoticeKind, datetime]]:
    """What people are told of and when, in order. Who gets a user task that is due soon need not be told that, too."""
    soon, escalated = _away(due, -rule.due_soon), _away(due, rule.escalate_after)
    stages = [(NoticeKind.DUE_SOON, soon)] if rule.due_soon and soon is not None and soon > moment else []
    stages.append((NoticeKind.OVERDUE, due))
    if rule.escalate_after and escalated is not None:
        stages.append((NoticeKind.ESCALATED, escalated))
    return stages


def _away(moment: datetime, minutes: int) -> datetime | None:
    """So many minutes later, or earlier; None where no calendar has such a moment."""
    try:
        return moment + timedelta(minutes=minutes)
    except OverflowError:
        return None


def pass_stage(act: Act, job: Job) -> bool:
    """The job: tell of the stage that has come, and wait for the next one."""
    payload = json.loads(job.payload)
    row = db.session.get(UserTask, payload["user_task"])
    if row is None or row.state != "open" or row.due_at is None:
        return True
    stage, key = NoticeKind(payload["stage"]), _process_key(row)
    rule = rule_of(key)
    _tell(act, row, stage, rule)
    kinds = list(NoticeKind)
    left = [one for one in _stages(row.due_at, rule, act.moment) if kinds.index(one[0]) > kinds.index(stage)]
    if not left:
        return True
    kind, at = left[0]
    job.payload = json.dumps({"user_task": row.id, "stage": kind.value})
    job.due_at, job.attempts, job.lease_until, job.leased_by = max(at, act.moment), 0, None, None
    return False


def _tell(act: Act, row: UserTask, stage: NoticeKind, rule: Rule) -> None:
    instance = db.session.get_one(ProcessInstance, row.instance_id)
    what = f"{instance.business_key}: {row.name}" if instance.business_key else row.name
    link, definition = f"/user-tasks/{row.id}", row.definition_id
    if stage is NoticeKind.ESCALATED:
        holder = db.session.get(Person, row.assignee) if row.assignee else None
        if holder is not None:
            told = say("%(what)s is overdue, and %(name)s has not done it", what=what, name=holder.name)
        else:
            told = say("%(what)s is overdue, and nobody has done it", what=what)
        persons = _leads(row) | _named(rule.escalate_to)
        tell(_some(persons), stage, told, link, act.moment, definition_id=definition)
        return
    is_soon = stage is NoticeKind.DUE_SOON
    told = say("%(what)s is due soon", what=what) if is_soon else say("%(what)s is overdue", what=what)
    persons = {row.assignee} if row.assignee else _offered(row)
    tell(_some(persons), stage, told, link, act.moment, definition_id=definition)


def _offered(row: UserTask) -> set[str]:
    candidates = db.session.execute(select(Candidate.kind, Candidate.name).where(Candidate.user_task_id == row.id))
    found: dict[str, set[str]] = {"user": set(), "group": set(), "excluded": set()}
    for kind, name in candidates:
        found[kind].add(name)
    members = select(Membership.person_id).where(Membership.group_id.in_(found["group"]))
    return (found["user"] | set(db.session.scalars(members))) - found["excluded"]


def _leads(row: UserTask) -> set[str]:
    """Who leads a group that it is offered to; where it is offered to none, a group of whoever has it."""
    groups = select(Candidate.name).where(Candidate.user_task_id == row.id, Candidate.kind == "group")
    offered = set(db.session.scalars(groups))
    if not offered:
        offered = set(db.session.scalars(select(Membership.group_id).where(Membership.person_id == row.assignee)))
    leads = select(Membership.person_id).where(Membership.group_id.in_(offered), Membership.leads)
    return set(db.session.scalars(leads)) - {row.assignee or ""}


def _named(names: Sequence[str]) -> set[str]:
    users = {name.removeprefix("user:") for name in names if name.startswith("user:")}
    groups = [name.removeprefix("group:") for name in names if name.startswith("group:")]
    return users | set(db.session.scalars(select(Membership.person_id).where(Membership.group_id.in_(groups))))


def _some(persons: Iterable[str]) -> list[str]:
    """Those who are there, and not more than anybody would read of."""
    known = select(Person.id).where(Person.id.in_(tuple(persons)), Person.active).order_by(Person.id)
    return list(db.session.scalars(known.limit(MOST_TOLD)))


def _process_key(row: UserTask) -> str:
    return db.session.scalars(select(ProcessDefinition.key).where(ProcessDefinition.id == row.definition_id)).one()


def set_anew(act: Act, process_key: str) -> None:
    """Have every deadline of the process ("": of every process) follow its rule, which has changed."""
    db.session.execute(insert(Job), [new_job(ANEW, act.moment, act.moment, {"process": process_key, "after": ""})])
    act.ring()


def some_anew(act: Act, job: Job) -> bool:
    """The job: some of them, until none is left."""
    payload = json.loads(job.payload)
    of_process = or_(payload["process"] == "", ProcessDefinition.key == payload["process"])
    found = db.session.scalars(
        select(UserTask)
        .join(ProcessDefinition, ProcessDefinition.id == UserTask.definition_id)
        .where(IS_OPEN, UserTask.due_at > act.moment, UserTask.id > payload["after"], of_process)
        .order_by(UserTask.id)
        .limit(AT_ONCE)
    ).all()
    for row in found:
        reset(row, act.moment)
    if len(found) < AT_ONCE:
        return True
    job.payload = json.dumps({"process": payload["process"], "after": found[-1].id})
    job.due_at, job.attempts, job.lease_until, job.leased_by = act.moment, 0, None, None
    act.ring()
    return False
