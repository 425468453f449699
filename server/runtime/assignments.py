"""Tells the process that somebody has got one of its user tasks, where the model listens to that."""

from server.database import db
from server.engine.elements.user_task import ASSIGNING
from server.records.job import Job
from server.records.user_task import UserTask
from server.runtime.act import Act
from server.runtime.definitions import deployed
from server.runtime.instances import advance
from server.runtime.jobs import new_job


def tell_assigned(act: Act, row: UserTask) -> None:
    """Run what listens, in this very step. Raises Conflict when the instance is suspended or has moved on."""
    if _listens(row):
        advance(
            act, row.instance_id, lambda e: e.assign_user_task(row.activity, row.assignee, act.actor.id, act.moment)
        )


def tell_assigned_soon(act: Act, row: UserTask) -> None:
    """Leave that to a job: who gives a command about several user tasks does not lock all of their instances."""
    if _listens(row):
        job = new_job("assignment", act.moment, act.moment, {"assignee": row.assignee, "person": act.actor.id})
        job.update(instance_id=row.instance_id, activity=row.activity, element_key=row.element_key)
        db.session.add(Job(**job))
        act.ring()


def _listens(row: UserTask) -> bool:
    element = deployed(row.definition_id).process.element(row.element_key)
    return element is not None and any(listener.event in ASSIGNING for listener in element.listeners)
