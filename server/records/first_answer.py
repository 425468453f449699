"""What was answered to requests that a program may repeat."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class FirstAnswer(Record):
    """The answer to the request that an actor made under a key of their own, written in that request's transaction."""

    __tablename__ = "first_answer"
    __table_args__ = (Index("first_answer_at", "at"), {"sqlite_with_rowid": False})

    actor: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]  # of what was asked: method, address, body
    answer: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
