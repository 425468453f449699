"""What the frame of every page says: how much waits for the person, in one statement."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import Select, literal, or_, select

from server.database import count_up_to, rows
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.incident import Incident
from server.records.notice import Notice
from server.records.process_instance import ProcessInstance
from server.records.user_task import IS_OPEN, UserTask
from server.runtime import access

MOST = 1000


@dataclass(frozen=True)
class Waiting:
    """Counts beside the menu, each at most `MOST`; `incidents` is 0 for those who may not see operations."""

    user_tasks: int
    requests: int
    notices: int
    incidents: int


def waiting(actor: Actor) -> Waiting:
    """What waits for the actor just now."""
    return Waiting(*rows(_statement(actor)).one())


@lru_cache(access.REMEMBERED)
def _statement(actor: Actor) -> Select[int, int, int, int]:
    """Built once for an actor: every page asks it."""
    user_tasks = select(UserTask.id).where(IS_OPEN, access.assigned_to(actor))
    goes_on = or_(ProcessInstance.state == "active", ProcessInstance.state == "suspended")
    requests = select(ProcessInstance.id).where(ProcessInstance.started_by == actor.id, goes_on)
    requests = requests.where(ProcessInstance.caller_id.is_(None))
    notices = select(Notice.id).where(Notice.person_id == actor.id, Notice.read_at.is_(None), Notice.shown)
    incidents = count_up_to(MOST, select(Incident.id).where(Incident.resolved_at.is_(None)))
    may_see = actor.may(Permission.SEE_OPERATIONS) and not actor.process_keys
    return select(
        count_up_to(MOST, user_tasks),
        count_up_to(MOST, requests),
        count_up_to(MOST, notices),
        incidents if may_see else literal(0),
    )
