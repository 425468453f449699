"""Messages that nobody waits for: what is in them, and which instances wait for one of their name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true

from server.database import db
from server.errors import Forbidden, NotFound
from server.expressions import values
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import By, Page, Slice, read
from server.records.definition import ProcessDefinition
from server.records.process_instance import ProcessInstance
from server.records.subscription import Subscription
from server.records.waiting_message import WaitingMessage
from server.runtime import access, definitions
from server.runtime.scope import refuse_scoped
from server.sentences import say

PAGE = 25
LISTENERS_PAGE = 50


@dataclass(frozen=True)
class MessageRow:
    """A message that waits. `sender` is what people call the instance that sent it; "" where none did or may be seen.

    `listeners` counts the running instances that wait for a message of its name, whatever the key.
    """

    id: str
    name: str
    correlation_key: str | None
    payload: Mapping[str, Any]
    arrived_at: datetime
    expires_at: datetime
    sender_id: str | None
    sender: str
    listeners: int


@dataclass(frozen=True)
class Messages:
    """One page of them, the newest first."""

    rows: tuple[MessageRow, ...]
    total: int
    pages: int


@dataclass(frozen=True)
class Listener:
    """A running instance that waits for a message of a name, and with which key, if it asks for one."""

    instance_id: str
    business_key: str | None
    title: str | None
    process_name: str
    element_name: str
    correlation_key: str | None
    started_at: datetime


@dataclass(frozen=True)
class Listeners:
    """One page of those who wait for a message, with how many there are and on how many pages."""

    rows: tuple[Listener, ...]
    total: int
    pages: int


def listed(actor: Actor, moment: datetime, name: str = "", page: int = 1) -> Messages:
    """Those that wait as of *moment* and whose name holds *name*. Raises Forbidden."""
    _check(actor)
    where = _waits(moment)
    if name:
        where = and_(where, WaitingMessage.name.icontains(name, autoescape=True))
    total = db.session.scalar(select(func.count()).select_from(WaitingMessage).where(where)) or 0
    ordered = _rows(actor).where(where).order_by(WaitingMessage.arrived_at.desc(), WaitingMessage.id)
    found = db.session.execute(ordered.offset((page - 1) * PAGE).limit(PAGE))
    return Messages(tuple(_row(row) for row in found), total, max(1, -(-total // PAGE)))


def part(actor: Actor, moment: datetime, name: str, which: Slice) -> Page[MessageRow]:
    """A part of the same list, for programs. Raises Forbidden, Invalid."""
    _check(actor)
    statement = _rows(actor).where(_waits(moment), WaitingMessage.name.icontains(name, autoescape=True))
    order = (By(WaitingMessage.arrived_at, descending=True), By(WaitingMessage.id))
    return read(db.session.execute, statement, order, which, _row)


def message(actor: Actor, message_id: str, moment: datetime) -> MessageRow:
    """One that waits. Raises NotFound, Forbidden."""
    _check(actor)
    found = db.session.execute(_rows(actor).where(_waits(moment), WaitingMessage.id == message_id)).one_or_none()
    if found is None:
        raise NotFound(say("This message does not wait any more: it was received or discarded, or its time was over."))
    return _row(found)


def listeners(actor: Actor, name: str, correlation_key: str | None, text: str = "", page: int = 1) -> Listeners:
    """The running instances that wait for a message of this name and hold *text*, each once at its first place; those
    with the key first, then the oldest. Raises Forbidden."""
    _check(actor)
    found, order = _listening(actor, name, correlation_key, text)
    total = db.session.scalar(found.with_only_columns(func.count(), maintain_column_froms=True)) or 0
    ordered = found.order_by(*(by.column for by in order))
    rows = db.session.execute(ordered.offset((page - 1) * LISTENERS_PAGE).limit(LISTENERS_PAGE))
    return Listeners(tuple(_listener(row) for row in rows), total, max(1, -(-total // LISTENERS_PAGE)))


def part_of_listeners(actor: Actor, name: str, correlation_key: str | None, text: str, which: Slice) -> Page[Listener]:
    """A part of the same list, for programs. Raises Forbidden, Invalid."""
    _check(actor)
    return read(db.session.execute, *_listening(actor, name, correlation_key, text), which, _listener)


def _listening(
    actor: Actor, name: str, correlation_key: str | None, text: str
) -> tuple[Select[*tuple[Any, ...]], tuple[By, ...]]:
    """Those who wait, and in which order they stand."""
    just_this = case((Subscription.correlation_key == correlation_key, 0), else_=1)
    place = func.row_number().over(partition_by=ProcessInstance.id, order_by=(just_this, Subscription.activity))
    waiting = (
        select(Subscription.id.label("id"), just_this.label("just_this"), place.label("place"))
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .where(_listens(), Subscription.name == name, access.visible_instances(actor), _holds(text))
        .subquery()
    )
    found: Select[*tuple[Any, ...]] = (
        select(Subscription, ProcessInstance, ProcessDefinition.name.label("process_name"))
        .join(waiting, waiting.c.id == Subscription.id)
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(waiting.c.place == 1)
    )
    return found, (By(waiting.c.just_this), By(ProcessInstance.started_at), By(ProcessInstance.id))


def _holds(text: str) -> ColumnElement[bool]:
    columns = (
        ProcessInstance.business_key,
        ProcessInstance.title,
        Subscription.correlation_key,
        Subscription.element_key,
    )
    return or_(*(column.icontains(text, autoescape=True) for column in columns)) if text else true()


def _listener(row: Any) -> Listener:
    waits: Subscription = row.Subscription
    instance: ProcessInstance = row.ProcessInstance
    element = definitions.process(instance.definition_id).element(waits.element_key)
    return Listener(
        instance.id,
        instance.business_key,
        instance.title,
        row.process_name,
        (element.name if element is not None else "") or waits.element_key,
        waits.correlation_key,
        instance.started_at,
    )


def _check(actor: Actor) -> None:
    if not actor.may(Permission.SEE_OPERATIONS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEE_OPERATIONS)))
    refuse_scoped(actor)


def _waits(moment: datetime) -> ColumnElement[bool]:
    return WaitingMessage.expires_at > moment


def _listens() -> ColumnElement[bool]:
    return and_(Subscription.kind == "message", ProcessInstance.state == "active")


def _rows(actor: Actor) -> Select[*tuple[Any, ...]]:
    seen = access.visible_instances(actor)
    counted = (
        select(func.count(ProcessInstance.id.distinct()))
        .select_from(Subscription)
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .where(_listens(), seen, Subscription.name == WaitingMessage.name)
        .correlate(WaitingMessage)
        .scalar_subquery()
    )
    sender = select(ProcessInstance.id, ProcessInstance.business_key).where(seen).subquery()
    return (
        select(WaitingMessage, sender.c.id.label("sender_id"), sender.c.business_key, counted.label("listeners"))
        .select_from(WaitingMessage)
        .outerjoin(sender, sender.c.id == WaitingMessage.sender_id)
    )


def _row(found: Any) -> MessageRow:
    row: WaitingMessage = found.WaitingMessage
    return MessageRow(
        row.id,
        row.name,
        row.correlation_key,
        values.decode(json.loads(row.payload)),
        row.arrived_at,
        row.expires_at,
        found.sender_id,
        found.business_key or found.sender_id or "",
        found.listeners,
    )
