"""Calendars: when people work, and which versions of processes count by which calendar."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class Calendar(Record):
    """The working hours of a week, without public holidays and free days; models name its key."""

    __tablename__ = "calendar"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str]
    zone: Mapped[str]
    week: Mapped[str]  # JSON: of Monday to Sunday, the spans that are worked in minutes from midnight
    country: Mapped[str]  # ISO 3166, whose public holidays are free; or empty
    subdivision: Mapped[str]
    own: Mapped[str]  # JSON: pairs of a day (YYYY-MM-DD, or MM-DD every year) and its name
    revision: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str]


class CalendarUse(Record):
    """A version of a process that names a calendar."""

    __tablename__ = "calendar_use"
    __table_args__ = (Index("calendar_use_calendar", "calendar_key"),)

    definition_id: Mapped[str] = mapped_column(ForeignKey("process_definition.id"), primary_key=True)
    calendar_key: Mapped[str] = mapped_column(ForeignKey("calendar.key"), primary_key=True)
