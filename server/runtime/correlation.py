"""Who receives a message or a signal, over all instances and definitions.

A message reaches one receiver: an instance that waits for the name with this correlation key (its own key, or the
business key), else the latest version of a process that a message of this name starts. A signal reaches everybody.
"""

from dataclasses import dataclass

from sqlalchemy import or_, select

from server.database import db
from server.records.process_instance import ProcessInstance
from server.records.subscription import Subscription


@dataclass(frozen=True)
class Receiver:
    """Either an activity of an instance, or the start event of a definition."""

    instance_id: str | None
    activity: int | None
    number: int | None
    definition_id: str | None
    element_key: str


def receiver_of_message(name: str, correlation_key: str | None) -> Receiver | None:
    """The one receiver; with several equal ones the oldest instance wins."""
    waiting = (
        select(Subscription)
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .where(Subscription.kind == "message", Subscription.name == name, ProcessInstance.state == "active")
        .order_by(ProcessInstance.started_at, Subscription.activity)
        .limit(1)
    )
    if correlation_key is not None:
        waiting = waiting.where(
            or_(Subscription.correlation_key == correlation_key, Subscription.correlation_key.is_(None))
        )
    row = db.session.scalar(waiting) or db.session.scalar(
        select(Subscription).where(
            Subscription.kind == "message", Subscription.name == name, Subscription.definition_id.is_not(None)
        )
    )
    return _receiver(row) if row is not None else None


def receivers_of_signal(name: str, but_instance: str | None = None) -> list[Receiver]:
    """Everybody who listens; the instance that threw it has heard it already."""
    rows = db.session.scalars(
        select(Subscription).where(Subscription.kind == "signal", Subscription.name == name).order_by(Subscription.id)
    )
    return [_receiver(row) for row in rows if row.instance_id is None or row.instance_id != but_instance]


def _receiver(row: Subscription) -> Receiver:
    return Receiver(row.instance_id, row.activity, row.number, row.definition_id, row.element_key)
