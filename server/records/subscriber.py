"""Subscribers: addresses outside that are told facts as they happen, and what each of them was told."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class Subscriber(Record):
    """One address outside. Its secrets are sealed and never shown again."""

    __tablename__ = "subscriber"

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    name: Mapped[str]
    url: Mapped[str]
    kinds: Mapped[str]  # JSON list of facts by their names; empty: all
    process_keys: Mapped[str]  # JSON list; empty: all
    sealed: Mapped[str]
    sealed_before: Mapped[str | None]  # the secret that was replaced: it signs too until `before_until`
    before_until: Mapped[datetime | None] = mapped_column(Moment)
    is_paused: Mapped[bool]
    revision: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str]


class Delivery(Record):
    """One event for one subscriber: what is sent, and how that went."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("delivery_subscriber", "subscriber_id", "state", "created_at"),
        Index("delivery_created", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    subscriber_id: Mapped[str] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    event_id: Mapped[str] = mapped_column(String(13))  # the same for every subscriber that is told of it
    kind: Mapped[str]  # the fact
    instance_id: Mapped[str | None] = mapped_column(String(13))
    content: Mapped[str]  # the event as it is sent
    state: Mapped[str]  # waiting | delivered | dead
    job_id: Mapped[str | None] = mapped_column(String(13))  # which brings it; none while it is held back
    created_at: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int]
    tried_at: Mapped[datetime | None] = mapped_column(Moment)
    status: Mapped[int | None]  # what was answered last
    error: Mapped[str | None]  # why it was not taken
