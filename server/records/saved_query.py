"""What people saved to ask again, as their programs write it."""

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Record


class SavedQuery(Record):
    """A person's own list of user tasks, in the words of the program that made it."""

    __tablename__ = "saved_query"
    __table_args__ = (Index("saved_query_person", "person_id"),)

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    person_id: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]  # JSON
    properties: Mapped[str]  # JSON: colour, order and whatever else the program shows it by
