"""History says what happened (facts); the audit log says who asked (commands)."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class HistoryEntry(Record):
    """The facts of one step of one process instance, in their order, as JSON: [[kind, {field: value}], ...]."""

    __tablename__ = "history_entry"
    __table_args__ = (Index("history_entry_instance", "instance_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(String(13))
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]
    facts: Mapped[str]


class AuditEntry(Record):
    """One command: who, what, when, on which, with which reason; chained, so that no entry changes unseen."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("audit_entry_instance", "instance_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # its number: 1, 2, 3 in order of commit
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str]
    command: Mapped[str]  # such as user_tasks.complete
    subject: Mapped[str | None]  # the id or key it was given on
    instance_id: Mapped[str | None] = mapped_column(String(13))
    reason: Mapped[str | None]
    details: Mapped[str | None]  # JSON: what else an auditor must know (never a secret)
    hash: Mapped[str] = mapped_column(String(64))  # over the previous entry's hash, the number and the fields above


class AuditHead(Record):
    """The one row that knows the last audit entry's number and hash; whoever appends an entry holds it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
