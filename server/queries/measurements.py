"""How much has happened between two moments, counted from what the database keeps."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from server.database import db
from server.errors import Forbidden
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.activity_instance import ActivityInstance
from server.records.process_instance import ProcessInstance
from server.runtime.access import visible_instances
from server.sentences import say


class Measure(StrEnum):
    """What is counted."""

    INSTANCES_STARTED = "instances started"  # those that no other instance has called
    ACTIVITIES_STARTED = "activities started"
    ACTIVITIES_ENDED = "activities ended"


_MOMENTS: Mapping[Measure, Any] = {
    Measure.INSTANCES_STARTED: ProcessInstance.started_at,
    Measure.ACTIVITIES_STARTED: ActivityInstance.started_at,
    Measure.ACTIVITIES_ENDED: ActivityInstance.ended_at,
}


def measured(actor: Actor, measure: Measure, since: datetime | None, before: datetime | None) -> int:
    """In instances that the actor may see; what has been forgotten is not counted. Raises Forbidden."""
    if not actor.may(Permission.SEE_OPERATIONS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEE_OPERATIONS)))
    moment = _MOMENTS[measure]
    counted = select(func.count(moment)).select_from(ProcessInstance).where(visible_instances(actor))
    if measure is Measure.INSTANCES_STARTED:
        counted = counted.where(ProcessInstance.caller_id.is_(None))
    else:
        counted = counted.join(ActivityInstance, ActivityInstance.instance_id == ProcessInstance.id)
    if since is not None:
        counted = counted.where(moment >= since)
    if before is not None:
        counted = counted.where(moment < before)
    return db.session.scalar(counted) or 0
