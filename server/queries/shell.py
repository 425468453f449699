"""What the frame of every page says: how much waits for the person, in one statement."""

from dataclasses import dataclass

from sqlalchemy import func, literal, select

from server.database import db
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.incident import Incident
from server.records.notice import Notice
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from server.runtime import access


@dataclass(frozen=True)
class Waiting:
    """Counts beside the entries of the menu; `incidents` is 0 for those who may not see operations."""

    user_tasks: int
    requests: int
    notices: int
    incidents: int


def waiting(actor: Actor) -> Waiting:
    """What waits for the actor just now."""
    user_tasks = select(func.count()).where(UserTask.state == "open", access.assigned_to(actor)).scalar_subquery()
    requests = (
        select(func.count())
        .where(ProcessInstance.started_by == actor.id, ProcessInstance.caller_id.is_(None))
        .where(ProcessInstance.state.in_(("active", "suspended")))
        .scalar_subquery()
    )
    notices = select(func.count()).where(Notice.person_id == actor.id, Notice.read_at.is_(None)).scalar_subquery()
    incidents = select(func.count()).select_from(Incident).where(Incident.resolved_at.is_(None)).scalar_subquery()
    may_see = actor.may(Permission.SEE_OPERATIONS)
    return Waiting(
        *db.session.execute(select(user_tasks, requests, notices, incidents if may_see else literal(0))).one()
    )
