"""Visits of instances to elements: what the auditor's table and the counts on the diagram are made of."""

from datetime import datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record
from server.records.process_instance import InstanceId


class ActivityInstance(Record):
    """One visit of a process instance to an element."""

    __tablename__ = "activity_instance"
    __table_args__ = (
        Index(
            "activity_instance_open",
            "instance_id",
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    instance_id: Mapped[InstanceId] = mapped_column(primary_key=True)
    activity: Mapped[int] = mapped_column(primary_key=True)
    element_key: Mapped[str]
    state: Mapped[str]  # active | completed | cancelled | failed
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    outer: Mapped[int | None]  # the activity instance it runs in
    loop_counter: Mapped[int | None]
    person_id: Mapped[str | None]  # who completed it
    called_id: Mapped[str | None] = mapped_column(String(13))  # the process instance it called
