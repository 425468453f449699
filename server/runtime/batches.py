"""The rows of a batch: its items, each with its job, and what follows when one of them has ended."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from server.database import add_rows, db, new_id
from server.errors import Conflict, Invalid
from server.expressions import values
from server.records.batch import Batch, BatchItem
from server.records.job import Job
from server.runtime.act import Act
from server.runtime.jobs import new_job
from server.runtime.notices import tell
from server.sentences import say

KIND = "batch_item"
MOST = 10_000


class BatchKind(StrEnum):
    """What is done to each of them."""

    RETRY = "retry"
    SKIP = "skip"
    CANCEL = "cancel"
    SUSPEND = "suspend"
    RESUME = "resume"


@dataclass(frozen=True)
class Begun:
    """A batch that has begun, and how many are in it."""

    id: str
    items: int


@dataclass(frozen=True)
class Subject:
    """An incident or a process instance, and the instance it is of."""

    id: str
    instance_id: str


def begin(
    act: Act,
    kind: BatchKind,
    about: str,
    subjects: Sequence[Subject],
    reason: str,
    variables: Mapping[str, Any] | None = None,
) -> Begun:
    """Write the batch and a job for each of *subjects*. Raises Invalid for none and for too many."""
    if not subjects:
        raise Invalid(say("There is nothing to do: none of them is left."))
    check_number(len(subjects))
    row = Batch(
        id=new_id(),
        kind=kind.value,
        state="running",
        about=about[:500],
        reason=reason,
        variables=json.dumps(values.encode(dict(variables or {})), ensure_ascii=False),
        process_keys=",".join(sorted(act.actor.process_keys)),
        total=len(subjects),
        done=0,
        failed=0,
        begun_at=act.moment,
        begun_by=act.actor.id,
    )
    db.session.add(row)
    db.session.flush()
    jobs = [new_job(KIND, act.moment, act.moment, {"batch": row.id, "number": n}) for n, _ in enumerate(subjects)]
    add_rows(Job, jobs)
    items = zip(jobs, subjects, strict=True)
    add_rows(BatchItem, [_item(row.id, n, job["id"], one) for n, (job, one) in enumerate(items)])
    act.on(row.id, reason=reason, details={"what": kind.value, "items": len(subjects)})
    act.ring()
    return Begun(row.id, len(subjects))


def check_number(number: int) -> None:
    """Raises Invalid for more than one batch takes."""
    if number > MOST:
        raise Invalid(say("These are more than 10,000, which is as many as one batch takes."))


def _item(batch_id: str, number: int, job_id: str, subject: Subject) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "number": number,
        "subject": subject.id,
        "instance_id": subject.instance_id,
        "state": "waiting",
        "job_id": job_id,
        "error": None,
        "ended_at": None,
    }


def locked(batch_id: str, *states: str) -> Batch:
    """The batch, this transaction's until its end. Raises Conflict where it stands otherwise."""
    row = db.session.get(Batch, batch_id, with_for_update=True, populate_existing=True)
    if row is None or row.state not in states:
        raise Conflict(say("This batch has ended already.") if row is not None else say("There is no such batch."))
    return row


def end_item(act: Act, job: Job, error: str | None) -> None:
    """One of them is done, or could not be. The last one ends the batch, and who began it is told."""
    payload = json.loads(job.payload)
    row = db.session.get_one(Batch, payload["batch"], with_for_update=True, populate_existing=True)
    item = db.session.get_one(BatchItem, (row.id, payload["number"]))
    if item.state != "waiting":
        return
    item.state, item.error, item.ended_at = ("failed" if error else "done"), error, act.moment
    row.done, row.failed = row.done + (error is None), row.failed + (error is not None)
    if row.done + row.failed == row.total and row.state != "stopped":
        row.state, row.ended_at = "finished", act.moment
        tell([row.begun_by], "batch", _told(row), f"/operations/batches/{row.id}", act.moment)


def _told(row: Batch) -> str:
    if not row.failed:
        return say("The batch of %(total)s is finished", total=row.total)
    return say("The batch of %(total)s is finished, %(failed)s of them failed", total=row.total, failed=row.failed)


def attempt_failed(act: Act, job: Job, message: str, is_last: bool) -> None:
    """What has no attempts left counts as failed."""
    if job.kind == KIND and is_last:
        end_item(act, job, message)
