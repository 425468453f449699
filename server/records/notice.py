"""What a person is told, and what takes it to them outside of the pages."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class Notice(Record):
    """One line for one person, with a link into the product."""

    __tablename__ = "notice"
    __table_args__ = (Index("notice_person", "person_id", "read_at"),)

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    person_id: Mapped[str]
    kind: Mapped[str]  # one of runtime/notice_kinds
    text: Mapped[str]
    said: Mapped[str] = mapped_column(default="")  # what another language needs, see server.sentences; "": the text
    brief: Mapped[str]  # the same without what people wrote: all of it that leaves the house
    brief_said: Mapped[str] = mapped_column(default="")  # what another language needs of that
    link: Mapped[str]
    definition_id: Mapped[str | None] = mapped_column(ForeignKey("process_definition.id"))
    shown: Mapped[bool]  # on the pages; else it only goes out
    told_at: Mapped[datetime] = mapped_column(Moment)
    read_at: Mapped[datetime | None] = mapped_column(Moment)


class Sending(Record):
    """One mail or call of a webhook that takes notices to a person. Its id makes the Message-Id, in every attempt."""

    __tablename__ = "sending"
    __table_args__ = (Index("sending_created", "created_at", "id"), Index("sending_state", "state", "created_at"))

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    person_id: Mapped[str]
    channel: Mapped[str]  # mail | webhook
    connection: Mapped[str]  # of a webhook
    subject: Mapped[str]  # what it begins with
    state: Mapped[str]  # waiting | sent | failed | dropped
    is_digest: Mapped[bool]  # it gathers what is told until it is due
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    copies: Mapped[int]  # how often it was sent on request after it had been sent
    attempts: Mapped[int]
    error: Mapped[str | None]


class Enclosure(Record):
    """A notice in a sending."""

    __tablename__ = "enclosure"
    __table_args__ = ({"sqlite_with_rowid": False},)

    sending_id: Mapped[str] = mapped_column(ForeignKey("sending.id"), primary_key=True)
    notice_id: Mapped[str] = mapped_column(ForeignKey("notice.id"), primary_key=True)
