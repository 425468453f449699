"""Do one thing to many: retry or skip incidents, cancel, suspend or resume instances, each by a job of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from server.database import db
from server.errors import Forbidden, Invalid, NotFound, Problem
from server.expressions import values
from server.identity.permissions import Permission
from server.records.batch import Batch, BatchItem
from server.records.incident import Incident
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.records.user_task import NEVER
from server.runtime import batches
from server.runtime.access import visible_instances
from server.runtime.act import Act
from server.runtime.batches import BatchKind, Begun, Subject
from server.runtime.causes import Group, is_tried_again, open_incidents
from server.runtime.jobs import own_job
from server.runtime.transaction import command
from server.sentences import say

__all__ = ["BatchKind", "Begun", "Group"]
_OF_INSTANCES = {BatchKind.CANCEL: "Cancel", BatchKind.SUSPEND: "Suspend", BatchKind.RESUME: "Resume"}


@dataclass(frozen=True)
class OpenedItem:
    """What a worker has to do for one item, and in whose name."""

    batch_id: str
    number: int
    kind: BatchKind
    subject: str
    reason: str
    variables: Mapping[str, Any]
    person_id: str
    process_keys: frozenset[str]


@command(Permission.MEND)
def retry(act: Act, group: Group, reason: str, variables: Mapping[str, Any] | None = None) -> Begun:
    """Try again what failed for one cause, after changing *variables* in each instance.

    Left alone are suspended instances and incidents that a batch has already. Raises Invalid, Forbidden.
    """
    if variables and not act.actor.may(Permission.EDIT_VARIABLES):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.EDIT_VARIABLES)))
    return _of_incidents(act, BatchKind.RETRY, group, reason, variables)


@command(Permission.MOVE_TOKENS)
def skip(act: Act, group: Group, reason: str) -> Begun:
    """Leave undone what failed for one cause, and go on behind it. Raises Invalid."""
    return _of_incidents(act, BatchKind.SKIP, group, reason)


def _of_incidents(
    act: Act, kind: BatchKind, group: Group, reason: str, variables: Mapping[str, Any] | None = None
) -> Begun:
    words = _reason(reason)
    wanted = open_incidents(act.actor, group).where(ProcessInstance.state == "active", ~is_tried_again())
    rows = db.session.scalars(wanted.order_by(Incident.raised_at, Incident.id).limit(batches.MOST)).all()
    begun = batches.begin(act, kind, group.cause, [Subject(row.id, row.instance_id) for row in rows], words, variables)
    items = select(BatchItem.job_id).where(BatchItem.batch_id == begun.id, BatchItem.subject == Incident.id)
    taken = select(BatchItem.subject).where(BatchItem.batch_id == begun.id)
    db.session.execute(
        update(Incident)
        .where(Incident.id.in_(taken))
        .values(job_id=items.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
    return begun


@command(Permission.MEND)
def of_instances(act: Act, kind: BatchKind, instance_ids: Sequence[str], about: str, reason: str) -> Begun:
    """Cancel, suspend or resume instances; those that one may not see are left out. Raises Invalid."""
    if kind not in _OF_INSTANCES:
        raise Invalid(
            say("Instances are cancelled, suspended or resumed."), [Problem(say("Choose one."), element="kind")]
        )
    words, state = _reason(reason), ("suspended",) if kind is BatchKind.RESUME else ("active", "suspended")
    batches.check_number(len(instance_ids))
    fitting = ("active",) if kind is BatchKind.SUSPEND else state
    found = db.session.scalars(
        select(ProcessInstance.id)
        .where(ProcessInstance.id.in_(instance_ids), ProcessInstance.state.in_(fitting), visible_instances(act.actor))
        .order_by(ProcessInstance.started_at, ProcessInstance.id)
    )
    return batches.begin(act, kind, about or _OF_INSTANCES[kind], [Subject(one, one) for one in found], words)


@command(Permission.MEND)
def pause(act: Act, batch_id: str) -> None:
    """Nothing more of it is begun until it goes on. Raises NotFound, Conflict."""
    row = _own(act, batch_id, "running")
    row.state = "paused"
    db.session.execute(_jobs_of(row.id).values(due_at=NEVER).execution_options(synchronize_session=False))
    act.on(row.id)


@command(Permission.MEND)
def go_on(act: Act, batch_id: str) -> None:
    """A batch that was paused goes on. Raises NotFound, Conflict."""
    row = _own(act, batch_id, "paused")
    row.state = "running"
    db.session.execute(_jobs_of(row.id).values(due_at=act.moment).execution_options(synchronize_session=False))
    act.on(row.id)
    act.ring()


@command(Permission.MEND)
def stop(act: Act, batch_id: str) -> None:
    """What it has not come to is left as it is, for good. Raises NotFound, Conflict."""
    row = _own(act, batch_id, "running", "paused")
    row.state, row.ended_at = "stopped", act.moment
    waiting = (BatchItem.batch_id == row.id, BatchItem.state == "waiting")
    jobs = select(BatchItem.job_id).where(*waiting)
    free = Job.lease_until.is_(None) | (Job.lease_until <= act.moment)
    db.session.execute(delete(Job).where(Job.id.in_(jobs), free).execution_options(synchronize_session=False))
    left = update(BatchItem).where(*waiting, BatchItem.job_id.not_in(select(Job.id).where(Job.kind == batches.KIND)))
    db.session.execute(left.values(state="left").execution_options(synchronize_session=False))
    act.on(row.id)


def _jobs_of(batch_id: str) -> Any:
    mine = select(BatchItem.job_id).where(BatchItem.batch_id == batch_id, BatchItem.state == "waiting")
    return update(Job).where(Job.id.in_(mine), Job.state == "ready")


def _own(act: Act, batch_id: str, *states: str) -> Batch:
    row = db.session.get(Batch, batch_id)
    if row is None or (act.actor.process_keys and row.begun_by != act.actor.id):
        raise NotFound(say("There is no such batch."))
    return batches.locked(batch_id, *states)


@command(Permission.RUN_JOBS, audited=False)
def open_item(act: Act, job_id: str, attempt: int) -> OpenedItem | None:
    """What the job has to do; None where that is done or left, and so is the job. Raises Conflict when fenced off."""
    job = own_job(job_id, attempt)
    payload = json.loads(job.payload)
    row = db.session.get_one(Batch, payload["batch"])
    item = db.session.get_one(BatchItem, (row.id, payload["number"]))
    if item.state != "waiting" or row.state == "stopped":
        if item.state == "waiting":
            item.state = "left"
        _done(job)
        return None
    return OpenedItem(
        row.id,
        item.number,
        BatchKind(row.kind),
        item.subject,
        row.reason,
        values.decode(json.loads(row.variables)),
        row.begun_by,
        frozenset(key for key in row.process_keys.split(",") if key),
    )


@command(Permission.RUN_JOBS, audited=False)
def settle_item(act: Act, job_id: str, attempt: int, error: str | None) -> None:
    """It is done, or (*error*) was refused. Raises Conflict when the job was fenced off."""
    job = own_job(job_id, attempt)
    batches.end_item(act, job, error)
    _done(job)


def _done(job: Job) -> None:
    db.session.execute(delete(Job).where(Job.id == job.id).execution_options(synchronize_session=False))


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(say("Give a reason: the audit log keeps it."), [Problem(say("Give a reason."), element="reason")])
    return reason.strip()
