"""Claim jobs, run them, settle them; bring them forward or put them off.

Attempts are counted when a job is claimed, so a crash counts; whoever settles names the attempt, so that a worker
which slept past its lease is refused (fencing). A step inside the database keeps its row locked until it ends: its
lease only has to last until it begins, and what a worker that was killed had begun is soon done by another.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, select, update

from server import clock
from server.database import change, db, table, try_lock
from server.errors import Conflict, NotFound
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.runtime import batches, sendings, subscribers
from server.runtime.access import definition_in_scope
from server.runtime.act import Act
from server.runtime.counters import LATE_RESULTS, raised
from server.runtime.due_jobs import But, due, one
from server.runtime.instances import advance, lock_instance_of
from server.runtime.job_steps import MOVING, STEPS
from server.runtime.jobs import own_job
from server.runtime.transaction import command
from server.sentences import say

_HINTING = "hints at jobs"
STEP_LEASE = 3  # seconds
STEP_INCIDENTS = ("timer", "continuation", "assignment", "call_return")  # steps of an activity that waits for them
_LONG_STEP = 0.5  # seconds: after a longer one the lease of what would be taken up with it might be over
_JOB = table(Job).c
_TAKE = (
    update(table(Job))
    .where(_JOB.id == bindparam("job"))
    .values(attempts=bindparam("attempt"), leased_by=bindparam("worker"), lease_until=bindparam("until"))
)
_REMOVE = delete(table(Job)).where(_JOB.id == bindparam("job"))
_RENEW = update(table(Job)).where(_JOB.id == bindparam("job")).values(lease_until=bindparam("until"))


@dataclass(frozen=True)
class ClaimedJob:
    """A job that this worker has until its lease ends."""

    id: str
    kind: str
    instance_id: str | None
    definition_id: str | None
    activity: int | None
    number: int | None
    element_key: str | None
    payload: Mapping[str, Any]
    attempt: int
    attempts_allowed: int
    retry_cycle: str | None


@dataclass(frozen=True)
class Hint:
    """What a dispatcher is told: this job is due."""

    job_id: str
    priority: int


@dataclass(frozen=True)
class Claim:
    """The jobs that a worker has taken; `left_some`: more are due."""

    jobs: tuple[ClaimedJob, ...]
    left_some: bool


NOTHING = Claim((), False)


@dataclass(frozen=True)
class Wish:
    """What a worker wants to take up: at most *limit* jobs, each for *lease* seconds."""

    worker: str
    limit: int
    lease: int


@command(Permission.RUN_JOBS, audited=False)
def claim(act: Act, worker: str, limit: int, lease_seconds: int) -> Claim:
    """Take the jobs that are due, the most urgent and then the oldest first, at most *limit*.

    Those of suspended instances and definitions wait.
    """
    return _take(act, Wish(worker, limit, lease_seconds))


@command(Permission.RUN_JOBS, audited=False)
def claim_one(act: Act, worker: str, job_id: str, lease_seconds: int) -> Claim:
    """Take this job, unless it is done, not due (any more), suspended, blocked or somebody else's."""
    return _taken(act, Wish(worker, 1, lease_seconds), one(act.moment, job_id))


@command(Permission.RUN_JOBS, audited=False)
def hint(act: Act, most: int, is_hinted: But, write: Callable[[Sequence[Hint]], None]) -> int | None:
    """Have a dispatcher *write* down, in this transaction, which jobs are due next: at most *most*, without those of
    which it is written already. Returns how many; None: another worker does so just now, and nothing is written twice.
    """
    if not try_lock(_HINTING):
        return None
    found = due(act.moment, most, is_hinted)
    if found:
        write([Hint(row.id, row.priority) for row in found])
    return len(found)


def _take(act: Act, wish: Wish) -> Claim:
    return _taken(act, wish, due(act.moment, wish.limit + 1))


def _taken(act: Act, wish: Wish, found: Sequence[Row[*tuple[Any, ...]]]) -> Claim:
    for row in found[: wish.limit]:
        lease = timedelta(seconds=min(wish.lease, STEP_LEASE) if row.kind in STEPS else wish.lease)
        taken = {"attempt": row.attempts + 1, "worker": wish.worker, "until": act.moment + lease}
        change(_TAKE, {"job": row.id, **taken})
    return Claim(tuple(_claimed(row) for row in found[: wish.limit]), len(found) > wish.limit)


@command(Permission.RUN_JOBS, audited=False)
def renew(act: Act, held: Sequence[tuple[str, int]], lease_seconds: int) -> None:
    """Keep the jobs, as (id, attempt), a while longer: they are still being worked on. Those fenced off stay so."""
    until = act.moment + timedelta(seconds=lease_seconds)
    for job_id, attempt in sorted(held):
        own = (Job.id == job_id, Job.attempts == attempt, Job.state == "ready", Job.lease_until > act.moment)
        # What is just being settled is locked: to wait for that would let the leases of the others end.
        free = db.session.scalar(select(Job.id).where(*own).with_for_update(skip_locked=True))
        if free is not None:
            change(_RENEW, {"job": job_id, "until": until})


def _claimed(row: Row[*tuple[Any, ...]]) -> ClaimedJob:
    """As it is once it has been taken."""
    return ClaimedJob(
        row.id,
        row.kind,
        row.instance_id,
        row.definition_id,
        row.activity,
        row.number,
        row.element_key,
        json.loads(row.payload),
        row.attempts + 1,
        row.attempts_allowed,
        row.retry_cycle,
    )


@command(Permission.RUN_JOBS, audited=False)
def run(act: Act, job_id: str, attempt: int, then: Wish | None = None) -> Claim:
    """Do a job that is a step inside the database, be done with it, and *then* take up what comes next, in the same
    transaction: half the commits of a worker that has much to do. Raises Conflict when it was fenced off."""
    lock_instance_of(act, job_id, MOVING)
    row = own_job(job_id, attempt)
    try:
        done = STEPS[row.kind](act, row)
    except (Conflict, NotFound):
        if row.kind != "message" and not _waits(row):
            done = True  # what it was meant for has moved on: nothing is left to do
        else:
            raise
    if done:
        change(_REMOVE, {"job": job_id})
    if then is None or (clock.now() - act.moment).total_seconds() > _LONG_STEP:
        return NOTHING
    db.session.flush()
    return _take(act, then)


def _waits(row: Job) -> bool:
    """Whether the instance may want the job later: it has not ended."""
    if row.instance_id is None:
        return False
    return db.session.scalar(select(ProcessInstance.state).where(ProcessInstance.id == row.instance_id)) == "suspended"


@command(Permission.RUN_JOBS, audited=False)
def settle_connector(act: Act, job_id: str, attempt: int, answer: Mapping[str, Any]) -> None:
    """The outside work is done: the process goes on with the answer. Raises Conflict when it was fenced off."""
    row = _own_connector(act, job_id, attempt)
    activity = _activity(row)
    _settle(act, row, lambda e: e.complete_connector(activity, answer, act.moment))


@command(Permission.RUN_JOBS, audited=False)
def settle_agent(act: Act, job_id: str, attempt: int, answer: Mapping[str, Any]) -> None:
    """An agent, who gives this command, has answered. Raises Conflict when it was fenced off."""
    row = _own_connector(act, job_id, attempt)
    activity = _activity(row)
    _settle(act, row, lambda e: e.answer_of_agent(activity, answer, act.moment))


@command(Permission.RUN_JOBS, audited=False)
def settle_error(act: Act, job_id: str, attempt: int, code: str, message: str, variables: Mapping[str, Any]) -> None:
    """The outside work ended in a business error. Raises Conflict when it was fenced off."""
    row = _own_connector(act, job_id, attempt)
    activity = _activity(row)
    _settle(act, row, lambda e: e.throw_error(activity, code, message, variables, act.moment))


def _own_connector(act: Act, job_id: str, attempt: int) -> Job:
    lock_instance_of(act, job_id, ["connector"])
    return own_job(job_id, attempt)


def _settle(act: Act, row: Job, move: Any) -> None:
    assert row.instance_id is not None, "a connector is called by an instance"
    advance(act, row.instance_id, move, suspended=True)
    db.session.execute(delete(Job).where(Job.id == row.id).execution_options(synchronize_session=False))


@command(Permission.RUN_JOBS, audited=False)
def fail(act: Act, job_id: str, attempt: int, message: str, retry_at: datetime | None) -> None:
    """An attempt went wrong: try again at *retry_at*; None: attempts are used up, and somebody must look."""
    if retry_at is None:
        lock_instance_of(act, job_id, ["connector", *STEP_INCIDENTS])
    row = own_job(job_id, attempt)
    row.error = message[:2000]
    row.lease_until = row.leased_by = None
    row.due_at, row.state = (retry_at, "ready") if retry_at is not None else (row.due_at, "dead")
    sendings.attempt_failed(row, message, is_last=retry_at is None)
    batches.attempt_failed(act, row, message, is_last=retry_at is None)
    if row.kind == subscribers.KIND:
        subscribers.failed(row, message, retry_at is None, act.moment)
    if retry_at is not None:
        return
    if row.instance_id is None or row.activity is None:
        return
    if row.kind == "connector":
        activity = row.activity
        advance(act, row.instance_id, lambda e: e.fail_connector(activity, message, act.moment), suspended=True)
        # The model or an incident has it from here on: retrying that calls the connector anew.
        db.session.execute(delete(Job).where(Job.id == row.id).execution_options(synchronize_session=False))
    elif row.kind in STEP_INCIDENTS:
        activity = row.activity
        advance(act, row.instance_id, lambda e: e.raise_incident(activity, "job", message, act.moment), suspended=True)


@command(Permission.RUN_JOBS, audited=False)
def bury(act: Act, job_id: str, attempt: int, message: str) -> None:
    """Have a job done no more, and touch nothing else: not even its incident could be told. It stays in the list of
    jobs. Raises Conflict when it was fenced off."""
    row = own_job(job_id, attempt)
    row.state, row.error, row.lease_until, row.leased_by = "dead", message[:2000], None, None


@command(Permission.RUN_JOBS, audited=False)
def count_late_result(act: Act) -> None:
    """A worker that slept past its lease brought a result, which was refused: monitors want to know how often."""
    raised(LATE_RESULTS)


@command(Permission.RUN_JOBS, audited=False)
def repeat(act: Act, job_id: str, attempt: int, due_at: datetime) -> None:
    """It is done for now, and is to be done again. Raises Conflict when it was fenced off."""
    row = own_job(job_id, attempt)
    row.due_at, row.attempts, row.lease_until, row.leased_by, row.error = due_at, 0, None, None, None


def _activity(row: Job) -> int:
    assert row.activity is not None, "this kind of job belongs to an activity"
    return row.activity


@command(Permission.MEND)
def fire_now(act: Act, job_id: str, reason: str) -> None:
    """Have a job done now, also one whose attempts are used up. Raises NotFound."""
    row = _any(act, job_id)
    row.due_at, row.state, row.lease_until = act.moment, "ready", None
    row.attempts_allowed = max(row.attempts_allowed, row.attempts + 1)
    act.on(row.id, row.instance_id, reason, {"kind": row.kind})
    act.ring()


@command(Permission.MEND)
def postpone(act: Act, job_id: str, due_at: datetime, reason: str) -> None:
    """Have a job done at another time. Raises NotFound."""
    row = _any(act, job_id)
    row.due_at = due_at
    act.on(row.id, row.instance_id, reason, {"kind": row.kind, "due": due_at.isoformat()})
    act.ring()


def _any(act: Act, job_id: str) -> Job:
    row = db.session.get(Job, job_id)
    if row is None or not _in_scope(act, row):
        raise NotFound(say("There is no such job; it may be done already."))
    return row


def _in_scope(act: Act, row: Job) -> bool:
    if not act.actor.process_keys:
        return True
    definition_id = select(ProcessInstance.definition_id).where(ProcessInstance.id == row.instance_id).scalar_subquery()
    found = select(ProcessDefinition.id).where(ProcessDefinition.id == func.coalesce(definition_id, row.definition_id))
    return db.session.scalar(found.where(definition_in_scope(act.actor))) is not None
