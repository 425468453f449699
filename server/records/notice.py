"""What a person is told."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class Notice(Record):
    """One line for one person, with a link into the product."""

    __tablename__ = "notice"
    __table_args__ = (Index("notice_person", "person_id", "read_at"),)

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    person_id: Mapped[str]
    kind: Mapped[str]  # assigned | asked | answered | comment | ended | incident | reminded
    text: Mapped[str]
    said: Mapped[str] = mapped_column(default="")  # what another language needs, see server.sentences; "": the text
    link: Mapped[str]
    told_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)
