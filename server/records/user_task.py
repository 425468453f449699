"""Work for people: user tasks, who may take them, drafts and saved filters."""

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, Index, String, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record, table
from server.records.process_instance import InstanceId

_OPEN = text("state = 'open'")
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""What is never due comes after all that is."""


class UserTask(Record):
    """One user task of one activity instance."""

    __tablename__ = "user_task"
    __table_args__ = (
        Index("user_task_activity", "instance_id", "activity"),
        # What comes next in an instance is found at once, however many are open or done.
        Index("user_task_next", "instance_id", "activity", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("user_task_definition", "definition_id", "assignee", sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("user_task_due", "ranked_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
        # In the order in which an inbox is read, so that a page of it costs the same however many wait.
        Index(
            "user_task_assignee",
            "assignee",
            "ranked_at",
            "rank",
            "created_at",
            "id",
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    instance_id: Mapped[InstanceId]
    activity: Mapped[int]
    definition_id: Mapped[str] = mapped_column(ForeignKey("process_definition.id"))
    element_key: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]  # open | completed | cancelled
    assignee: Mapped[str | None]
    owner: Mapped[str | None]  # who delegated it and gets it back if it is released
    claimed_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    due_at: Mapped[datetime | None] = mapped_column(Moment)
    ranked_at: Mapped[datetime] = mapped_column(Moment)  # due_at, or NEVER: lists are sorted by it
    follow_up_at: Mapped[datetime | None] = mapped_column(Moment)
    priority: Mapped[int]
    rank: Mapped[int]  # -priority: the lower, the earlier in a list
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_by: Mapped[str | None]
    question: Mapped[str | None]  # asked back to the requester, not answered yet
    revision: Mapped[int] = mapped_column(default=1)  # raised by every change of it


IS_OPEN = table(UserTask).c.state == literal_column("'open'")
"""Written out in the statement: were it a parameter, SQLite would plan the whole statement anew at each run, because
the indexes of open user tasks depend on it."""


class Candidate(Record):
    """A person or group that may take a user task (kind user, group) or may not (kind excluded)."""

    __tablename__ = "candidate"
    __table_args__ = (Index("candidate_name", "name", "kind"), {"sqlite_with_rowid": False})

    user_task_id: Mapped[str] = mapped_column(ForeignKey("user_task.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


IS_PERSON, IS_GROUP, IS_EXCLUDED = (
    table(Candidate).c.kind == literal_column(kind) for kind in ("'user'", "'group'", "'excluded'")
)
"""Written out: an inbox asks for them twenty times, and each parameter of a statement costs."""


class Draft(Record):
    """What a person has typed so far. `subject` is "user_task:<id>" or "start:<process key>"."""

    __tablename__ = "draft"

    subject: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(primary_key=True)
    values: Mapped[str]  # JSON, exactly as the form gave it
    saved_at: Mapped[datetime] = mapped_column(Moment)


class SavedFilter(Record):
    """A person's own filter of the inbox."""

    __tablename__ = "saved_filter"

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    person_id: Mapped[str]
    name: Mapped[str]
    query: Mapped[str]  # the filter as a query string


class Favourite(Record):
    """A process that a person keeps at the top of the start catalogue."""

    __tablename__ = "favourite"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    process_key: Mapped[str] = mapped_column(primary_key=True)
