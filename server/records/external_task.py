"""Work that programs fetch by its topic: who has it, until when, and how it went so far."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record, table
from server.records.process_instance import InstanceId

_FREE, _HELD = text("state = 'free'"), text("state = 'held'")


class ExternalTask(Record):
    """What an activity instance asks of a worker. The row goes when the work is done or no longer wanted."""

    __tablename__ = "external_task"
    __table_args__ = (
        # In the orders in which workers fetch, so that the next one costs the same however many wait.
        Index("external_task_rank", "topic", "rank", "created_at", "id", sqlite_where=_FREE, postgresql_where=_FREE),
        Index("external_task_age", "topic", "created_at", "id", sqlite_where=_FREE, postgresql_where=_FREE),
        Index("external_task_held", "topic", "held_until", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("external_task_activity", "instance_id", "activity"),
        Index("external_task_holder", "instance_id", "account", sqlite_where=_HELD, postgresql_where=_HELD),
    )

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    instance_id: Mapped[InstanceId]
    activity: Mapped[int]
    definition_id: Mapped[str] = mapped_column(ForeignKey("process_definition.id"))
    element_key: Mapped[str]
    topic: Mapped[str]
    headers: Mapped[str]  # JSON: what the model tells the worker besides the variables
    listener: Mapped[str | None]  # the event of the activity that it is for, where it is not the activity's own work
    state: Mapped[str]  # free | held | dead: nobody gets it, because of an incident
    held_until: Mapped[datetime | None] = mapped_column(Moment)  # end of the lock, or of the wait after a failure
    worker: Mapped[str | None]  # the name that the worker gives itself; stays after the lock has ended
    account: Mapped[str | None]  # the actor who locked it
    revision: Mapped[int]  # raised by every lock: whoever names an older one was fenced off
    retries: Mapped[int | None]  # attempts left; none before the first failure
    retry_cycle: Mapped[str | None]  # such as R3/PT10M
    error_message: Mapped[str | None]
    error_details: Mapped[str | None]
    priority: Mapped[int]
    rank: Mapped[int]  # -priority: the lower, the earlier
    created_at: Mapped[datetime] = mapped_column(Moment)


IS_FREE = table(ExternalTask).c.state == literal_column("'free'")
IS_HELD = table(ExternalTask).c.state == literal_column("'held'")
"""Written out in the statement, as `IS_OPEN` of a user task is."""
