"""What people write about a version of a process."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class DefinitionComment(Record):
    """Something a person wrote about a process definition."""

    __tablename__ = "definition_comment"
    __table_args__ = (Index("definition_comment_definition", "definition_id", "written_at"),)

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    definition_id: Mapped[str] = mapped_column(ForeignKey("process_definition.id"))
    person_id: Mapped[str]
    written_at: Mapped[datetime] = mapped_column(Moment)
    text: Mapped[str]
