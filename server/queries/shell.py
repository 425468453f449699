"""What the frame of every page says: how much waits for the person, in one statement."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, func, literal, select

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
    return Waiting(*db.session.execute(_statement(actor)).one())


@lru_cache(1024)
def _statement(actor: Actor) -> Select[int, int, int, int]:
    """Built once for an actor: every page asks it."""
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
    return select(user_tasks, requests, notices, incidents if may_see else literal(0))
