"""Messages that nobody was waiting for when they came."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class WaitingMessage(Record):
    """One message, kept until somebody waits for it or its time is over."""

    __tablename__ = "waiting_message"
    __table_args__ = (Index("waiting_message_name", "name", "arrived_at"),)

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    name: Mapped[str]
    correlation_key: Mapped[str | None]
    payload: Mapped[str]  # JSON, as `expressions.values` encodes it
    arrived_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    sender_id: Mapped[str | None] = mapped_column(String(13))  # the process instance that threw it
