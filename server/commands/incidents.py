"""Retry what failed."""

from sqlalchemy import select

from server.database import db
from server.errors import Conflict, NotFound
from server.identity.permissions import Permission
from server.records.incident import Incident
from server.records.job import Job
from server.records.process_instance import ProcessInstance
from server.runtime.access import visible_instances
from server.runtime.act import Act
from server.runtime.finding import visible_instance
from server.runtime.instances import advance
from server.runtime.jobs import new_job, revive
from server.runtime.transaction import command

MOST_AT_ONCE = 1000


@command(Permission.MEND)
def retry(act: Act, incident_id: str, reason: str) -> None:
    """Try again now, from where it failed. Raises NotFound, Conflict."""
    row = db.session.get(Incident, incident_id)
    if row is None:
        raise NotFound("There is no such incident.")
    visible_instance(act.actor, row.instance_id)
    if row.resolved_at is not None:
        raise Conflict("This incident has been resolved already.")
    advance(act, row.instance_id, lambda execution: execution.retry(row.activity, act.moment))
    revive(row.instance_id, row.activity, act.moment)
    act.ring()
    act.on(row.id, row.instance_id, reason)


@command(Permission.MEND)
def retry_cause(act: Act, cause: str, reason: str) -> int:
    """Try again what failed for one cause, each in a transaction of its own by a job; returns how many.

    Left alone are instances that are suspended and incidents that are being tried again already.
    """
    tried = select(Job.id).where(
        Job.instance_id == Incident.instance_id,
        Job.activity == Incident.activity,
        Job.kind == "retry",
        Job.state == "ready",
    )
    rows = db.session.scalars(
        select(Incident)
        .join(ProcessInstance, ProcessInstance.id == Incident.instance_id)
        .where(Incident.cause == cause, Incident.resolved_at.is_(None))
        .where(ProcessInstance.state == "active", ~tried.exists(), visible_instances(act.actor))
        .order_by(Incident.raised_at, Incident.id)
        .limit(MOST_AT_ONCE)
    ).all()
    for row in rows:
        job = new_job("retry", act.moment, act.moment, {"reason": reason})
        job.update(instance_id=row.instance_id, activity=row.activity, element_key=row.element_key)
        db.session.add(Job(**job))
    act.on(cause, reason=reason, details={"incidents": len(rows)})
    act.ring()
    return len(rows)
