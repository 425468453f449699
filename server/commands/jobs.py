"""Claim jobs, run them, settle them; bring them forward or put them off.

Attempts are counted when a job is claimed, so a crash counts; whoever settles names the attempt, so that a worker
which slept past its lease is refused (fencing).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, or_, select, update

from server.database import change, db, rows, table
from server.errors import Conflict, NotFound
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.job import IS_READY, Job
from server.records.process_instance import ProcessInstance
from server.runtime import batches, sendings
from server.runtime.access import definition_in_scope
from server.runtime.act import Act
from server.runtime.instances import advance
from server.runtime.job_steps import STEPS
from server.runtime.jobs import goes_on, own_job
from server.runtime.transaction import command

_JOB = table(Job).c
_DUE = (
    select(
        _JOB.id,
        _JOB.kind,
        _JOB.instance_id,
        _JOB.definition_id,
        _JOB.activity,
        _JOB.number,
        _JOB.element_key,
        _JOB.payload,
        _JOB.attempts,
        _JOB.attempts_allowed,
        _JOB.retry_cycle,
    )
    .outerjoin(table(ProcessInstance), ProcessInstance.id == _JOB.instance_id)
    .where(
        IS_READY,
        _JOB.due_at <= bindparam("moment"),
        or_(_JOB.lease_until.is_(None), _JOB.lease_until <= bindparam("moment")),
        goes_on(),
    )
    .order_by(_JOB.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=table(Job))
)
_TAKE = (
    update(table(Job))
    .where(_JOB.id == bindparam("job"))
    .values(attempts=bindparam("attempt"), leased_by=bindparam("worker"), lease_until=bindparam("until"))
)


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
class Claim:
    """The jobs that a worker has taken; `left_some`: more are due."""

    jobs: tuple[ClaimedJob, ...]
    left_some: bool


@command(Permission.RUN_JOBS, audited=False)
def claim(act: Act, worker: str, limit: int, lease_seconds: int) -> Claim:
    """Take the jobs that are due, oldest first, at most *limit*; those of suspended instances and definitions wait."""
    found = rows(_DUE, {"moment": act.moment, "most": limit + 1}).all()
    for row in found[:limit]:
        lease = {"attempt": row.attempts + 1, "worker": worker, "until": act.moment + timedelta(seconds=lease_seconds)}
        change(_TAKE, {"job": row.id, **lease})
    return Claim(tuple(_claimed(row) for row in found[:limit]), len(found) > limit)


@command(Permission.RUN_JOBS, audited=False)
def renew(act: Act, held: Sequence[tuple[str, int]], lease_seconds: int) -> None:
    """Keep the jobs, as (id, attempt), a while longer: they are still being worked on. Those fenced off stay so."""
    until = act.moment + timedelta(seconds=lease_seconds)
    for job_id, attempt in sorted(held):
        own = (Job.id == job_id, Job.attempts == attempt, Job.state == "ready", Job.lease_until > act.moment)
        db.session.execute(update(Job).where(*own).values(lease_until=until))


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
def run(act: Act, job_id: str, attempt: int) -> None:
    """Do a job that is a step inside the database, and be done with it. Raises Conflict when it was fenced off."""
    row = own_job(job_id, attempt)
    try:
        done = STEPS[row.kind](act, row)
    except (Conflict, NotFound):
        if row.kind != "message" and not _waits(row):
            done = True  # what it was meant for has moved on: nothing is left to do
        else:
            raise
    if done:
        db.session.execute(delete(Job).where(Job.id == job_id).execution_options(synchronize_session=False))


def _waits(row: Job) -> bool:
    """Whether the instance may want the job later: it has not ended."""
    if row.instance_id is None:
        return False
    return db.session.scalar(select(ProcessInstance.state).where(ProcessInstance.id == row.instance_id)) == "suspended"


@command(Permission.RUN_JOBS, audited=False)
def settle_connector(act: Act, job_id: str, attempt: int, answer: Mapping[str, Any]) -> None:
    """The outside work is done: the process goes on with the answer. Raises Conflict when it was fenced off."""
    row = own_job(job_id, attempt)
    activity = _activity(row)
    _settle(act, row, lambda e: e.complete_connector(activity, answer, act.moment))


@command(Permission.RUN_JOBS, audited=False)
def settle_agent(act: Act, job_id: str, attempt: int, answer: Mapping[str, Any]) -> None:
    """An agent, who gives this command, has answered. Raises Conflict when it was fenced off."""
    row = own_job(job_id, attempt)
    activity = _activity(row)
    _settle(act, row, lambda e: e.answer_of_agent(activity, answer, act.moment))


@command(Permission.RUN_JOBS, audited=False)
def settle_error(act: Act, job_id: str, attempt: int, code: str, message: str, variables: Mapping[str, Any]) -> None:
    """The outside work ended in a business error. Raises Conflict when it was fenced off."""
    row = own_job(job_id, attempt)
    activity = _activity(row)
    _settle(act, row, lambda e: e.throw_error(activity, code, message, variables, act.moment))


def _settle(act: Act, row: Job, move: Any) -> None:
    assert row.instance_id is not None, "a connector is called by an instance"
    advance(act, row.instance_id, move, suspended=True)
    db.session.execute(delete(Job).where(Job.id == row.id).execution_options(synchronize_session=False))


@command(Permission.RUN_JOBS, audited=False)
def fail(act: Act, job_id: str, attempt: int, message: str, retry_at: datetime | None) -> None:
    """An attempt went wrong: try again at *retry_at*; None: attempts are used up, and somebody must look."""
    row = own_job(job_id, attempt)
    row.error = message[:2000]
    row.lease_until = row.leased_by = None
    sendings.attempt_failed(row, message, is_last=retry_at is None)
    batches.attempt_failed(act, row, message, is_last=retry_at is None)
    if retry_at is not None:
        row.due_at = retry_at
        return
    row.state = "dead"
    if row.kind == "connector" and row.instance_id is not None:
        activity = _activity(row)
        advance(
            act,
            row.instance_id,
            lambda e: e.fail_connector(activity, message, act.moment),
            suspended=True,
        )
        # The model or an incident has it from here on: retrying that calls the connector anew.
        db.session.execute(delete(Job).where(Job.id == row.id).execution_options(synchronize_session=False))


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
def postpone(act: Act, job_id: str, due: datetime, reason: str) -> None:
    """Have a job done at another time. Raises NotFound."""
    row = _any(act, job_id)
    row.due_at = due
    act.on(row.id, row.instance_id, reason, {"kind": row.kind, "due": due.isoformat()})
    act.ring()


def _any(act: Act, job_id: str) -> Job:
    row = db.session.get(Job, job_id)
    if row is None or not _in_scope(act, row):
        raise NotFound("There is no such job; it may be done already.")
    return row


def _in_scope(act: Act, row: Job) -> bool:
    if not act.actor.process_keys:
        return True
    definition_id = select(ProcessInstance.definition_id).where(ProcessInstance.id == row.instance_id).scalar_subquery()
    found = select(ProcessDefinition.id).where(ProcessDefinition.id == func.coalesce(definition_id, row.definition_id))
    return db.session.scalar(found.where(definition_in_scope(act.actor))) is not None
