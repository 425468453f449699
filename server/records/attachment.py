"""Files and comments that belong to an instance."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class Attachment(Record):
    """An uploaded file; its bytes lie in the file store under their digest. Without an instance: not submitted yet."""

    __tablename__ = "attachment"
    __table_args__ = (Index("attachment_instance", "instance_id"),)

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    instance_id: Mapped[str | None] = mapped_column(ForeignKey("process_instance.id"))
    user_task_id: Mapped[str | None] = mapped_column(ForeignKey("user_task.id"))
    name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    digest: Mapped[str]
    uploaded_at: Mapped[datetime] = mapped_column(Moment)
    uploaded_by: Mapped[str]


class Comment(Record):
    """Something a person wrote about an instance."""

    __tablename__ = "comment"
    __table_args__ = (Index("comment_instance", "instance_id"),)

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("process_instance.id"))
    user_task_id: Mapped[str | None] = mapped_column(ForeignKey("user_task.id"))
    person_id: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(Moment)
    text: Mapped[str]
