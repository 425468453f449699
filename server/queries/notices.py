"""What a person has been told, and how much of it is unread."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select

from server.database import db
from server.identity.actor import Actor
from server.keyset import By, Page, Slice, read
from server.records.notice import Notice
from server.sentences import restored

PAGE = 50


class Show(StrEnum):
    """Which notices are listed."""

    ALL = "all"
    UNREAD = "unread"


@dataclass(frozen=True)
class Line:
    """One notice: its kind, its sentence and where it leads to."""

    id: str
    kind: str
    text: str
    link: str
    told_at: datetime
    is_read: bool


@dataclass(frozen=True)
class Notices:
    """One page of notices, the newest first, with the counts of both tabs."""

    lines: tuple[Line, ...]
    total: int
    unread: int
    page: int
    has_more: bool


def notices_of(actor: Actor, show: Show, page: int = 1) -> Notices:
    """The actor's own notices; *page* counts from 1."""
    statement = select(Notice).where(Notice.person_id == actor.id, Notice.shown)
    if show is Show.UNREAD:
        statement = statement.where(Notice.read_at.is_(None))
    statement = statement.order_by(Notice.told_at.desc(), Notice.id).offset((page - 1) * PAGE).limit(PAGE + 1)
    rows = list(db.session.scalars(statement))
    total, unread = db.session.execute(
        select(func.count(), func.count().filter(Notice.read_at.is_(None))).where(
            Notice.person_id == actor.id, Notice.shown
        )
    ).one()
    lines = tuple(_line(row) for row in rows[:PAGE])
    return Notices(lines, total, unread, page, len(rows) > PAGE)


def part(actor: Actor, show: Show, which: Slice) -> Page[Line]:
    """A part of the actor's own notices, the newest first. Raises Invalid."""
    statement = select(Notice).where(Notice.person_id == actor.id, Notice.shown)
    if show is Show.UNREAD:
        statement = statement.where(Notice.read_at.is_(None))
    order = (By(Notice.told_at, descending=True), By(Notice.id))
    return read(db.session.execute, statement, order, which, lambda row: _line(row.Notice))


def _line(row: Notice) -> Line:
    return Line(row.id, row.kind, restored(row.text, row.said), row.link, row.told_at, row.read_at is not None)


def link_of(actor: Actor, notice_id: str) -> str | None:
    """Where one of the actor's own notices leads to; None when it is not theirs."""
    return db.session.scalar(select(Notice.link).where(Notice.id == notice_id, Notice.person_id == actor.id))
