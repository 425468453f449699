"""Calls that came and deliveries that were made are kept for a while, then forgotten by a job of their own."""

from datetime import timedelta

from sqlalchemy import delete, func, insert, select

from server.database import db
from server.records.job import IS_READY, Job
from server.records.subscriber import Delivery
from server.records.webhook import WebhookCall
from server.runtime.act import Act
from server.runtime.jobs import new_job

KIND = "webhook_log"  # the job that forgets them
LOOK_AGAIN = timedelta(hours=6)


class Memory:
    """How long they are kept. Set once, when the server starts."""

    def __init__(self, days: int) -> None:
        self.kept = timedelta(days=days)


memory = Memory(30)


def begin(act: Act) -> None:
    """See that what is being written now is forgotten some day."""
    if db.session.scalar(select(Job.id).where(Job.kind == KIND, IS_READY).limit(1)) is None:
        db.session.execute(insert(Job), [new_job(KIND, act.moment + memory.kept, act.moment, {})])


def forget(act: Act, row: Job) -> bool:
    """Forget what is old enough; there is no more to do when nothing is left. What still has to be sent stays."""
    before = act.moment - memory.kept
    db.session.execute(delete(WebhookCall).where(WebhookCall.received_at <= before))
    db.session.execute(delete(Delivery).where(Delivery.created_at <= before, Delivery.state != "waiting"))
    moments = (select(func.min(WebhookCall.received_at)), select(func.min(Delivery.created_at)))
    oldest = [found for moment in moments if (found := db.session.scalar(moment)) is not None]
    if not oldest:
        return True
    row.due_at = max(min(oldest) + memory.kept, act.moment + LOOK_AGAIN)
    row.attempts, row.lease_until, row.leased_by = 0, None, None
    return False
