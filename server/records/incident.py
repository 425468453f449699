"""What cannot go on until somebody mends it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record
from server.records.process_instance import InstanceId

_OPEN = text("resolved_at IS NULL")


class Incident(Record):
    """A failure at one activity instance, open until it is retried with success or its activity ends."""

    __tablename__ = "incident"
    __table_args__ = (
        Index("incident_instance", "instance_id", "activity"),
        Index("incident_open", "cause", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    instance_id: Mapped[InstanceId]
    definition_id: Mapped[str] = mapped_column(ForeignKey("process_definition.id"))
    activity: Mapped[int]
    element_key: Mapped[str]
    kind: Mapped[str]  # expression | script | connector | error | call | job
    message: Mapped[str]
    cause: Mapped[str]  # the message without what differs between instances: operators mend by cause
    line: Mapped[int]
    names: Mapped[str]  # JSON list of the variables the failed text reads
    job_id: Mapped[str | None] = mapped_column(String(13))
    owner: Mapped[str | None]  # the person who has it to mend
    note: Mapped[str | None]  # what operators tell each other about it
    raised_at: Mapped[datetime] = mapped_column(Moment)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by: Mapped[str | None]
