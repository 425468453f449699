"""Messages that nobody waits for: what is in them, and which instances wait for one of their name."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, select

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

PAGE = 25
MOST_LISTENERS = 200


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
        raise NotFound("This message does not wait any more: it was received or discarded, or its time was over.")
    return _row(found)


def listeners(actor: Actor, name: str, correlation_key: str | None) -> tuple[Listener, ...]:
    """The running instances that wait for a message of this name, at most MOST_LISTENERS; those with the key first,
    then the oldest. Raises Forbidden."""
    _check(actor)
    just_this = case((Subscription.correlation_key == correlation_key, 0), else_=1)
    rows = db.session.execute(
        select(Subscription, ProcessInstance, ProcessDefinition.name.label("process_name"))
        .join(ProcessInstance, ProcessInstance.id == Subscription.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)
        .where(_listens(), Subscription.name == name, access.visible_instances(actor))
        .order_by(just_this, ProcessInstance.started_at, ProcessInstance.id, Subscription.activity)
        .limit(MOST_LISTENERS)
    )
    # An instance that waits at two places is one to choose.
    return tuple({row.ProcessInstance.id: _listener(row) for row in reversed(rows.all())}.values())[::-1]


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
        raise Forbidden(f"You may not {Permission.SEE_OPERATIONS}.")
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
