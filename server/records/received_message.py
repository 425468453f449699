"""Messages that came with a key of their own, so that the same one is received once."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class ReceivedMessage(Record):
    """That a message of this name and key has come, and whom it reached. Kept for a week."""

    __tablename__ = "received_message"
    __table_args__ = (Index("received_message_at", "at"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    instance_id: Mapped[str | None] = mapped_column(String(13))
    at: Mapped[datetime] = mapped_column(Moment)
