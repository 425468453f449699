"""Subscribers that are told facts, and what each of them was told."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from server import clock
from server.database import db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import By, Page, Slice, read
from server.records.identity import Person
from server.records.subscriber import Delivery, Subscriber
from server.runtime.facts import FACTS
from server.runtime.subscribers import every_attempt
from server.sentences import say


class DeliveryState(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"


@dataclass(frozen=True)
class SubscriberView:
    """One subscriber; `waiting`, `delivered` and `dead` count its deliveries."""

    id: str
    name: str
    url: str
    kinds: tuple[str, ...]
    process_keys: tuple[str, ...]
    before_until: datetime | None
    is_paused: bool
    revision: int
    changed_at: datetime
    changed_by: str
    waiting: int
    delivered: int
    dead: int


@dataclass(frozen=True)
class DeliveryRow:
    """One event for one subscriber; `content` is what is sent."""

    id: str
    subscriber_id: str
    event_id: str
    kind: str
    instance_id: str | None
    state: DeliveryState
    created_at: datetime
    attempts: int
    tried_at: datetime | None
    status: int | None
    error: str | None
    content: str


def kinds() -> tuple[str, ...]:
    """The facts that one may be told of, by name."""
    return FACTS


def attempts() -> int:
    """How often a delivery is tried before it is dead."""
    return every_attempt()


def listed(actor: Actor) -> tuple[SubscriberView, ...]:
    """Every subscriber by name. Raises Forbidden."""
    _check(actor)
    return tuple(_view(row) for row in db.session.scalars(select(Subscriber).order_by(Subscriber.name, Subscriber.id)))


def subscriber(actor: Actor, subscriber_id: str) -> SubscriberView:
    """One of them. Raises NotFound, Forbidden."""
    _check(actor)
    row = db.session.get(Subscriber, subscriber_id)
    if row is None:
        raise NotFound(say("There is no such subscriber."))
    return _view(row)


def part(actor: Actor, subscriber_id: str, state: DeliveryState | None, wanted: Slice) -> Page[DeliveryRow]:
    """A part of what one was told, the newest first. Raises Forbidden, NotFound, Invalid."""
    subscriber(actor, subscriber_id)
    found = select(*Delivery.__table__.c).where(Delivery.subscriber_id == subscriber_id)
    if state is not None:
        found = found.where(Delivery.state == state)
    order = (By(Delivery.created_at, descending=True), By(Delivery.id, descending=True))
    return read(db.session.execute, found, order, wanted, _delivery)


def delivery(actor: Actor, delivery_id: str) -> DeliveryRow:
    """One delivery. Raises NotFound, Forbidden."""
    _check(actor)
    row = db.session.get(Delivery, delivery_id)
    if row is None:
        raise NotFound(say("There is no such delivery; deliveries are forgotten after a while."))
    return _delivery(row)


def _delivery(row: Any) -> DeliveryRow:
    return DeliveryRow(
        row.id,
        row.subscriber_id,
        row.event_id,
        row.kind,
        row.instance_id,
        DeliveryState(row.state),
        row.created_at,
        row.attempts,
        row.tried_at,
        row.status,
        row.error,
        row.content,
    )


def _view(row: Subscriber) -> SubscriberView:
    counted = select(Delivery.state, func.count()).where(Delivery.subscriber_id == row.id).group_by(Delivery.state)
    counts: dict[str, int] = dict(db.session.execute(counted).all())
    before = row.before_until if row.before_until is not None and clock.now() < row.before_until else None
    return SubscriberView(
        id=row.id,
        name=row.name,
        url=row.url,
        kinds=tuple(json.loads(row.kinds)),
        process_keys=tuple(json.loads(row.process_keys)),
        before_until=before,
        is_paused=row.is_paused,
        revision=row.revision,
        changed_at=row.changed_at,
        changed_by=db.session.scalar(select(Person.name).where(Person.id == row.changed_by)) or row.changed_by,
        waiting=counts.get("waiting", 0),
        delivered=counts.get("delivered", 0),
        dead=counts.get("dead", 0),
    )


def _check(actor: Actor) -> None:
    if not actor.may(Permission.KEEP_SECRETS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.KEEP_SECRETS)))
