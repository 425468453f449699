"""What is to be forgotten: finished instances whose time to be kept is over."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from server.database import db
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance


def finished_long_ago(moment: datetime, usual_days: int, most: int) -> list[str]:
    """At most so many instances that nobody called and that ended more days ago than their process says, or (where it
    says none) than *usual_days*; 0: those are kept for ever. The oldest first."""
    days = func.coalesce(ProcessDefinition.history_days, usual_days or None)
    kept = db.session.execute(select(ProcessDefinition.id, days).where(days.is_not(None))).all()
    found: list[tuple[datetime, str]] = []
    for definition_id, count in kept:
        ended = (
            select(ProcessInstance.ended_at, ProcessInstance.id)
            .where(
                ProcessInstance.definition_id == definition_id,
                ProcessInstance.caller_id.is_(None),
                ProcessInstance.ended_at < moment - timedelta(days=count),
            )
            .order_by(ProcessInstance.ended_at)
            .limit(most)
        )
        found += [(row.ended_at, row.id) for row in db.session.execute(ended)]
    return [instance_id for _, instance_id in sorted(found)[:most]]
