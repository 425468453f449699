"""What a proof looks at when all is over: how instances stand, how often each element was visited, what went wrong."""

from collections import Counter

from sqlalchemy import func, select

from server.database import db
from server.records.activity_instance import ActivityInstance
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask


def states() -> Counter[str]:
    """How many process instances are in each state."""
    db.session.rollback()
    found = Counter(db.session.scalars(select(ProcessInstance.state)))
    db.session.rollback()
    return found


def most_visits() -> int:
    """The most often that any instance came to any one of its elements."""
    db.session.rollback()
    places = (ActivityInstance.instance_id, ActivityInstance.element_key)
    counted = select(func.count().label("visits")).select_from(ActivityInstance).group_by(*places).subquery()
    return db.session.scalar(select(func.max(counted.c.visits))) or 0


def incidents() -> Counter[tuple[str, str]]:
    """Open incidents by kind and element."""
    db.session.rollback()
    found = select(Incident.kind, Incident.element_key).where(Incident.resolved_at.is_(None))
    return Counter((kind, element) for kind, element in db.session.execute(found))


def open_user_tasks() -> list[str]:
    db.session.rollback()
    found = list(db.session.scalars(select(UserTask.id).where(UserTask.state == "open").order_by(UserTask.id)))
    db.session.rollback()
    return found
