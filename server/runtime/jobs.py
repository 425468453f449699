"""The row of a new job: when, how often, with what; which jobs may be done, and which are tried anew."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.orm import aliased

from server.database import db, new_id
from server.errors import Conflict
from server.records.definition import ProcessDefinition
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.sentences import say

ATTEMPTS = 3


_OWN = select(Job).where(Job.id == bindparam("job")).with_for_update()


def own_job(job_id: str, attempt: int) -> Job:
    """The job, if this is still the attempt that counts. Raises Conflict for a worker that was fenced off."""
    row = db.session.scalar(_OWN, {"job": job_id})
    if row is None or row.attempts != attempt or row.state != "ready":
        raise Conflict(say("This job was given to another worker, or is done already."))
    return row


def attempts_allowed(retry_cycle: str | None) -> int:
    """How often a job is tried: the R of R3/PT10M, the entries of a list PT1M,PT10M plus the first try, else three."""
    if retry_cycle is None:
        return ATTEMPTS
    repeats = re.match(r"R(\d+)/", retry_cycle.strip())
    return int(repeats[1]) if repeats else 1 + len(retry_cycle.split(","))


def new_job(
    kind: str, due: datetime, moment: datetime, payload: Mapping[str, Any], retry_cycle: str | None = None
) -> dict[str, Any]:
    """All columns of a job row; the caller fills in what it belongs to."""
    return {
        "id": new_id(),
        "kind": kind,
        "instance_id": None,
        "definition_id": None,
        "activity": None,
        "number": None,
        "element_key": None,
        "payload": json.dumps(payload, separators=(",", ":"), ensure_ascii=False),
        "state": "ready",
        "priority": 0,
        "exclusive": False,
        "due_at": due,
        "created_at": moment,
        "attempts": 0,
        "attempts_allowed": attempts_allowed(retry_cycle),
        "retry_cycle": retry_cycle,
        "lease_until": None,
        "leased_by": None,
        "error": None,
    }


def goes_on() -> ColumnElement[bool]:
    """The condition on `Job`, joined to the instance that it may have: nobody has suspended what it belongs to."""
    definition = aliased(ProcessDefinition)  # whoever asks may have joined the plain one
    suspended = select(definition.id).where(definition.suspended)
    return and_(
        or_(Job.instance_id.is_(None), ProcessInstance.state != "suspended"),
        or_(Job.definition_id.is_(None), Job.definition_id.not_in(suspended)),
    )


def revive(instance_id: str, activity: int, moment: datetime) -> None:
    """Have the jobs of an activity whose attempts are used up tried once more, as if they were new."""
    given = {"state": "ready", "attempts": 0, "due_at": moment, "lease_until": None, "leased_by": None}
    dead = (Job.instance_id == instance_id, Job.activity == activity, Job.state == "dead")
    db.session.execute(update(Job).where(*dead).values(given).execution_options(synchronize_session=False))
