"""Work that runs by itself: the outbox of every step."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record, table
from server.records.process_instance import InstanceId

_READY = text("state = 'ready'")
_LEASED = text("lease_until IS NOT NULL")


class Job(Record):
    """Something to be done at `due_at`. Attempts are counted when it is claimed, so a crash counts too."""

    __tablename__ = "job"
    __table_args__ = (
        Index("job_due", "due_at", sqlite_where=_READY, postgresql_where=_READY),
        Index("job_rank", "priority", "due_at", sqlite_where=_READY, postgresql_where=_READY),
        Index("job_leased", "instance_id", sqlite_where=_LEASED, postgresql_where=_LEASED),
        Index("job_instance", "instance_id", "activity"),
        Index("job_definition", "definition_id"),
    )

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    kind: Mapped[str]  # timer, connector, message, notice, sending, deadline, batch_item ...
    instance_id: Mapped[InstanceId | None]
    definition_id: Mapped[str | None] = mapped_column(ForeignKey("process_definition.id"))
    activity: Mapped[int | None]
    number: Mapped[int | None]  # which trigger of the element
    element_key: Mapped[str | None]
    payload: Mapped[str]  # JSON
    state: Mapped[str]  # ready | dead
    priority: Mapped[int]  # the higher, the sooner among those that are due
    exclusive: Mapped[bool]  # never worked on together with another exclusive one of its instance
    due_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int]
    attempts_allowed: Mapped[int]
    retry_cycle: Mapped[str | None]  # such as R3/PT10M
    lease_until: Mapped[datetime | None] = mapped_column(Moment)
    leased_by: Mapped[str | None]
    error: Mapped[str | None]


IS_READY = table(Job).c.state == literal_column("'ready'")
"""Written out in the statement, as `IS_OPEN` of a user task is."""
