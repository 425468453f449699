"""Running and finished process instances, and the parts of their state."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record

InstanceId = Annotated[str, mapped_column(ForeignKey("process_instance.id", deferrable=True, initially="DEFERRED"))]
"""Checked at the end of a transaction: a step writes its instance last, when all is known of it."""


class ProcessInstance(Record):
    """One run of a process definition. `snapshot` is its state while that is small, else `InstancePart`s are."""

    __tablename__ = "process_instance"
    __table_args__ = (
        Index("process_instance_definition", "definition_id", "state"),
        Index("process_instance_started", "started_at"),
        Index("process_instance_started_by", "started_by", "state"),
        Index("process_instance_caller", "caller_id"),
        Index("process_instance_business_key", "business_key"),
    )

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    definition_id: Mapped[str] = mapped_column(ForeignKey("process_definition.id"))
    business_key: Mapped[str | None]
    title: Mapped[str | None]
    state: Mapped[str]  # active | suspended | completed | terminated
    revision: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(Moment)
    started_by: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    end_reason: Mapped[str | None]  # why it was terminated
    caller_id: Mapped[str | None] = mapped_column(String(13))  # the process instance whose call activity asked for it
    caller_activity: Mapped[int | None]
    incidents: Mapped[int] = mapped_column(default=0)  # open ones
    snapshot: Mapped[str | None]


class InstancePart(Record):
    """One part of the state of a large instance: a token, a variable, a result or what can be undone.

    `portion`: what it is loaded with; 0 is always loaded, others when they are needed (`engine/loading.py`).
    """

    __tablename__ = "instance_part"
    __table_args__ = ({"sqlite_with_rowid": False},)

    instance_id: Mapped[InstanceId] = mapped_column(primary_key=True)
    portion: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Involvement(Record):
    """A person who may see an instance because of what they did or were asked to do in it."""

    __tablename__ = "involvement"
    __table_args__ = (Index("involvement_person", "person_id", "follows"), {"sqlite_with_rowid": False})

    instance_id: Mapped[InstanceId] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    follows: Mapped[bool] = mapped_column(default=False)
