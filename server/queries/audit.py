"""The audit log: who gave which command, when, on what, with which reason."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from server.database import db
from server.errors import Forbidden
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import By, Page, Slice, read
from server.records.identity import Person
from server.records.logs import AuditEntry
from server.records.process_instance import ProcessInstance
from server.runtime import access
from server.sentences import say

PAGE = 50
_SIGNING_IN = "sessions.open_session"
_AT_ONCE = 500


@dataclass(frozen=True)
class AuditFilter:
    """What an auditor asked to see; "" and None: all.

    `instance` is a process instance's id or business key; the span is `since` <= at < `before`; `page` counts from 1.
    """

    person_id: str = ""
    command: str = ""
    instance: str = ""
    since: datetime | None = None
    before: datetime | None = None
    page: int = 1


@dataclass(frozen=True)
class AuditRow:
    """One command; `id` is its number in the chain.

    `instance_id` is there for those who may see the instance, so that it can be opened.
    """

    id: int
    at: datetime
    actor: str
    actor_name: str
    command: str
    subject: str
    instance_id: str | None
    business_key: str | None
    reason: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class AuditPage:
    """One page of the log, the newest first."""

    rows: tuple[AuditRow, ...]
    total: int
    pages: int


def listed(actor: Actor, wanted: AuditFilter) -> AuditPage:
    """The page of the log that *wanted* describes. Raises Forbidden."""
    _check(actor)
    where = _condition(wanted)
    total = db.session.scalar(select(func.count()).select_from(AuditEntry).where(where)) or 0
    statement = _rows(actor).where(where).order_by(AuditEntry.id.desc())
    found = db.session.execute(statement.offset((wanted.page - 1) * PAGE).limit(PAGE))
    return AuditPage(tuple(_row(row) for row in found), total, max(1, -(-total // PAGE)))


def part(actor: Actor, wanted: AuditFilter, which: Slice) -> Page[AuditRow]:
    """A part of the log, the newest first; `page` of the filter is not looked at. Raises Forbidden, Invalid."""
    _check(actor)
    statement = _rows(actor).where(_condition(wanted))
    return read(db.session.execute, statement, (By(AuditEntry.id, descending=True),), which, _row)


def every(actor: Actor, wanted: AuditFilter) -> Iterator[AuditRow]:
    """All entries that *wanted* describes, oldest first, read in portions so that a long log fits. Raises Forbidden."""
    _check(actor)
    return _portions(_rows(actor).where(_condition(wanted)).order_by(AuditEntry.id).limit(_AT_ONCE))


def people(actor: Actor) -> tuple[tuple[str, str], ...]:
    """The (id, name) of everybody who can be asked for, by name. Raises Forbidden."""
    _check(actor)
    rows = db.session.execute(select(Person.id, Person.name).order_by(func.lower(Person.name), Person.id))
    return tuple((row.id, row.name) for row in rows)


def _check(actor: Actor) -> None:
    if not actor.may(Permission.SEE_AUDIT):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEE_AUDIT)))


def _portions(statement: Select[*tuple[Any, ...]]) -> Iterator[AuditRow]:
    last = 0
    while rows := db.session.execute(statement.where(AuditEntry.id > last)).all():
        for found in rows:
            yield _row(found)
        last = rows[-1].AuditEntry.id


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    seen = and_(ProcessInstance.id == AuditEntry.instance_id, access.visible_instances(actor))
    return (
        select(
            AuditEntry, Person.name.label("actor_name"), ProcessInstance.id.label("seen"), ProcessInstance.business_key
        )
        .outerjoin(Person, Person.id == _doer())
        .outerjoin(ProcessInstance, seen)
    )


def _doer() -> ColumnElement[str | None]:
    """Who did it: whoever signs in is nobody yet, so there it is the one the entry is about."""
    return case((AuditEntry.command == _SIGNING_IN, AuditEntry.subject), else_=AuditEntry.actor)


def _condition(wanted: AuditFilter) -> ColumnElement[bool]:
    parts: list[ColumnElement[bool]] = [true()]
    if wanted.person_id:
        signed_in = and_(AuditEntry.command == _SIGNING_IN, AuditEntry.subject == wanted.person_id)
        parts.append(or_(AuditEntry.actor == wanted.person_id, signed_in))
    if wanted.command:
        parts.append(AuditEntry.command == wanted.command)
    if wanted.instance:
        keyed = select(ProcessInstance.id).where(ProcessInstance.business_key == wanted.instance)
        parts.append(or_(AuditEntry.instance_id == wanted.instance, AuditEntry.instance_id.in_(keyed)))
    if wanted.since is not None:
        parts.append(AuditEntry.at >= wanted.since)
    if wanted.before is not None:
        parts.append(AuditEntry.at < wanted.before)
    return and_(*parts)


def _row(found: Any) -> AuditRow:
    row: AuditEntry = found.AuditEntry
    return AuditRow(
        id=row.id,
        at=row.at,
        actor=row.actor if row.command != _SIGNING_IN or found.actor_name is None else row.subject or row.actor,
        actor_name=found.actor_name or row.actor,
        command=row.command,
        subject=row.subject or "",
        instance_id=found.seen,
        business_key=found.business_key,
        reason=row.reason or "",
        details=json.loads(row.details) if row.details else {},
    )
