"""What a monitor asks: whether the database answers with the right schema, and how much there is of everything."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError

from server import clock, database
from server.database import db
from server.errors import Unavailable
from server.records.definition import Counter
from server.records.incident import Incident
from server.records.job import IS_READY, Job
from server.records.process_instance import ProcessInstance
from server.records.user_task import IS_OPEN, UserTask
from server.records.waiting_message import WaitingMessage
from server.runtime.counters import LATE_RESULTS

LIVING = ("active", "suspended")


@dataclass(frozen=True)
class Figures:
    """How much there is now; `lag` is for how many seconds the oldest job that is due has waited."""

    instances: Mapping[str, int]  # living ones, by state
    open_user_tasks: int
    open_incidents: int
    waiting_messages: int
    jobs: Mapping[str, int]  # by state: ready, due, dead
    lag: float
    late_results: int  # of jobs, refused since ever


def trouble() -> str:
    """Why nothing can be asked of the database just now, in one sentence; "" when it can."""
    try:
        if database.needs_upgrade():
            return "The database has an older schema than this server. Run: procession upgrade"
    except Unavailable as error:
        return error.message
    except DBAPIError as error:
        db.session.rollback()
        return database.trouble(error) or "The database cannot be asked."
    return ""


def figures() -> Figures:
    """Counted for nobody in particular: numbers only, which no one can be recognised by."""
    now = clock.now()
    states = select(ProcessInstance.state, func.count()).where(ProcessInstance.state.in_(LIVING))
    found = {row[0]: row[1] for row in db.session.execute(states.group_by(ProcessInstance.state))}
    due = select(Job.id).where(IS_READY, Job.due_at <= now)
    oldest = db.session.scalar(
        select(func.min(Job.due_at)).where(IS_READY, Job.due_at <= now, Job.lease_until.is_(None))
    )
    return Figures(
        instances={state: found.get(state, 0) for state in LIVING},
        open_user_tasks=_count(select(UserTask.id).where(IS_OPEN)),
        open_incidents=_count(select(Incident.id).where(Incident.resolved_at.is_(None))),
        waiting_messages=_count(select(WaitingMessage.id).where(WaitingMessage.expires_at > now)),
        jobs={
            "ready": _count(select(Job.id).where(IS_READY)),
            "due": _count(due),
            "dead": _count(select(Job.id).where(Job.state == "dead")),
        },
        late_results=db.session.scalar(select(Counter.value).where(Counter.name == LATE_RESULTS)) or 0,
        lag=(now - oldest).total_seconds() if oldest is not None else 0.0,
    )


def _count(found: Select[str]) -> int:
    return db.session.scalar(select(func.count()).select_from(found.subquery())) or 0
