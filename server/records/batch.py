"""One command for many: what is done to each of them by a job of its own, and how far that has come."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class Batch(Record):
    """A batch of incidents or process instances. The counts are those of its items."""

    __tablename__ = "batch"
    __table_args__ = (Index("batch_begun", "begun_at", "id"),)

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    kind: Mapped[str]  # retry | skip | cancel | suspend | resume
    state: Mapped[str]  # running | paused | stopped | finished
    about: Mapped[str]  # in words: the cause of incidents, or what the instances have in common
    reason: Mapped[str]
    variables: Mapped[str]  # JSON: what is changed before a retry
    process_keys: Mapped[str]  # comma-separated: of whose token began it; empty: all
    total: Mapped[int]
    done: Mapped[int]
    failed: Mapped[int]
    begun_at: Mapped[datetime] = mapped_column(Moment)
    begun_by: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class BatchItem(Record):
    """One incident or process instance of a batch."""

    __tablename__ = "batch_item"
    __table_args__ = (Index("batch_item_state", "batch_id", "state"), {"sqlite_with_rowid": False})

    batch_id: Mapped[str] = mapped_column(ForeignKey("batch.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(13))  # the id of the incident or instance
    instance_id: Mapped[str] = mapped_column(String(13))
    state: Mapped[str]  # waiting | done | failed | left
    job_id: Mapped[str] = mapped_column(String(13))
    error: Mapped[str | None]
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
