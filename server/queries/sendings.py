"""The log of what was sent: mails and webhooks that took notices to people, how it went, and when."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select

from server.database import db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import By, Page, Slice, read
from server.records.identity import Person
from server.records.notice import Enclosure, Notice, Sending
from server.runtime.scope import refuse_scoped
from server.sentences import restored, say


class SendingState(StrEnum):
    """How a sending stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"


class Outlet(StrEnum):
    """What takes notices out of the house."""

    MAIL = "mail"
    WEBHOOK = "webhook"


@dataclass(frozen=True)
class SendingFilter:
    """What is asked for; None and "": all."""

    state: SendingState | None = None
    channel: Outlet | None = None
    person_id: str = ""


@dataclass(frozen=True)
class SendingLine:
    """One sending. `subject` is the first of its `notices`."""

    id: str
    person_id: str
    person_name: str
    channel: Outlet
    connection: str
    state: SendingState
    subject: str
    notices: int
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    attempts: int
    copies: int
    error: str | None


@dataclass(frozen=True)
class SentNotice:
    """One notice in a sending, as it leaves the house."""

    kind: str
    text: str
    link: str
    told_at: datetime


@dataclass(frozen=True)
class SendingView:
    """A sending with what is in it."""

    line: SendingLine
    notices: tuple[SentNotice, ...]


def part(actor: Actor, wanted: SendingFilter, which: Slice) -> Page[SendingLine]:
    """A part of the log, the newest first. Raises Forbidden, Invalid."""
    _check(actor)
    statement = _rows()
    if wanted.state is not None:
        statement = statement.where(Sending.state == wanted.state.value)
    if wanted.channel is not None:
        statement = statement.where(Sending.channel == wanted.channel.value)
    if wanted.person_id:
        statement = statement.where(Sending.person_id == wanted.person_id)
    order = (By(Sending.created_at, descending=True), By(Sending.id))
    return read(db.session.execute, statement, order, which, _line)


def counts(actor: Actor) -> dict[SendingState, int]:
    """How many stand how. Raises Forbidden."""
    _check(actor)
    found = {row.state: row.number for row in db.session.execute(_numbers())}
    return {state: found.get(state.value, 0) for state in SendingState}


def sending(actor: Actor, sending_id: str) -> SendingView:
    """One sending. Raises NotFound, Forbidden."""
    _check(actor)
    row = db.session.execute(_rows().where(Sending.id == sending_id)).one_or_none()
    if row is None:
        raise NotFound(say("There is no such sending."))
    notices = db.session.scalars(
        select(Notice)
        .join(Enclosure, Enclosure.notice_id == Notice.id)
        .where(Enclosure.sending_id == sending_id)
        .order_by(Notice.told_at, Notice.id)
    )
    told = tuple(SentNotice(one.kind, restored(one.brief, one.brief_said), one.link, one.told_at) for one in notices)
    return SendingView(_line(row), told)


def _numbers() -> Select[str, int]:
    return select(Sending.state, func.count().label("number")).group_by(Sending.state)


def _rows() -> Any:
    inside = select(func.count()).where(Enclosure.sending_id == Sending.id).correlate(Sending).scalar_subquery()
    return select(Sending, Person.name, inside.label("notices")).outerjoin(Person, Person.id == Sending.person_id)


def _line(found: Any) -> SendingLine:
    row: Sending = found.Sending
    return SendingLine(
        id=row.id,
        person_id=row.person_id,
        person_name=found.name or row.person_id,
        channel=Outlet(row.channel),
        connection=row.connection,
        state=SendingState(row.state),
        subject=row.subject,
        notices=found.notices,
        created_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        attempts=row.attempts,
        copies=row.copies,
        error=row.error,
    )


def _check(actor: Actor) -> None:
    if not actor.may(Permission.SEE_OPERATIONS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEE_OPERATIONS)))
    refuse_scoped(actor)
